/// Strings in the form of Python's `json.dumps`: ASCII only, the short escapes, \uXXXX in lower-case
/// hex for all else outside U+0020…U+007E, surrogate pairs above U+FFFF.
extension JSONString {
    /// The most bytes that `write` may need for a value of this length.
    static func room(for count: Int) -> Int { 6 * count + 2 + ByteBlock.size }

    /// Writes the string with its quotes, and returns the address behind them.
    ///
    /// The value is UTF-8, or WTF-8 with lone surrogates, which stay what they were. Bytes that are
    /// neither become U+FFFD.
    ///
    /// Contract: 16 bytes can be read behind the value; at `target` there is `room(for:)` it.
    @inline(__always)
    static func write(
        _ value: UnsafeRawBufferPointer, at target: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var end = target.put(Ascii.quote)
        guard var source = value.baseAddress else { return end.put(Ascii.quote) }
        let stop = source + value.count
        while source < stop {
            let block = ByteBlock(at: source)
            block.store(at: end)
            let plain = min(block.printableCount, stop - source)
            source += plain
            end += plain
            if plain < ByteBlock.size, source < stop { writeEscape(&source, stop, at: &end) }
        }
        return end.put(Ascii.quote)
    }

    package static func append(_ value: UnsafeRawBufferPointer, to line: inout [UInt8]) {
        if isPlain(value) {
            line.append(Ascii.quote)
            line.append(contentsOf: value)
            line.append(Ascii.quote)
            return
        }
        let padded = Array(value) + [UInt8](repeating: 0, count: ByteBlock.size)
        line += [UInt8](unsafeUninitializedCapacity: room(for: value.count)) { buffer, count in
            // Neither is empty, so the addresses are there.
            let start = buffer.baseAddress!
            count = padded.withUnsafeBytes {
                write(UnsafeRawBufferPointer(rebasing: $0[..<value.count]), at: start) - start
            }
        }
    }

    package static func append(_ text: String, to line: inout [UInt8]) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0), to: &line) }
    }

    /// Whether the value stands for itself, as nearly all do.
    private static func isPlain(_ value: UnsafeRawBufferPointer) -> Bool {
        guard let start = value.baseAddress else { return true }
        var place = 0
        while value.count - place >= ByteBlock.size {
            guard ByteBlock(at: start + place).printableCount == ByteBlock.size else { return false }
            place += ByteBlock.size
        }
        return value[place...].allSatisfy {
            $0 &- 0x20 <= 0x5e && $0 != Ascii.quote && $0 != Ascii.backslash
        }
    }

    /// Escapes the first character, and moves both addresses behind it.
    private static func writeEscape(
        _ source: inout UnsafeRawPointer, _ stop: UnsafeRawPointer, at end: inout UnsafeMutablePointer<UInt8>
    ) {
        let rest = UnsafeRawBufferPointer(start: source, count: stop - source)
        let short: UInt8? =
            switch rest[0] {
            case Ascii.quote, Ascii.backslash: rest[0]
            case Ascii.newline: UInt8(ascii: "n")
            case Ascii.carriageReturn: UInt8(ascii: "r")
            case Ascii.tab: UInt8(ascii: "t")
            case 0x08: UInt8(ascii: "b")
            case Ascii.formFeed: UInt8(ascii: "f")
            default: nil
            }
        if let short {
            end = end.put(Ascii.backslash).put(short)
            source += 1
            return
        }
        let (scalar, length) = decode(rest)
        if scalar >= 0x10000 {
            end = writeUnit(0xd800 + (scalar - 0x10000) >> 10, at: end)
            end = writeUnit(0xdc00 + (scalar - 0x10000) & 0x3ff, at: end)
        } else {
            end = writeUnit(scalar, at: end)
        }
        source += length
    }

    private static func decode(_ rest: UnsafeRawBufferPointer) -> (UInt32, Int) {
        let first = UInt32(rest[0])
        let (length, least, start): (Int, UInt32, UInt32) =
            switch first {
            case 0..<0x80: (1, 0, first)
            case 0xc0..<0xe0: (2, 0x80, first & 0x1f)
            case 0xe0..<0xf0: (3, 0x800, first & 0x0f)
            case 0xf0..<0xf8: (4, 0x10000, first & 0x07)
            default: (0, 0, 0)
            }
        guard length > 0, rest.count >= length else { return (0xfffd, 1) }
        var scalar = start
        for byte in rest.dropFirst().prefix(length - 1) {
            guard byte & 0xc0 == 0x80 else { return (0xfffd, 1) }
            scalar = scalar << 6 | UInt32(byte & 0x3f)
        }
        guard scalar >= least, scalar <= 0x10ffff else { return (0xfffd, 1) }
        return (scalar, length)
    }

    private static func writeUnit(
        _ unit: UInt32, at target: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        var end = target.put("\\u")
        for shift in [12, 8, 4, 0] as [UInt32] {
            let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xf)
            end = end.put(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
        }
        return end
    }
}
