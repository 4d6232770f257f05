import Records
import Support
import Testing

@Suite struct JSONStringTests {
    /// As Python's `json.dumps` writes them.
    @Test(arguments: [
        ("", #""""#), ("a b~", #""a b~""#), ("\"\\/", #""\"\\/""#), ("\n\r\t\u{8}\u{c}", #""\n\r\t\b\f""#),
        ("\u{0}\u{1}\u{b}\u{1f}", #""\u0000\u0001\u000b\u001f""#), ("\u{7f}", #""\u007f""#),
        ("\u{80}é€\u{ffff}", #""\u0080\u00e9\u20ac\uffff""#), ("😀", #""\ud83d\ude00""#),
        ("\u{10000}\u{10ffff}", #""\ud800\udc00\udbff\udfff""#), ("e\u{301}", #""e\u0301""#),
    ])
    func isWrittenAsPythonWritesIt(_ value: String, _ expected: String) {
        #expect(written(Array(value.utf8)) == expected)
    }

    @Test(arguments: [
        ([0xed, 0xa0, 0xbd], #""\ud83d""#), ([0xed, 0xb8, 0x80], #""\ude00""#),
        // Two that stand beside each other were two, and stay so.
        ([0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], #""\ud83d\ude00""#),
        ([0x61, 0xed, 0xbf, 0xbf, 0x62], #""a\udfffb""#),
    ])
    func loneSurrogatesStayWhatTheyWere(_ value: [UInt8], _ expected: String) {
        #expect(written(value) == expected)
    }

    @Test(arguments: [
        [0x80], [0xff], [0xc3], [0xe2, 0x82], [0xc0, 0xaf], [0xf0, 0x9f, 0x98], [0xf5, 0x80, 0x80, 0x80],
        [0xe0, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80],
    ])
    func otherBytesBecomeReplacementCharacters(_ value: [UInt8]) {
        let replaced = String(repeating: #"\ufffd"#, count: value.count)
        #expect(written([0x61] + value + [0x62]) == "\"a\(replaced)b\"")
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static let escaped: [(String, [UInt8])] = [
        (#"\"\\\/\b\f\n\r\t"#, bytes("\"\\/") + [8, 12, 10, 13, 9]),
        (#"\u0041\u0000\u007F"#, [0x41, 0, 0x7f]), (#"\u00e9\u00E9"#, bytes("éé")),
        (#"\u20ac"#, bytes("€")), (#"\uD83d\uDe00"#, bytes("😀")),
        (#"\ud83d"#, [0xed, 0xa0, 0xbd]), (#"\ud83dx"#, [0xed, 0xa0, 0xbd, 0x78]),
        (#"\ud83d\n"#, [0xed, 0xa0, 0xbd, 0x0a]), (#"\ud83d\u0041"#, [0xed, 0xa0, 0xbd, 0x41]),
        (#"\ude00\ud83d"#, [0xed, 0xb8, 0x80, 0xed, 0xa0, 0xbd]),
        (#"\ud83d\ud83d\ude00"#, [0xed, 0xa0, 0xbd] + bytes("😀")),
        (#"\\ud83d\\ude00"#, bytes(#"\ud83d\ude00"#)), (#"\\n"#, bytes(#"\n"#)),
    ]

    @Test(arguments: escaped)
    func isUnescaped(_ raw: String, _ expected: [UInt8]) {
        // Behind so many plain bytes: the copy goes 16 at a time.
        for plain in 0..<34 {
            let before = [UInt8](repeating: 0x61, count: plain)
            #expect(unescaped(before + Array(raw.utf8)) == before + expected, "after \(plain)")
            #expect(unescaped(Array(raw.utf8) + before) == expected + before, "before \(plain)")
        }
    }

    /// A surrogate escape at the end is not joined with what stands behind the string.
    @Test func nothingBehindTheStringIsRead() {
        let text = Array(#"\ud83d"\ude00"#.utf8)
        let value = withScanned(text) { bytes in
            withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { room -> [UInt8] in
                // The address is there: the room is not empty.
                let first = UnsafeRawBufferPointer(rebasing: bytes[..<6])
                return Array(room.prefix(JSONString.unescape(first, into: room.baseAddress!)))
            }
        }
        #expect(value == [0xed, 0xa0, 0xbd])
    }

    /// Every code unit, escaped: unescaping and writing it gives the escape, or its short form.
    @Test func everyUnitComesBack() {
        for unit in UInt32(0)...0xffff {
            let digits = String(unit, radix: 16)
            let escape = "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            let value = unescaped(Array(escape.utf8))
            let isShort = (0x20...0x7e).contains(unit) || [8, 9, 10, 12, 13].contains(unit)
            if isShort {
                #expect(value == [UInt8(truncatingIfNeeded: unit)])
            } else {
                #expect(written(value) == "\"\(escape)\"")
            }
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func whatIsWrittenComesBack(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        let pieces: [[UInt8]] = [
            Array("a".utf8), Array("é".utf8), Array("€".utf8), Array("😀".utf8), [0], [0x1f], [0x7f], [0x22],
            [0x5c], [0x0a], Array("0123456789abcdef".utf8),
            // A low and a high surrogate in this order are never a pair.
            [0xed, 0xb8, 0x80, 0xed, 0xa0, 0xbd, 0x2e],
        ]
        for _ in 0..<200 {
            let count = Int.random(in: 0..<40, using: &random)
            let value = (0..<count).flatMap { _ in pieces.randomElement(using: &random) ?? [] }
            let line = Array(written(value).utf8)
            #expect(line.allSatisfy { (0x20...0x7e).contains($0) })
            #expect(verdict(line) == nil)
            #expect(unescaped(Array(line.dropFirst().dropLast())) == value)
        }
    }
}
