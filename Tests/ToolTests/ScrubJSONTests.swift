import Support
import Testing

/// Rules 1 and 2: what is JSON, at every level, and what is unwrapped.
@Suite struct ScrubJSONTests {
    private static let malformed = [
        "", "{", "[1,]", "{\"a\":1,}", "01", "1.", "NaN", "-Infinity", "'a'", "{a:1}", "\"\\x\"",
        "\"\\ud83\"",
        "\"\t\"", "{} x", "\u{feff}{}", "{}\u{b}", "nul", "\"\u{1}\"",
    ]

    @Test func everyLevelIsReadStrictly() async throws {
        var cases: [ScrubCase] = []
        for bad in Self.malformed {
            let unread = bareMessage(host: "\"x\",\"more\":\(bad)")
            func add(_ key: String, _ text: String) throws {
                let line = "{\"MessageId\":\"\(cases.count)\",\"\(key)\":\(try quotedJSON(text))}"
                cases.append(ScrubCase(line, .rejected("\(key) is not JSON")))
            }
            if !bad.isEmpty { cases.append(ScrubCase(bad, .rejected("not JSON"))) }
            cases.append(ScrubCase(unread, .rejected("not JSON")))
            for text in [bad, unread] {
                try add("Body", text)
                try add("Message", text)
                let envelope = "{\"Message\":\(try quotedJSON(text))}"
                let line = "{\"MessageId\":\"\(cases.count)\",\"Body\":\(try quotedJSON(envelope))}"
                cases.append(ScrubCase(line, .rejected("Message is not JSON")))
            }
        }
        try await expectScrub(cases)
    }

    @Test func depthIsBoundedAtEveryLevel() async throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        let deepest = bareMessage(#"{"Channel":"c","Event":"e","more":\#(nested(510))}"#)
        let deeper = bareMessage(#"{"Channel":"c","Event":"e","more":\#(nested(511))}"#)
        let directory = try TemporaryDirectory()
        var lines: [String] = []
        for (index, message) in [deepest, deeper].enumerated() {
            for wrapping in ScrubWrapping.allCases { lines.append(try wrapping.wrap(message, id: index)) }
        }
        let run = try await run(
            "event-scrub", ["--rejects", directory.path("r")], input: lines.joined(separator: "\n"))
        #expect(run.lines.count == 4)
        let rejects = try directory.readText("r").split(separator: "\n")
        #expect(rejects.count == 4)
        #expect(rejects.allSatisfy { $0.contains("\"reason\":\"JSON nested deeper than 512\"") })
    }

    @Test(arguments: [
        [0xff], [0x80], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0xbd], [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
        [0xf4, 0x90, 0x80, 0x80],
    ])
    func bytesThatAreNoUTF8AreRejected(_ bytes: [UInt8]) async throws {
        // In a value that nobody reads, in a line and in a Body.
        let before = Array(#"{"MessageId":"m","more":""#.utf8)
        let line = before + bytes + Array("\",\(bareMessage().dropFirst())\n".utf8)
        let run = try await run("event-scrub", input: line + Array("\(bareMessage())\n".utf8))
        #expect(run.status == 65)
        #expect(run.errLines.first == "event-scrub: line 1: rejected: not UTF-8")
        #expect(run.lines.count == 1)
    }

    /// Escapes of lone surrogates, at different levels, are no fault of the UTF-8.
    @Test func surrogateEscapesPassAtEveryLevel() async throws {
        let message = bareMessage(#"{"Channel":"\ud83d","Event":"e"}"#)
        let envelope = #"{"Message":\#(try quotedJSON(message)),"Subject":"\ud83d"}"#
        // The Body's own escape yields a lone surrogate in the text of the message.
        let body = try quotedJSON(envelope).replacing(#"\\\\ud83d"#, with: #"\ud83d"#)
        let kept = ScrubOutcome.event(#""\ud83d""#, #""\ud83d""#)
        try await expectScrub([
            ScrubCase(#"{"MessageId":"0","Body":\#(body)}"#, kept),
            ScrubCase(#"{"MessageId":"1","Body":\#(try quotedJSON(envelope)),"x":"\udc00"}"#, kept),
        ])
    }

    @Test func whatIsNoObjectIsNoMessage() async throws {
        let texts = ["[]", "1", "null", "true", "\"text\"", "{}", " { } "]
        var cases: [ScrubCase] = []
        for text in texts {
            let line = #"{"MessageId":"\#(cases.count)","Body":\#(try quotedJSON(text))}"#
            cases.append(ScrubCase(line, .rejected("no hostname")))
        }
        try await expectScrub(cases)
    }

    /// Body, then Message, each once; a key that holds no string is none of them.
    @Test func eachLevelIsUnwrappedOnce() async throws {
        let message = bareMessage()
        let quoted = try quotedJSON(message)
        let envelope = try ScrubWrapping.envelope(message)
        let inner = #"{"Body":\#(quoted)}"#
        func members(_ text: String) -> String { String(text.dropFirst().dropLast()) }
        let noHost = ScrubOutcome.rejected("no hostname")
        let lines: [(String, ScrubOutcome)] = [
            // The Body's text has a Body of its own: that is part of the message.
            ("\"Body\":\(try quotedJSON(inner))", noHost),
            ("\"Body\":\(try quotedJSON("{\(members(inner)),\(members(message))}"))", .event()),
            // A Message in a Message, likewise.
            ("\"Message\":\(try quotedJSON(envelope))", noHost),
            // A Body within a Message comes too late.
            ("\"Message\":\(try quotedJSON(inner))", noHost),
            // Both at one level: the Body goes first, and the line's Message is left behind.
            ("\"Message\":\"x\",\"Body\":\(quoted)", .event()),
            ("\"Body\":null,\"Message\":\(quoted)", .event()),
            ("\"Body\":{\"hostname\":1},\(members(message))", .event()),
            ("\"Message\":[1],\"Body\":5,\(members(message))", .event()),
            ("\"Body\":\"\",\(members(message))", .rejected("Body is not JSON")),
            ("\"Body\":5,\"Body\":\(quoted)", .event()),
            ("\"Body\":\(quoted),\"Body\":5", noHost),
            ("\"\\u0042ody\":\(quoted)", .event()),
            ("\"body\":\(quoted)", noHost),
        ]
        try await expectScrub(
            lines.enumerated().map { ScrubCase("{\"MessageId\":\"\($0)\",\($1.0)}", $1.1) })
    }

    /// The message's time, where it has none that of the envelope, and of no other level.
    @Test func theEnvelopeGivesTheTimeThatTheMessageLacks() async throws {
        let timeless = bareMessage(time: nil)
        let quoted = try quotedJSON(timeless)
        let form = ScrubOutcome.rejected("timestamp is not a date and time in the expected form")
        let sent = ScrubOutcome.event(time: ScrubWrapping.sent)
        let none = ScrubOutcome.rejected("no timestamp")
        let other = "\"Timestamp\":\"2025-01-01T00:00:00Z\""
        let lines: [(String, ScrubOutcome)] = [
            ("\"Body\":\(try quotedJSON(try ScrubWrapping.envelope(timeless)))", sent),
            ("\(try ScrubWrapping.envelope(timeless).dropFirst().dropLast())", sent),
            ("\"Message\":\(quoted)", none), ("\"Message\":\(quoted),\"Timestamp\":null", form),
            ("\"Message\":\(quoted),\"Timestamp\":\"now\"", form),
            ("\"Message\":\(quoted),\"timestamp\":1", none),
            // Neither the SQS message nor the message has an envelope's Timestamp.
            ("\(other),\"Body\":\(quoted)", none), ("\(other),\(timeless.dropFirst().dropLast())", none),
            ("\(other),\"Body\":\(try quotedJSON(#"{"Message":\#(quoted)}"#))", none),
        ]
        let cases = lines.enumerated().map { index, tried in
            let members = tried.0.replacing("\"MessageId\"", with: "\"Id\"")
            return ScrubCase("{\"MessageId\":\"\(index)\",\(members)}", tried.1)
        }
        try await expectScrub(cases)
    }
}
