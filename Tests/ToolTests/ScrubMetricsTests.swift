import Support
import Testing

/// Lines of the telephones' log: `--format metrics`.
@Suite struct ScrubMetricsTests {
    private func line(_ channel: String, _ name: String, time: String = "2022-04-04 22:45:55,436") -> String {
        "\(time) UNIQUEID=1833323238.399, CHANNEL=\(channel), CALLERID(number)=+12345678901, name=\(name)"
    }

    private func scrub(_ lines: [String], _ flags: [String] = []) async throws -> ToolRun {
        try await run(
            "event-scrub", ["--format", "metrics"] + flags, input: lines.map { $0 + "\n" }.joined())
    }

    private func event(
        _ channel: String, _ name: String, time: String = "2022-04-04T22:45:55-08:00"
    ) -> String {
        let start = #"{"timestamp": "\#(time)", "channel": \#(channel), "endpoint": \#(channel), "#
        return start + #""event": \#(name)}"#
    }

    @Test func theOffsetIsThatOfTheFlag() async throws {
        let line = line("SIP/630-0000011f", "filterdial")
        for (flags, offset) in [
            ([], "-08:00"), (["--utc-offset", "-07:00"], "-07:00"), (["--utc-offset", "Z"], "Z"),
            (["--utc-offset=+05:30"], "+05:30"),
        ] {
            let run = try await scrub([line, line + "\r"], flags)
            let expected = event(
                "\"SIP/630-0000011f\"", "\"filterdial\"", time: "2022-04-04T22:45:55\(offset)")
            #expect(run.status == 0)
            #expect(run.lines == [expected, expected])
        }
    }

    @Test(arguments: ["", "8", "-8", "-0800", "PST", "-24:00", "-08:60", "z"])
    func anOffsetIsZOrHoursAndMinutes(_ offset: String) async throws {
        let run = try await scrub([], ["--utc-offset", offset])
        #expect(run.status == 64)
        #expect(run.errLines.first == "event-scrub: --utc-offset takes Z or an offset such as -08:00")
    }

    @Test func theSameFiltersApply() async throws {
        let lines = [
            line("SIP/630", "Registry"), line("SIP/630", "PeerStatus"), line("x-followme-operator-1", "a"),
            line("", "a"), line("SIP/630", "é\u{7f}"),
        ]
        let filtered = try await scrub(lines)
        #expect(filtered.status == 0)
        #expect(filtered.lines == [event("\"SIP/630\"", #""\u00e9\u007f""#)])
        #expect(filtered.errLines.first == "event-scrub: 5 read, 1 kept, 4 dropped, 0 rejected")

        let others = try await scrub(lines, ["--drop-event", "a", "--drop-channel", "640"])
        #expect(others.lines.count == 3)
    }

    @Test func badLinesAreRejected() async throws {
        let directory = try TemporaryDirectory()
        let form = "not a log line of the expected form"
        let cases = [
            ("", nil), ("nonsense", form), (bareMessage(), form),
            (line("c", "a", time: "2022-04-04 22:45:55"), form),
            (line("c", "a", time: "2022-04-04T22:45:55,436"), form),
            (line("c", "a", time: "2022-04-04 22:45:55,43a"), form),
            (line("c", "a", time: "2022-04-04 22:45:55.436"), form),
            (line("c", "a", time: "2022-04-04 22:45:55,4364"), form),
            (
                line("c", "a", time: "2022-02-29 22:45:55,436"),
                "timestamp is not a date and time in the expected form"
            ),
            (
                line("c", "a", time: "2022-04-04 22:45:60,436"),
                "timestamp is not a date and time in the expected form"
            ),
            ("2022-04-04 22:45:55,436 CHANNEL=c", form), ("2022-04-04 22:45:55,436 name=a", form),
        ]
        let run = try await scrub(
            cases.map(\.0) + [line("c", "a")], ["--rejects", directory.path("rejects")])
        #expect(run.status == 0)
        #expect(run.lines == [event("\"c\"", "\"a\"")])
        let expected = try cases.enumerated().compactMap { index, tried -> String? in
            guard let reason = tried.1 else { return nil }
            return #"{"line":\#(index + 1),"reason":"\#(reason)","message":\#(try quotedJSON(tried.0))}"#
        }
        #expect(try directory.readText("rejects").split(separator: "\n").map(String.init) == expected)
    }

    @Test func bytesThatAreNoUTF8AreRejected() async throws {
        let bytes = Array(line("c", "a").utf8) + [0xff, 0x0a]
        let run = try await run("event-scrub", ["--format", "metrics"], input: bytes)
        #expect(run.status == 65)
        #expect(run.out.isEmpty)
        #expect(run.errLines.first == "event-scrub: line 1: rejected: not UTF-8")
    }
}
