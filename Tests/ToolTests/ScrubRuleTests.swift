import Support
import Testing

/// The rules on the message itself, 3 to 8 of DESIGN's "How a line is scrubbed", however it is wrapped.
@Suite struct ScrubRuleTests {
    @Test(arguments: ScrubWrapping.allCases)
    func hostname(_ wrapping: ScrubWrapping) async throws {
        let kept = [
            "futel-prod.phu73l.net", "futel-prod-back", "dialplan-functions-prod", #"futel-prod-\u0062ack"#,
        ]
        let dropped = [
            #""futel-stage""#, #""Futel-prod-back""#, #""futel-prod-back ""#, #""futel-prod-bac""#, #""""#,
            "null", "true", "0", "[]", "{}", #"["futel-prod-back"]"#,
        ]
        try await expect(
            wrapping,
            kept.map { (bareMessage(host: "\"\($0)\""), .event()) }
                + dropped.map { (bareMessage(host: $0), .dropped("hostname")) } + [
                    (bareMessage(host: nil), .rejected("no hostname")),
                    (bareMessage().replacing("hostname", with: "Hostname"), .rejected("no hostname")),
                    (bareMessage().replacing("hostname", with: #"\u0068ostname"#), .event()),
                    (bareMessage(host: #""x","hostname":"futel-prod-back""#), .event()),
                    (bareMessage(host: #""futel-prod-back","hostname":"x""#), .dropped("hostname")),
                ])
    }

    @Test(arguments: ScrubWrapping.allCases)
    func eventObject(_ wrapping: ScrubWrapping) async throws {
        let none: [String?] = [nil, "null", "[]", "\"{}\"", "1", "[{\"Channel\":\"c\",\"Event\":\"e\"}]"]
        let object = #"{"Channel":"c","Event":"e"}"#
        try await expect(
            wrapping,
            none.map { (bareMessage($0), .rejected("no event object")) } + [
                (bareMessage("{}"), .dropped("channel")),
                (bareMessage("1,\"event\":\(object)"), .event()),
                (bareMessage("\(object),\"event\":1"), .rejected("no event object")),
                // What the first of two objects held is forgotten.
                (bareMessage("\(object),\"event\":{\"Event\":\"e\"}"), .dropped("channel")),
                (bareMessage("\(object),\"event\":{\"Channel\":\"d\"}"), .rejected("event has no name")),
            ])
    }

    @Test(arguments: ScrubWrapping.allCases)
    func channel(_ wrapping: ScrubWrapping) async throws {
        let falsy = [
            "null", "false", "0", "-0", "0.0", "-0.0", "0e5", "0E-5", "-0.00e+10", "1e-400", #""""#, "[]",
            "{}",
            "[ ]", "{ }",
        ]
        let others = ["true", "1", "-1", "0.1", "1e-300", "1e400", "[0]", "[[]]", #"{"":0}"#]
        let noise = ["followme-operator", "Local/followme-operator-13@x", #"follow\u006de-operator"#]
        let wanted = ["Followme-operator", "followme-operato", "followme operator", " ", "0", "null"]
        func message(_ channel: String) -> String { bareMessage("{\"Channel\":\(channel),\"Event\":\"e\"}") }
        try await expect(
            wrapping,
            falsy.map { (message($0), .dropped("channel")) }
                + others.map { (message($0), .rejected("channel is not a string")) }
                + noise.map { (message("\"\($0)\""), .dropped("channel")) }
                + wanted.map { (message("\"\($0)\""), .event("\"\($0)\"", "\"\($0)\"")) } + [
                    (bareMessage(#"{"channel":"c","Event":"e"}"#), .dropped("channel")),
                    (message(#""c","Channel":0"#), .dropped("channel")),
                    (message(#"0,"Ch\u0061nnel":"c""#), .event()),
                ])
    }

    @Test(arguments: ScrubWrapping.allCases)
    func name(_ wrapping: ScrubWrapping) async throws {
        func message(_ names: String) -> String { bareMessage("{\"Channel\":\"c\"\(names)}") }
        let others = ["true", "false", "0", "1.5", "[]", "{}", "[null]"]
        try await expect(
            wrapping,
            [
                (message(#","UserEvent":"u","Event":"e""#), .event(#""c""#, #""c""#, #""u""#)),
                (message(#","Event":"e","UserEvent":"u""#), .event(#""c""#, #""c""#, #""u""#)),
                (message(#","UserEvent":"""#), .event(#""c""#, #""c""#, #""""#)),
                (message(#","Event":"registry""#), .event(#""c""#, #""c""#, #""registry""#)),
                (message(#","Event":"Registry2""#), .event(#""c""#, #""c""#, #""Registry2""#)),
                (message(#","UserEvent":"u","Event":7"#), .event(#""c""#, #""c""#, #""u""#)),
                (message(#","UserEvent":null,"Event":"e""#), .dropped("event")),
                (message(#","Event":null"#), .dropped("event")),
                (message(#","Event":"Registry""#), .dropped("event")),
                (message(#","Event":"PeerStatu\u0073""#), .dropped("event")),
                (message(#","UserEvent":"PeerStatus","Event":"e""#), .dropped("event")),
                (message(#","UserEvent":"u","Event":"Registry""#), .event(#""c""#, #""c""#, #""u""#)),
                (message(#","userEvent":"u","event":"e""#), .rejected("event has no name")),
                (message(""), .rejected("event has no name")),
            ] + others.map { (message(",\"Event\":\($0)"), .rejected("event name is not a string")) }
                + others.map {
                    (message(",\"UserEvent\":\($0),\"Event\":\"e\""), .rejected("event name is not a string"))
                })
    }

    @Test(arguments: ScrubWrapping.allCases)
    func timestamp(_ wrapping: ScrubWrapping) async throws {
        let times = [
            "2026-01-01 11:34:11", "2026-01-01T11:34:11", "2026-01-01T11:34:11.1+00:00",
            "2024-02-29T23:59:59.123456789-23:59", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
        ]
        let others = [
            "null", "0", "1767267251", "{}", #""""#, #""yesterday""#, #""2026-01-01""#,
            #""2026-02-29T00:00:00""#,
            #""2026-01-01t11:34:11Z""#, #""2026-01-01T24:00:00Z""#, #""2026-01-01T11:34:60Z""#,
            #""2026-01-01T11:34:11.1234567890Z""#, #""2026-01-01T11:34:11Z ""#, #""0000-01-01T11:34:11Z""#,
            #""2026-01-01T11:34:11Z\n""#, #""2026-01-01T11:34:11Z\u0000""#,
        ]
        let form = "timestamp is not a date and time in the expected form"
        try await expect(
            wrapping,
            times.map { (bareMessage(time: "\"\($0)\""), .event(time: $0)) }
                // The key is there: what the envelope says does not help.
                + others.map { (bareMessage(time: $0), .rejected(form)) } + [
                    (bareMessage(time: #""2026-01-0\u0031T11:34:11Z""#), .event())
                ])
    }

    @Test(arguments: ScrubWrapping.allCases)
    func endpoint(_ wrapping: ScrubWrapping) async throws {
        func message(_ endpoint: String) -> String {
            bareMessage("{\"Channel\":\"c\",\"Event\":\"e\",\"endpoint\":\(endpoint)}")
        }
        let others = ["true", "false", "0", "630", "[]", "{}"]
        try await expect(
            wrapping,
            [
                (message(#""SIP/631""#), .event(#""c""#, #""SIP/631""#)),
                (message(#""""#), .event(#""c""#, #""""#)), (message("null"), .event(#""c""#, "null")),
                (message(#"1,"endpoint":null"#), .event(#""c""#, "null")),
                (bareMessage(#"{"Channel":"c","Event":"e","Endpoint":1}"#), .event()),
            ] + others.map { (message($0), .rejected("endpoint is neither a string nor null")) })
    }

    @Test(arguments: ScrubWrapping.allCases)
    func escapes(_ wrapping: ScrubWrapping) async throws {
        let asTheyAre = [
            #"\ud83d"#, #"\ude00\ud83d"#, #"a\ud83d\n\ude00"#, #"\ud83d\ude00"#, #"\\ud83d"#, #"\"\\"#,
        ]
        let rewritten = [
            ("é😀\u{7f}", #"\u00e9\ud83d\ude00\u007f"#), (#"\u0041\/\u000a"#, #"A/\n"#),
            (#"\u00E9\uD83D\uDE00"#, #"\u00e9\ud83d\ude00"#), (#"\u0000\b\f\r\t"#, #"\u0000\b\f\r\t"#),
        ]
        try await expect(
            wrapping,
            (asTheyAre.map { ($0, $0) } + rewritten).map { text, written in
                let fields = #""Channel":"\#(text)","Event":"\#(text)","endpoint":"x\#(text)""#
                return (
                    bareMessage("{\(fields)}"), .event("\"\(written)\"", "\"x\(written)\"", "\"\(written)\"")
                )
            })
    }

    private func expect(
        _ wrapping: ScrubWrapping, _ messages: [(message: String, outcome: ScrubOutcome)]
    ) async throws {
        let cases = try messages.enumerated().map {
            ScrubCase(try wrapping.wrap($1.message, id: $0), $1.outcome)
        }
        try await expectScrub(cases, hint: "\(wrapping)")
    }
}
