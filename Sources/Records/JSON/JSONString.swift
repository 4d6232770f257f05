/// Between a JSON string as it stands in a text and the bytes that it means.
package enum JSONString {
    /// Bytes that `unescape` may write beyond the value's length, as it copies in blocks.
    package static let slack = ByteBlock.size

    /// Writes the value of a string's raw bytes, which a `JSONCursor` has passed, and returns its
    /// length, never more than the raw one. A pair of surrogate escapes becomes its character; a
    /// lone one its three bytes.
    ///
    /// Contract: the string's quote stands behind `raw`, and 16 more bytes can be read; `target` has
    /// room for `raw.count + slack` bytes.
    package static func unescape(_ raw: UnsafeRawBufferPointer, into target: UnsafeMutableRawPointer) -> Int {
        guard let start = raw.baseAddress else { return 0 }
        var seen = ByteBlock()
        let whole = try? unescape(start.assumingMemoryBound(to: UInt8.self), into: target, &seen)
        return whole?.written ?? 0
    }

    /// Reads a string from behind its quote to before the other one, and writes its value.
    ///
    /// Contract: as above, but for bytes that need not be valid; a NUL ends them at the latest.
    @inline(__always)
    static func unescape(
        _ source: UnsafePointer<UInt8>, into target: UnsafeMutableRawPointer, _ seen: inout ByteBlock
    ) throws(JSONError) -> (read: Int, written: Int) {
        var read = 0
        var written = 0
        while true {
            let block = ByteBlock(at: source + read)
            block.store(at: target + written)
            seen.formUnion(block)
            let plain = block.plainCount
            read &+= plain
            written &+= plain
            if plain == ByteBlock.size { continue }
            guard source[read] == Ascii.backslash else { break }
            // In what was wrapped they come in rows.
            repeat {
                let row = UnsafeRawPointer(source + read).loadUnaligned(as: UInt32.self)
                if UInt32(littleEndian: row) == 0x225c_5c5c {  // a quote that was wrapped twice
                    (target + written).storeBytes(of: (0x225c as UInt16).littleEndian, as: UInt16.self)
                    written &+= 2
                    read &+= 4
                    continue
                }
                let escape = source[read &+ 1]
                if escape == Ascii.quote || escape == Ascii.backslash {
                    (target + written).storeBytes(of: escape, as: UInt8.self)
                    written &+= 1
                    read &+= 2
                } else {
                    let other = try unescapeOther(source + read, into: target + written)
                    read &+= other.read
                    written &+= other.written
                }
            } while source[read] == Ascii.backslash
        }
        guard source[read] == Ascii.quote else { throw .malformed }
        return (read, written)
    }

    private static func unescapeOther(
        _ source: UnsafePointer<UInt8>, into target: UnsafeMutableRawPointer
    ) throws(JSONError) -> (read: Int, written: Int) {
        let byte: UInt8
        switch source[1] {
        case UInt8(ascii: "n"): byte = Ascii.newline
        case UInt8(ascii: "r"): byte = Ascii.carriageReturn
        case UInt8(ascii: "t"): byte = Ascii.tab
        case UInt8(ascii: "b"): byte = 0x08
        case UInt8(ascii: "f"): byte = Ascii.formFeed
        case UInt8(ascii: "/"): byte = source[1]
        case UInt8(ascii: "u"):
            guard let (scalar, length) = codePoint(source) else { throw .malformed }
            return (length, encode(scalar, at: target))
        default: throw .malformed
        }
        target.storeBytes(of: byte, as: UInt8.self)
        return (2, 1)
    }

    /// The code point of the \u escape at `source`, and how many bytes it took; nil where it is none.
    private static func codePoint(_ source: UnsafePointer<UInt8>) -> (UInt32, Int)? {
        guard let unit = hex(source + 2) else { return nil }
        guard unit & 0xfc00 == 0xd800, source[6] == Ascii.backslash, source[7] == UInt8(ascii: "u"),
            let low = hex(source + 8), low & 0xfc00 == 0xdc00
        else { return (unit, 6) }
        return (0x10000 + (unit & 0x3ff) << 10 + low & 0x3ff, 12)
    }

    private static func hex(_ digits: UnsafePointer<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        for place in 0..<4 {
            guard let digit = Ascii.hexValue(digits[place]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
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
