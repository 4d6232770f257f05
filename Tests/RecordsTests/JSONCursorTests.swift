import Records
import Testing

/// What is JSON and what is none, at every place that the text can have in memory.
@Suite struct JSONCursorTests {
    static let valid: [String] = [
        "{}", "[]", "null", "true", "false", "\"\"", "0", "-0", "7", "-12", "0.0", "-0.05", "1.10", "1e5",
        "1E+05", "0e-0", "12.5e300", "1e-400", "123456789012345678901234567890",
        " \t\r\n{ \t\r\n} \t\r\n", "[ 1 , 2 ]", "{ \"a\" : [ ] , \"a\" : { } }", "[[],{},[[]]]",
        #"{"":0}"#, #""\"\\\/\b\f\n\r\t""#, #""\u0000\u001f\u00e9\uABCD\uabcd""#, #""\ud83d\ude00""#,
        #""\ud83d""#, #""\ude00\ud83d""#, #""\ud83d\u0041""#, "\"\u{7f}\u{80}é€😀\u{10ffff}\u{feff}\"",
        #""0123456789abcdef""#, #""0123456789abcde\n0123456789abcde\\0""#, "\"a\u{2028}b\"",
    ]

    static let malformed: [String] = [
        "", " ", "nul", "nulL", "True", "tru", "truex", "fals", "NaN", "Infinity", "-Infinity", "undefined",
        "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1.e5", "1e", "1e+", "1e5.0", "0x10", "1_0", "1 2",
        "--1", "1a", "[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[,]", "[1 2]", "[1,,2]", "[1}", "{]",
        "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}", "{1:2}", "{null:1}", "{\"a\" 1}",
        "{\"a\":1 \"b\":2}", "{\"a\":1;\"b\":2}", "{\"a\"::1}", "{}{}", "[]]", "[] x", "{},", "\"", "\"a",
        "'a'", "\"a\"b", "\"\\\"", "\"\\x41\"", "\"\\a\"", "\"\\'\"", "\"\\N\"", "\"\\\n\"", "\"\\u\"",
        "\"\\u1\"", "\"\\u12\"", "\"\\u123\"", "\"\\u123g\"", "\"\\u 123\"", "\"\\u+123\"", "\"\\U0041\"",
        "\"\t\"", "\"\n\"", "\"\r\"", "\"\u{1}\"", "\"\u{1f}\"", "\"\u{0}\"", "\u{0}", "1\u{0}", "{}\u{0}",
        "[\u{0}]", "\u{feff}{}", "{}\u{feff}", "\u{b}1", "\u{c}1", "1\u{b}", "\u{a0}1", "[1]\u{2028}",
        "//c\n1", "/*c*/1", "1#", "[1,2", "{\"a\":[}", "{\"a\":1]", "é", "[é]",
    ]

    /// Bytes that no UTF-8 has, in a string, where alone a byte beyond ASCII may stand.
    static let notUTF8: [[UInt8]] = [
        [0x80], [0xbf], [0xff], [0xfe], [0xc3], [0xc3, 0x28], [0xe2, 0x82], [0xf0, 0x9f, 0x98],
        [0xc0, 0xaf], [0xc1, 0xbf], [0xe0, 0x80, 0xaf], [0xe0, 0x9f, 0xbf], [0xf0, 0x80, 0x80, 0xaf],
        [0xf0, 0x8f, 0xbf, 0xbf], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80],
        [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf], [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], [0xc0, 0x80],
    ]

    @Test(arguments: valid)
    func isAccepted(_ text: String) {
        for offset in 0..<64 {
            #expect(verdict(Array(text.utf8), offset: offset) == nil, "at \(offset)")
        }
    }

    @Test(arguments: malformed)
    func isRefused(_ text: String) {
        for offset in 0..<64 {
            #expect(verdict(Array(text.utf8), offset: offset) == .malformed, "at \(offset)")
        }
    }

    /// Whatever stands behind the text does not complete it.
    @Test(arguments: Array("\"}]0ul \\,".utf8) + [0, 0xff])
    func isRefusedWhateverFollows(_ filler: UInt8) {
        for text in Self.malformed {
            #expect(verdict(Array(text.utf8), filler: filler) == .malformed, "\(text)")
        }
        for text in Self.valid {
            #expect(verdict(Array(text.utf8), filler: filler) == nil, "\(text)")
        }
    }

    @Test(arguments: notUTF8)
    func isNoUTF8(_ bytes: [UInt8]) {
        for offset in 0..<64 {
            // Behind so many plain bytes, and in a value that nobody reads.
            let plain = [UInt8](repeating: 0x61, count: offset)
            let text = Array("{\"a\":[\"".utf8) + plain + bytes + Array("\"]}".utf8)
            #expect(verdict(text) == .notUTF8, "after \(offset)")
            #expect(verdict(text, offset: offset) == .notUTF8, "at \(offset)")
        }
        #expect(verdict(Array("{\"".utf8) + bytes + Array("\":1}".utf8)) == .notUTF8, "in a key")
        #expect(verdict(Array("[".utf8) + bytes + Array("]".utf8)) == .malformed, "outside a string")
    }

    @Test(arguments: [("[", "]"), ("{\"a\":", "}"), (" [ ", " ] "), ("[{\"b\":", "}]")])
    func depthIsBounded(_ open: String, _ close: String) {
        let brackets = open.filter { "[{".contains($0) }.count
        func nested(_ depth: Int) -> [UInt8] {
            let opened = String(repeating: open, count: depth / brackets)
            let closed = String(repeating: close, count: depth / brackets)
            return Array((opened + "1" + closed).utf8)
        }
        #expect(verdict(nested(512)) == nil)
        #expect(verdict(nested(512 + brackets)) == .tooDeep)
        #expect(verdict(nested(200_000)) == .tooDeep)
        #expect(verdict(Array("[[]".utf8) + [UInt8](repeating: 0x5b, count: 200_000)) == .malformed)
    }

    /// Many brackets one after the other are not deep.
    @Test func depthIsLeftAgain() {
        let text = "[" + Array(repeating: "[{\"a\":[]}]", count: 2_000).joined(separator: ",") + "]"
        #expect(verdict(Array(text.utf8)) == nil)
    }

    /// A string of every length, with an escape at every place of it.
    @Test func escapesAreSeenWhereverTheyStand() throws {
        for length in 0..<70 {
            for place in 0..<length {
                var raw = [UInt8](repeating: 0x61, count: length)
                raw.replaceSubrange(place...place, with: Array("\\u0022".utf8))
                try withScanned([Ascii.quote] + raw + [Ascii.quote]) { bytes in
                    var cursor = JSONCursor(bytes)
                    let value = try cursor.value()
                    try cursor.finish()
                    #expect(value.hasEscapes && value.bytes.count == raw.count)
                    var expected = [UInt8](repeating: 0x61, count: length)
                    expected[place] = Ascii.quote
                    #expect(cursor.unescaped(value) == expected)
                }
            }
        }
    }

    /// The scan looks for special bytes in words: each byte, at each place, beside each of a few others.
    @Test func everyByteIsJudgedWhereverItStands() {
        for other in [0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f, 0x61] as [UInt8] {
            for place in 0..<18 {
                var text = [UInt8](repeating: other, count: 20)
                (text[0], text[19]) = (Ascii.quote, Ascii.quote)
                for byte in UInt8.min...UInt8.max {
                    text[1 + place] = byte
                    let expected: JSONError? =
                        switch byte {
                        case 0..<0x20, Ascii.quote: .malformed
                        // An escape of its neighbour, which only the closing quote can be.
                        case Ascii.backslash: .malformed
                        case 0x80...: .notUTF8
                        default: nil
                        }
                    #expect(verdict(text) == expected, "\(byte) at \(place) beside \(other)")
                }
            }
        }
    }

    @Test func keysCompareAfterUnescaping() throws {
        let text = #"{"Body":1,"\u0042ody":2,"B\u006fdy":3,"Bod\u0079":4,"body":5,"Bod":6,"Bodyy":7,"":8}"#
        try withScanned(Array(text.utf8)) { bytes in
            var cursor = JSONCursor(bytes)
            try cursor.enterObject()
            var found: [String] = []
            while let key = try cursor.nextKey() {
                let value = try cursor.value()
                if cursor.isString(key, "Body") {
                    found.append(String(decoding: value.bytes, as: UTF8.self))
                }
            }
            try cursor.finish()
            #expect(found == ["1", "2", "3", "4"])
        }
    }

    @Test func emptinessIsKnown() throws {
        for (text, isEmpty) in [
            ("\"\"", true), ("[]", true), ("[ ]", true), ("{ }", true), ("\" \"", false), ("[0]", false),
            ("{\"\":0}", false), ("0", false), ("null", false),
        ] {
            try withScanned(Array(text.utf8)) { bytes in
                var cursor = JSONCursor(bytes)
                let value = try cursor.value()
                #expect(value.isEmpty == isEmpty, "\(text)")
            }
        }
    }
}
