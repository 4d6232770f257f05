import Records

/// The keys that the rules look at outside the event, at any level.
enum MessageKey {
    case body, message, event, hostname, timestamp, messageID
    /// The envelope's `Timestamp`.
    case sent

    /// Nil for all other keys.
    ///
    /// Contract: eight bytes can be read at the key's address.
    // Always, as `__always` is not heeded here, which costs a fifth of a byte's instructions.
    @inline(always)
    init?(_ key: UnsafeRawBufferPointer) {
        guard let start = key.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        switch key.count {
        case 4 where start.holds("Body"): self = .body
        case 5 where start.holds("event"): self = .event
        case 7 where start.holds("Message"): self = .message
        case 8 where start.holds("hostname"): self = .hostname
        case 9 where start.holds("timestam") && start[8] == UInt8(ascii: "p"): self = .timestamp
        case 9 where start.holds("Timestam") && start[8] == UInt8(ascii: "p"): self = .sent
        case 9 where start.holds("MessageI") && start[8] == UInt8(ascii: "d"): self = .messageID
        default: return nil
        }
    }

    /// A string of it is a value, not a text to be unwrapped.
    @inline(__always)
    var isPlain: Bool {
        switch self {
        case .body, .message, .event: false
        default: true
        }
    }
}

/// The keys that the rules look at in the event.
enum EventKey {
    case name, channel, endpoint, userEvent

    /// As of a `MessageKey`.
    @inline(always)
    init?(_ key: UnsafeRawBufferPointer) {
        guard let start = key.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        switch key.count {
        case 5 where start.holds("Event"): self = .name
        case 7 where start.holds("Channel"): self = .channel
        case 8 where start.holds("endpoint"): self = .endpoint
        case 9 where start.holds("UserEven") && start[8] == UInt8(ascii: "t"): self = .userEvent
        default: return nil
        }
    }
}

extension UnsafePointer<UInt8> {
    /// Bytes from here on as a number, the first byte's the lowest.
    @inline(__always)
    var word16: UInt16 { UInt16(littleEndian: UnsafeRawPointer(self).loadUnaligned(as: UInt16.self)) }
    @inline(__always)
    var word32: UInt32 { UInt32(littleEndian: UnsafeRawPointer(self).loadUnaligned(as: UInt32.self)) }
    @inline(__always)
    var word64: UInt64 { UInt64(littleEndian: UnsafeRawPointer(self).loadUnaligned(as: UInt64.self)) }

    /// A text of at most eight bytes as `word64` reads it; folded to a number when this is compiled.
    @inline(__always)
    static func word(_ text: StaticString) -> UInt64 {
        var word: UInt64 = 0
        for place in 0..<text.utf8CodeUnitCount { word |= UInt64(text.utf8Start[place]) << UInt64(8 * place) }
        return word
    }

    /// Whether a text of at most eight bytes stands here.
    @inline(__always)
    fileprivate func holds(_ text: StaticString) -> Bool {
        (word64 ^ Self.word(text)) << UInt64(64 - 8 * text.utf8CodeUnitCount) == 0
    }
}
