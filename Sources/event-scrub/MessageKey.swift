import Records

/// The keys that the rules look at, at any level.
enum MessageKey {
    case body, message, event, hostname, timestamp, messageID
    /// The envelope's `Timestamp`.
    case sent
    // In the event:
    case name, channel, endpoint, userEvent

    /// Nil for all other keys.
    ///
    /// Contract: eight bytes can be read at the key's address.
    @inline(__always)
    init?(_ key: UnsafeRawBufferPointer) {
        guard let start = key.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        switch key.count {
        case 4 where start.word32 == Self.word("Body"): self = .body
        case 5 where start.word64 & 0xff_ffff_ffff == Self.word("event"): self = .event
        case 5 where start.word64 & 0xff_ffff_ffff == Self.word("Event"): self = .name
        case 7 where start.word64 & 0xff_ffff_ffff_ffff == Self.word("Message"): self = .message
        case 7 where start.word64 & 0xff_ffff_ffff_ffff == Self.word("Channel"): self = .channel
        case 8 where start.word64 == Self.word("hostname"): self = .hostname
        case 8 where start.word64 == Self.word("endpoint"): self = .endpoint
        case 9 where start.word64 == Self.word("timestam") && start[8] == UInt8(ascii: "p"): self = .timestamp
        case 9 where start.word64 == Self.word("Timestam") && start[8] == UInt8(ascii: "p"): self = .sent
        case 9 where start.word64 == Self.word("MessageI") && start[8] == UInt8(ascii: "d"): self = .messageID
        case 9 where start.word64 == Self.word("UserEven") && start[8] == UInt8(ascii: "t"): self = .userEvent
        default: return nil
        }
    }

    /// Its value is a string or null; else the quick scan is not sure.
    @inline(__always)
    var isPlain: Bool {
        switch self {
        case .body, .message, .event: false
        default: true
        }
    }

    @inline(__always)
    var isOfEvent: Bool {
        switch self {
        case .name, .channel, .endpoint, .userEvent: true
        default: false
        }
    }

    /// The text as `word64` reads it; folded to a number when this is compiled.
    @inline(__always)
    private static func word(_ text: StaticString) -> UInt64 {
        var word: UInt64 = 0
        for place in 0..<text.utf8CodeUnitCount { word |= UInt64(text.utf8Start[place]) << UInt64(8 * place) }
        return word
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
}
