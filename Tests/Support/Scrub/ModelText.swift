/// Text as the model has it: code points, surrogates among them, since a lone one stays what it was.
package typealias CodePoints = [UInt32]

/// Between bytes and code points, by the tables of RFC 3629.
enum ModelText {
    /// Stands for a byte that is no part of any character: beyond the last code point.
    static let noCharacter: UInt32 = 0x11_0000

    static func points(_ text: String) -> CodePoints { text.unicodeScalars.map(\.value) }

    /// Each byte that is no UTF-8 becomes `noCharacter`.
    static func decode(_ bytes: [UInt8], allowingSurrogates: Bool = false) -> CodePoints {
        var points: CodePoints = []
        points.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] < 0x80 {
                points.append(UInt32(bytes[index]))
                index += 1
            } else {
                let (point, length) = character(bytes, index, allowingSurrogates)
                points.append(point)
                index += length
            }
        }
        return points
    }

    /// The character of two bytes or more that begins there, and its length.
    private static func character(
        _ bytes: [UInt8], _ index: Int, _ allowingSurrogates: Bool
    ) -> (UInt32, Int) {
        let first = UInt32(bytes[index])
        let length: Int
        let least: UInt32
        var point: UInt32
        switch first {
        case 0xc2...0xdf: (length, least, point) = (2, 0x80, first - 0xc0)
        case 0xe0...0xef: (length, least, point) = (3, 0x800, first - 0xe0)
        case 0xf0...0xf4: (length, least, point) = (4, 0x10000, first - 0xf0)
        default: return (noCharacter, 1)
        }
        for place in index + 1..<index + length {
            guard place < bytes.count, (0x80...0xbf).contains(bytes[place]) else { return (noCharacter, 1) }
            point = point * 64 + UInt32(bytes[place] - 0x80)
        }
        let isSurrogate = (0xd800...0xdfff).contains(point)
        let isCharacter = point >= least && point <= 0x10ffff && (!isSurrogate || allowingSurrogates)
        return isCharacter ? (point, length) : (noCharacter, 1)
    }

    /// UTF-8; a surrogate in three bytes, as if it were a character.
    static func encode(_ points: CodePoints) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(points.count)
        for point in points {
            switch point {
            case 0..<0x80: bytes.append(UInt8(point))
            case 0x80..<0x800: bytes += [UInt8(0xc0 + point / 64), UInt8(0x80 + point % 64)]
            case 0x800..<0x10000:
                bytes += [
                    UInt8(0xe0 + point / 4096), UInt8(0x80 + point / 64 % 64), UInt8(0x80 + point % 64),
                ]
            default:
                bytes += [
                    UInt8(0xf0 + point / 262_144), UInt8(0x80 + point / 4096 % 64),
                    UInt8(0x80 + point / 64 % 64), UInt8(0x80 + point % 64),
                ]
            }
        }
        return bytes
    }

    /// The text as Python's `json.dumps` writes it, quotes included.
    static func quoted(_ points: CodePoints) -> [UInt8] {
        var bytes = [UInt8(ascii: "\"")]
        bytes.reserveCapacity(points.count + 2)
        for point in points {
            switch point {
            case 0x22: bytes += Array(#"\""#.utf8)
            case 0x5c: bytes += Array(#"\\"#.utf8)
            case 0x0a: bytes += Array(#"\n"#.utf8)
            case 0x0d: bytes += Array(#"\r"#.utf8)
            case 0x09: bytes += Array(#"\t"#.utf8)
            case 0x08: bytes += Array(#"\b"#.utf8)
            case 0x0c: bytes += Array(#"\f"#.utf8)
            case 0x20...0x7e: bytes.append(UInt8(point))
            case 0x10000...:
                bytes += escape(0xd800 + (point - 0x10000) / 1024)
                bytes += escape(0xdc00 + (point - 0x10000) % 1024)
            default: bytes += escape(point)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        return bytes
    }

    private static func escape(_ unit: UInt32) -> [UInt8] {
        let digits = String(0x10000 + unit, radix: 16).utf8.dropFirst()
        return Array(#"\u"#.utf8) + digits
    }
}
