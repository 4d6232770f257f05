/// Between a JSON string as it stands in a text and the bytes that it means.
package enum JSONString {
    /// Bytes that `unescape` may write beyond the value's length, as it copies in blocks.
    package static let slack = ByteBlock.size

    /// Writes the value of a string's raw bytes, which a `JSONCursor` has passed (so its escapes
    /// are whole), and returns its length, never more than the raw one. A pair of surrogate
    /// escapes becomes its character; a lone one its three bytes.
    ///
    /// Contract: `target` has room for `raw.count + slack` bytes; 16 bytes can be read behind `raw`.
    package static func unescape(_ raw: UnsafeRawBufferPointer, into target: UnsafeMutableRawPointer) -> Int {
        guard let start = raw.baseAddress else { return 0 }
        let source = start.assumingMemoryBound(to: UInt8.self)
        var read = 0
        var written = 0
        while read < raw.count {
            let block = ByteBlock(at: source + read)
            block.store(at: target + written)
            let plain = min(block.plainCount, raw.count - read)
            read += plain
            written += plain
            guard read < raw.count, source[read] == Ascii.backslash else { continue }
            let escape = source[read + 1]
            if escape == UInt8(ascii: "u") {
                let (scalar, length) = codePoint(source + read, left: raw.count - read)
                written += encode(scalar, at: target + written)
                read += length
            } else {
                (target + written).storeBytes(of: meaning(of: escape), as: UInt8.self)
                written += 1
                read += 2
            }
        }
        return written
    }

    private static func meaning(of escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "n"): Ascii.newline
        case UInt8(ascii: "r"): Ascii.carriageReturn
        case UInt8(ascii: "t"): Ascii.tab
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): Ascii.formFeed
        default: escape
        }
    }

    /// The code point of the \u escape at `source`, and how many bytes it took.
    private static func codePoint(_ source: UnsafePointer<UInt8>, left: Int) -> (UInt32, Int) {
        let unit = hex(source + 2)
        guard unit & 0xfc00 == 0xd800, left >= 12, source[6] == Ascii.backslash,
            source[7] == UInt8(ascii: "u")
        else { return (unit, 6) }
        let low = hex(source + 8)
        guard low & 0xfc00 == 0xdc00 else { return (unit, 6) }
        return (0x10000 + (unit & 0x3ff) << 10 + low & 0x3ff, 12)
    }

    private static func hex(_ digits: UnsafePointer<UInt8>) -> UInt32 {
        var value: UInt32 = 0
        for place in 0..<4 { value = value << 4 | UInt32(Ascii.hexValue(digits[place]) ?? 0) }
        return value
    }

    private static func encode(_ scalar: UInt32, at target: UnsafeMutableRawPointer) -> Int {
        func put(_ place: Int, _ value: UInt32) {
            target.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: place, as: UInt8.self)
        }
        switch scalar {
        case 0..<0x80:
            put(0, scalar)
            return 1
        case 0x80..<0x800:
            put(0, 0xc0 | scalar >> 6)
            put(1, 0x80 | scalar & 0x3f)
            return 2
        case 0x800..<0x10000:
            put(0, 0xe0 | scalar >> 12)
            put(1, 0x80 | scalar >> 6 & 0x3f)
            put(2, 0x80 | scalar & 0x3f)
            return 3
        default:
            put(0, 0xf0 | scalar >> 18)
            put(1, 0x80 | scalar >> 12 & 0x3f)
            put(2, 0x80 | scalar >> 6 & 0x3f)
            put(3, 0x80 | scalar & 0x3f)
            return 4
        }
    }

    // MARK: Writing

    /// Appends the string with its quotes, ASCII only, in the form of Python's `json.dumps`: the
    /// short escapes, \uXXXX in lower-case hex for all else outside U+0020…U+007E, surrogate
    /// pairs above U+FFFF. The value is UTF-8, or WTF-8 with lone surrogates, which stay what
    /// they were. Bytes that are neither become U+FFFD.
    package static func append(_ value: UnsafeRawBufferPointer, to line: inout [UInt8]) {
        line.append(Ascii.quote)
        var rest = value[...]
        while !rest.isEmpty {
            let plain = rest.prefix { $0 >= 0x20 && $0 <= 0x7e && $0 != Ascii.quote && $0 != Ascii.backslash }
            line.append(contentsOf: plain)
            rest = rest.dropFirst(plain.count)
            guard !rest.isEmpty else { break }
            rest = rest.dropFirst(appendEscape(rest, to: &line))
        }
        line.append(Ascii.quote)
    }

    package static func append(_ text: String, to line: inout [UInt8]) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0), to: &line) }
    }

    /// Escapes the first character and returns its length in bytes.
    private static func appendEscape(_ rest: Slice<UnsafeRawBufferPointer>, to line: inout [UInt8]) -> Int {
        let first = rest[rest.startIndex]
        let short: UInt8? =
            switch first {
            case Ascii.quote, Ascii.backslash: first
            case Ascii.newline: UInt8(ascii: "n")
            case Ascii.carriageReturn: UInt8(ascii: "r")
            case Ascii.tab: UInt8(ascii: "t")
            case 0x08: UInt8(ascii: "b")
            case Ascii.formFeed: UInt8(ascii: "f")
            default: nil
            }
        if let short {
            line.append(Ascii.backslash)
            line.append(short)
            return 1
        }
        let (scalar, length) = decode(rest)
        if scalar >= 0x10000 {
            appendUnit(0xd800 + (scalar - 0x10000) >> 10, to: &line)
            appendUnit(0xdc00 + (scalar - 0x10000) & 0x3ff, to: &line)
        } else {
            appendUnit(scalar, to: &line)
        }
        return length
    }

    private static func decode(_ rest: Slice<UnsafeRawBufferPointer>) -> (UInt32, Int) {
        let first = UInt32(rest[rest.startIndex])
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

    private static func appendUnit(_ unit: UInt32, to line: inout [UInt8]) {
        line.append(Ascii.backslash)
        line.append(UInt8(ascii: "u"))
        for shift in [12, 8, 4, 0] as [UInt32] {
            let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xf)
            line.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
        }
    }
}
