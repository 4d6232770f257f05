import Records

/// What the scrub wants to know of one level: of an SQS message, an SNS envelope or the message
/// itself. Which of them it is shows only at its end, since the last of duplicate keys counts;
/// so all keys are looked for at every level. The values are valid until the next line.
struct MessageScan {
    struct EventFields {
        var channel: JSONValue?
        var userEvent: JSONValue?
        var name: JSONValue?
        var endpoint: JSONValue?
        /// Of some member that nobody wants: where all of them have a place, none takes a decision.
        var unread: JSONValue?
    }

    var messageID: JSONValue?
    var body: JSONValue?
    var message: JSONValue?
    /// The envelope's `Timestamp`.
    var sent: JSONValue?
    var hostname: JSONValue?
    var timestamp: JSONValue?
    /// Nil where `event` is missing or no object.
    var event: EventFields?
    /// As in the event.
    var unread: JSONValue?
}

/// Where in the memory of a scan a value is kept: in bytes, so that a value is stored without a look at
/// its key.
struct ValuePlace<Fields> {
    private let offset: Int

    @inline(__always)
    func store(_ value: JSONValue, in fields: UnsafeMutablePointer<Fields>) {
        UnsafeMutableRawPointer(fields).advanced(by: offset).assumingMemoryBound(to: JSONValue?.self)
            .pointee = value
    }

    private init(_ field: PartialKeyPath<Fields>) {
        // Never nil: they are stored properties of a struct.
        offset = MemoryLayout<Fields>.offset(of: field)!
    }
}

extension ValuePlace<MessageScan> {
    /// - Parameter key: nil for one that nobody wants.
    init(_ key: MessageKey?) {
        switch key {
        case .hostname: self.init(\.hostname)
        case .timestamp: self.init(\.timestamp)
        case .sent: self.init(\.sent)
        case .messageID: self.init(\.messageID)
        case .body: self.init(\.body)
        case .message: self.init(\.message)
        case .event, nil: self.init(\.unread)
        }
    }
}

extension ValuePlace<MessageScan.EventFields> {
    /// - Parameter key: nil for one that nobody wants.
    init(_ key: EventKey?) {
        switch key {
        case .name: self.init(\.name)
        case .channel: self.init(\.channel)
        case .endpoint: self.init(\.endpoint)
        case .userEvent: self.init(\.userEvent)
        case nil: self.init(\.unread)
        }
    }
}

/// A line, unwrapped as far as it goes.
struct UnwrappedLine {
    /// Of the line itself, where it is an SQS message.
    var messageID: JSONValue?
    /// The `Timestamp` of the envelope that the message was unwrapped from.
    var sent: JSONValue?
    /// In the memory of the scan that read it, as copying it for each line would cost more than
    /// reading some of its fields; valid until the next line.
    var message: UnsafePointer<MessageScan>
}
