/// Pieces of JSON that matter to the scrub, in the spelling of each level.
enum ScrubSnippets {
    /// Bytes that mean something, or nothing, to a scan.
    static let tellingBytes =
        Array("\"\\{}[],:0-+.eEntfu/ \t\n\r".utf8) + [0, 1, 0x1f, 0x7f, 0x80, 0xc3, 0xed, 0xef, 0xf0, 0xff]

    static func member(_ level: Int, _ random: inout SplitMix) -> [UInt8] { random.pick(members[level]) }

    static func any(_ level: Int, _ random: inout SplitMix) -> [UInt8] { random.pick(tokens[level]) }

    /// By level: with their comma, to be put before another member.
    private static let members = levels([
        #""Body":"x","#, #""Body":null,"#, #""\u0042ody":"{}","#, #""Message":"{}","#, #""Message":1,"#,
        #""Mess\u0061ge":"x","#, #""MessageId":"m","#, #""MessageId":7,"#, #""MessageId":"\ud83d","#,
        #""Timestamp":"2025-01-01T00:00:00Z","#, #""Timestamp":null,"#, #""hostname":"futel-prod-back","#,
        #""hostname": "futel-stage", "#, #""h\u006fstname":1,"#, #""timestamp": "2026-01-01T00:00:00Z", "#,
        #""timestamp":null,"#, #""event":{},"#, #""event":null,"#,
        #""event": {"Channel": "c", "Event": "e"}, "#,
        #""Channel":"c","#, #""Channel":"","#, #""Channel": "\u00e9", "#, #""Chann\u0065l":0,"#,
        #""UserEvent":null,"#, #""UserEvent": "u", "#, #""Event":"Registry","#, #""Event": "e", "#,
        #""endpoint":null,"#, #""endpoint": "e", "#, #""endpoint":1,"#, #""x":[[[[{"Body":"x"}]]]],"#,
        #""x" : "y","#, "\n  \"x\" : \"y\",", #""":0,"#, #""x":"\"","#, #""x":"\\","#, #""x":"\\\"","#,
        #""x":"","#, #""x":"\u0022,\u0022Body\u0022:\u0022","#,
    ])

    private static let tokens = levels(
        ScrubValues.any + [
            "\"", "\\\"", "\\\\", "\\/", "\\n", "\\r", "\\u0022", "\\u005c", "\\u0000", "\\ud83d", "\\ude00",
            "\\u00e9", "\\b", "\\x", "\\u12", "\\u", "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "\r",
            "\t",
            "\u{0}", "\u{1}", "\u{b}", "\u{7f}", "é", "😀", "\u{feff}", "[[[[[[[[", "}}", "\"}", "\"}}\"}",
            "\", \"", "\": \"", "\":\"", "\" : \"", "\"},\"", "followme-operator", "futel-prod-back",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "\"Body\"", "\"Message\"",
            "\"event\"", "\"Channel\"", "\"timestamp\"",
        ])

    /// Each as it stands at the line's own level, in a string, and in a string of a string.
    private static func levels(_ texts: [String]) -> [[[UInt8]]] {
        var random = SplitMix(seed: 0)
        let style = JSONStyle(spacing: .compact, spelling: .plain)
        var level = texts.map { Array($0.utf8) }
        return (0..<3).map { _ in
            defer { level = level.map { Array(style.string($0, &random).dropFirst().dropLast()) } }
            return level
        }
    }
}
