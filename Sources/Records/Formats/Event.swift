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
    ///
    /// Contract: 16 bytes can be read behind the line.
    package static func day(of line: UnsafeRawBufferPointer) -> Day? {
        guard let start = line.baseAddress else { return nil }
        var scan = EventScan(here: start, stop: start + line.count)
        guard scan.skip(#"{"timestamp": "#), let timestamp = scan.skipString(), Timestamp.isValid(timestamp),
            scan.skip(#", "channel": "#), scan.skipString() != nil,
            scan.skip(#", "endpoint": "#), scan.skip("null") || scan.skipString() != nil,
            scan.skip(#", "event": "#), scan.skipString() != nil,
            scan.skip("}"), scan.here == scan.stop
        else { return nil }
        return Timestamp.day(timestamp)
    }

    /// The day of a line whose form is known.
    package static func knownDay(of line: UnsafeRawBufferPointer) -> Day {
        Timestamp.day(UnsafeRawBufferPointer(rebasing: line[15...]))
    }
}

/// Passes the parts of an event line, each in the one form in which it may be written.
private struct EventScan {
    var here: UnsafeRawPointer
    let stop: UnsafeRawPointer

    mutating func skip(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard stop - here >= count,
            System.compare(
                UnsafeRawBufferPointer(start: here, count: count),
                UnsafeRawBufferPointer(start: text.utf8Start, count: count)) == 0
        else { return false }
        here += count
        return true
    }

    /// The string's bytes between the quotes.
    mutating func skipString() -> UnsafeRawBufferPointer? {
        guard skip("\"") else { return nil }
        let start = here
        while true {
            here += ByteBlock(at: here).printableCount
            guard here < stop else { return nil }
            switch here.load(as: UInt8.self) {
            case Ascii.quote:
                defer { here += 1 }
                return UnsafeRawBufferPointer(start: start, count: here - start)
            case Ascii.backslash:
                guard let length = escapeLength() else { return nil }
                here += length
            case 0x20...0x7e: break  // the block ended before anything else was met
            default: return nil
            }
        }
    }

    private func escapeLength() -> Int? {
        let rest = UnsafeRawBufferPointer(start: here, count: stop - here)
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
    private func isWrittenAsUnit(_ unit: UInt32) -> Bool {
        switch unit {
        case 0x20...0x7e, 0x08, 0x09, 0x0a, 0x0c, 0x0d: false
        default: true
        }
    }
}
