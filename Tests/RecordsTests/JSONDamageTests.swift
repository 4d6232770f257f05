import Records
import Support
import Testing

/// Random texts, whole and with one byte damaged: JSONCursor must say of each what a plain checker says.
@Suite struct JSONDamageTests {
    @Test func theCheckerKnowsTheTables() {
        for text in JSONCursorTests.valid { #expect(JSONChecker.accepts(Array(text.utf8)), "\(text)") }
        for text in JSONCursorTests.malformed { #expect(!JSONChecker.accepts(Array(text.utf8)), "\(text)") }
        for bytes in JSONCursorTests.notUTF8 { #expect(!JSONChecker.accepts([0x22] + bytes + [0x22])) }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func damageIsFound(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        var accepted = 0
        var refused = 0
        for _ in 0..<40 {
            let text = Array(Self.value(depth: 0, &random).utf8)
            #expect(verdict(text) == nil, "\(String(decoding: text, as: UTF8.self))")
            for _ in 0..<10 {
                let damaged = Self.damaged(text, &random)
                let expected = JSONChecker.accepts(damaged)
                let offset = Int.random(in: 0..<64, using: &random)
                #expect((verdict(damaged, offset: offset) == nil) == expected, "\(damaged)")
                if expected { accepted += 1 } else { refused += 1 }
            }
        }
        // Else the comparison would be of one kind only.
        #expect(accepted > 20 && refused > 20)
    }

    private static func damaged(_ text: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var text = text
        let telling = Array("\"\\{}[],:0-+.eEntfu/ \t\n\r".utf8) + [0, 1, 0x1f, 0x7f, 0x80, 0xc3, 0xed, 0xff]
        let byte = telling.randomElement(using: &random) ?? 0
        let place = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: text.remove(at: place)
        case 1: text.insert(byte, at: place)
        case 2: text.removeSubrange(place...)
        case 3: text[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        default: text[place] = byte
        }
        return text
    }

    private static func value(depth: Int, _ random: inout SplitMix) -> String {
        let space = [" ", "\n", "\t\r", "", "", "", ""].randomElement(using: &random) ?? ""
        let kinds = depth < 4 ? 8 : 5
        switch Int.random(in: 0..<kinds, using: &random) {
        case 0: return space + (["null", "true", "false"].randomElement(using: &random) ?? "null")
        case 1, 2: return space + string(&random)
        case 3, 4: return number(&random) + space
        case 5, 6:
            let members = (0..<Int.random(in: 0..<5, using: &random)).map { _ in
                space + string(&random) + space + ":" + value(depth: depth + 1, &random)
            }
            return "{" + members.joined(separator: ",") + space + "}"
        default:
            let elements = (0..<Int.random(in: 0..<5, using: &random)).map { _ in
                value(depth: depth + 1, &random)
            }
            return "[" + elements.joined(separator: space + ",") + space + "]"
        }
    }

    private static func string(_ random: inout SplitMix) -> String {
        let pieces = [
            "a", "Zz9", "é", "😀", "\u{7f}", "\\n", "\\\"", "\\\\", "\\/", "\\u00e9", "\\uD83D", "\\udE00",
            "0123456789abcdef",
        ]
        let count = Int.random(in: 0..<12, using: &random)
        return "\"" + (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined() + "\""
    }

    private static func number(_ random: inout SplitMix) -> String {
        let whole = ["0", "-0", "7", "-10", "123456789"].randomElement(using: &random) ?? "0"
        let fraction = ["", "", ".0", ".05", ".123"].randomElement(using: &random) ?? ""
        return whole + fraction + (["", "", "e5", "E-07", "e+1"].randomElement(using: &random) ?? "")
    }
}
