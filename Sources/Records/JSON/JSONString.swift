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
}
