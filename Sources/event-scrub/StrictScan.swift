import Records

/// Reads every byte of a line and of what is wrapped in it: alone decides what is malformed.
final class StrictScan {
    // What was unescaped of a line: its Body, and the Message that stands in it or in the line.
    private let bodyBuffer = TextBuffer()
    private let messageBuffer = TextBuffer()
    private let message = UnsafeMutablePointer<MessageScan>.allocate(capacity: 1)

    init() { message.initialize(to: MessageScan()) }

    deinit { message.deallocate() }

    /// The line as far as it is JSON, with its `Body` and `Message` unescaped.
    ///
    /// - Parameter line: laid out as `JSONCursor` wants it.
    func top(_ line: UnsafeRawBufferPointer) throws(RejectReason) -> MessageScan {
        bodyBuffer.clear()
        messageBuffer.clear()
        return try scan(line, checksUTF8: true, malformed: .notJSON)
    }

    /// Unwraps an SQS message, then an SNS envelope, each at most once.
    func unwrap(_ top: MessageScan) throws(RejectReason) -> UnwrappedLine {
        var level = top
        if let body = level.body, body.kind == .string {
            level = try scan(body.bytes, checksUTF8: false, malformed: .bodyNotJSON)
        }
        var sent: JSONValue?
        if let message = level.message, message.kind == .string {
            sent = level.sent
            level = try scan(message.bytes, checksUTF8: false, malformed: .messageNotJSON)
        }
        message.pointee = level
        return UnwrappedLine(messageID: top.messageID, sent: sent, message: UnsafePointer(message))
    }

    /// - Parameter checksUTF8: false for a text that was made by unescaping one that was checked.
    private func scan(
        _ text: UnsafeRawBufferPointer, checksUTF8: Bool, malformed: RejectReason
    ) throws(RejectReason) -> MessageScan {
        do { return try scan(text, checksUTF8) } catch { throw RejectReason(error, malformed: malformed) }
    }

    /// What is no object has no fields.
    private func scan(_ text: UnsafeRawBufferPointer, _ checksUTF8: Bool) throws(JSONError) -> MessageScan {
        var cursor = JSONCursor(text)
        var found = MessageScan()
        if cursor.nextIsObject() { try readMembers(&cursor, &found) } else { _ = try cursor.value() }
        try cursor.finish(checksUTF8: checksUTF8)
        return found
    }

    private func readMembers(_ cursor: inout JSONCursor, _ found: inout MessageScan) throws(JSONError) {
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
            let name =
                key.hasEscapes
                ? Self.padded(cursor.unescaped(key)) { MessageKey($0) } : MessageKey(key.bytes)
            if name == .event, cursor.nextIsObject() {
                found.event = try Self.eventFields(&cursor)
                continue
            }
            if name == .body, cursor.nextIsString() {
                found.body = try unescape(&cursor, bodyBuffer)
                continue
            }
            if name == .message, cursor.nextIsString() {
                found.message = try unescape(&cursor, messageBuffer)
                continue
            }
            let value = try cursor.value()
            switch name {
            case .body: found.body = value
            case .message: found.message = value
            case .messageID: found.messageID = value
            case .sent: found.sent = value
            case .hostname: found.hostname = value
            case .timestamp: found.timestamp = value
            case .event: found.event = nil
            default: break
            }
        }
    }

    /// The string that comes next, as it means: it is to be scanned in its turn.
    private func unescape(_ cursor: inout JSONCursor, _ buffer: TextBuffer) throws(JSONError) -> JSONValue {
        let text = try buffer.hold(atMost: cursor.unread) { (room) throws(JSONError) in
            try cursor.unescapeString(into: room)
        }
        // Never nil: a text is held in memory.
        let start = text.baseAddress!.assumingMemoryBound(to: UInt8.self)
        return JSONValue(
            kind: .string, at: start, count: text.count)
    }

    private static func eventFields(_ cursor: inout JSONCursor) throws(JSONError) -> MessageScan.EventFields {
        var fields = MessageScan.EventFields()
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
            let name =
                key.hasEscapes
                ? Self.padded(cursor.unescaped(key)) { EventKey($0) } : EventKey(key.bytes)
            let value = try cursor.value()
            switch name {
            case .channel: fields.channel = value
            case .userEvent: fields.userEvent = value
            case .name: fields.name = value
            case .endpoint: fields.endpoint = value
            default: break
            }
        }
        return fields
    }

    /// An escaped key is a rarity, so it may cost a copy.
    private static func padded<Key>(_ key: [UInt8], _ name: (UnsafeRawBufferPointer) -> Key?) -> Key? {
        (key + [UInt8](repeating: 0, count: 8)).withUnsafeBytes {
            name(UnsafeRawBufferPointer(rebasing: $0[..<key.count]))
        }
    }
}
