/// An event line, the only thing that leaves: four fields, in the form of Python's `json.dumps`.
///
/// `{"timestamp": "…", "channel": "…", "endpoint": "…", "event": "…"}`, ASCII only.
package enum Event {
    /// Appends the line and its newline. The fields are UTF-8, or WTF-8 with lone surrogates;
    /// endpoint may be null.
    ///
    /// Contract: 16 bytes can be read behind each field.
    package static func append(
        timestamp: UnsafeRawBufferPointer, channel: UnsafeRawBufferPointer, endpoint: UnsafeRawBufferPointer?,
        event: UnsafeRawBufferPointer, to lines: inout ByteBuffer
    ) {
        let count = timestamp.count + channel.count + (endpoint?.count ?? 0) + event.count
        // The names and separators take 56 bytes, and each string what `write` says.
        lines.append(room: 128 + JSONString.room(for: count) + 4 * JSONString.room(for: 0)) { start in
            var end = JSONString.write(timestamp, at: start.put(#"{"timestamp": "#))
            end = JSONString.write(channel, at: end.put(#", "channel": "#)).put(#", "endpoint": "#)
            end = if let endpoint { JSONString.write(endpoint, at: end) } else { end.put("null") }
            return JSONString.write(event, at: end.put(#", "event": "#)).put("}\n")
        }
    }

    /// The day of a line, or nil where it is not in exactly the form that `append` writes.
    package static func day(of line: UnsafeRawBufferPointer) -> Day? {
        var rest = line[...]
        guard skip(start, in: &rest), let timestamp = skipString(in: &rest), Timestamp.isValid(timestamp),
            skip(beforeChannel, in: &rest), skipString(in: &rest) != nil,
            skip(beforeEndpoint, in: &rest), skip(null, in: &rest) || skipString(in: &rest) != nil,
            skip(beforeEvent, in: &rest), skipString(in: &rest) != nil,
            rest.elementsEqual([UInt8(ascii: "}")])
        else { return nil }
        return Timestamp.day(timestamp)
    }

    private static let start = Array(#"{"timestamp": "#.utf8)
    private static let beforeChannel = Array(#", "channel": "#.utf8)
    private static let beforeEndpoint = Array(#", "endpoint": "#.utf8)
    private static let beforeEvent = Array(#", "event": "#.utf8)
    private static let null = Array("null".utf8)

    private static func skip(_ text: [UInt8], in rest: inout Slice<UnsafeRawBufferPointer>) -> Bool {
        guard rest.starts(with: text) else { return false }
        rest = rest.dropFirst(text.count)
        return true
    }

    /// Passes a string in the one form in which it may be written; its bytes between the quotes.
    private static func skipString(in rest: inout Slice<UnsafeRawBufferPointer>) -> UnsafeRawBufferPointer? {
        guard rest.first == Ascii.quote else { return nil }
        let start = rest.startIndex + 1
        var here = start
        while here < rest.endIndex {
            switch rest[here] {
            case Ascii.quote:
                let text = UnsafeRawBufferPointer(rebasing: rest[start..<here])
                rest = rest[(here + 1)...]
                return text
            case Ascii.backslash:
                guard let length = escapeLength(rest[here...]) else { return nil }
                here += length
            case 0x20...0x7e: here += 1
            default: return nil
            }
        }
        return nil
    }

    private static func escapeLength(_ rest: Slice<UnsafeRawBufferPointer>) -> Int? {
        switch rest.dropFirst().first {
        case Ascii.quote, Ascii.backslash, UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"),
            UInt8(ascii: "b"), UInt8(ascii: "f"):
            return 2
        case UInt8(ascii: "u"):
            let digits = rest.dropFirst(2).prefix(4)
            guard digits.count == 4 else { return nil }
            var unit: UInt32 = 0
            for digit in digits {
                guard let value = Ascii.hexValue(digit), !(0x41...0x46).contains(digit) else { return nil }
                unit = unit << 4 | UInt32(value)
            }
            return isWrittenAsUnit(unit) ? 6 : nil
        default: return nil
        }
    }

    /// Printable characters stand for themselves, and five controls have short forms.
    private static func isWrittenAsUnit(_ unit: UInt32) -> Bool {
        switch unit {
        case 0x20...0x7e, 0x08, 0x09, 0x0a, 0x0c, 0x0d: false
        default: true
        }
    }
}
