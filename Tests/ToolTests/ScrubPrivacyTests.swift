import Support
import Testing

/// What is private leaves by the four fields or not at all; standard error is public.
@Suite struct ScrubPrivacyTests {
    private static let secrets = ["s3cr3t", "5035551212", "cellar-door"]

    private var lines: [String] {
        get throws {
            let caller = #""CallerIDNum":"+15035551212","CallerIDName":"cellar-door","Token":"s3cr3t""#
            let message = bareMessage(#"{"Channel":"SIP/630","Event":"e",\#(caller)}"#)
            return [
                message, try ScrubWrapping.message.wrap(message, id: 1),
                bareMessage(#"{"Channel":"SIP/+15035551212","Event":"Registry",\#(caller)}"#),
                bareMessage(#"{"Channel":"Local/followme-operator-5035551212","Event":"e",\#(caller)}"#),
                bareMessage(#"{"Channel":0,"Event":"e",\#(caller)}"#),
                bareMessage(#"{"Channel":["s3cr3t"],"Event":"e",\#(caller)}"#),
                bareMessage(#"{"Channel":"SIP/630",\#(caller)}"#),
                bareMessage(#"{"Channel":"SIP/630","Event":["s3cr3t"],\#(caller)}"#),
                bareMessage(#"{"Channel":"SIP/630","Event":"e",\#(caller)}"#, time: #""s3cr3t""#),
                bareMessage(host: #""15035551212""#), #"{"hostname":"s3cr3t","event":"5035551212"}"#,
                "s3cr3t +15035551212", #"{"Body":"s3cr3t"}"#, #"{"Message":"{\"5035551212\":s3cr3t}"}"#,
            ]
        }
    }

    @Test(arguments: [[], ["--verbose"], ["--quiet"]])
    func nothingPrivateIsTold(_ flags: [String]) async throws {
        let run = try await run("event-scrub", flags, input: try lines.map { $0 + "\n" }.joined())
        #expect(run.status == 65)
        #expect(run.lines.count == 2)
        for secret in Self.secrets {
            #expect(!run.err.contains(secret), "\(secret)")
            #expect(!run.outText.contains(secret), "\(secret)")
        }
        // Else there was nothing to hide.
        #expect(run.errLines.count { $0.contains("rejected") } >= 8)
    }

    @Test func whatIsShownOfMessagesCannotDriveTheTerminal() async throws {
        let line = bareMessage(host: #""\u001b]0;x\u0007 \r\n\u009b1m \u202e""#)
        let run = try await run("event-scrub", input: line)
        #expect(run.status == 0)
        #expect(
            run.errLines == [
                "event-scrub: 1 read, 0 kept, 1 dropped, 0 rejected",
                #"event-scrub:   dropped by hostname: 1 (\u{1b}]0;x\u{7} \u{d}\u{a}\u{9b}1m \u{202e} 1)"#,
            ])
    }

    @Test func countsGoWhereTheyAreWanted() async throws {
        let directory = try TemporaryDirectory()
        let input = try lines.map { $0 + "\n" }.joined()
        let run = try await run(
            "event-scrub", ["--stats", directory.path("stats"), "--jobs", "2"], input: input)
        #expect(run.status == 65)
        let text = try directory.readText("stats")
        let stats = try JSON(parsing: text.utf8)
        #expect(stats["read"] == 14 && stats["kept"] == 2 && stats["dropped"] == 4 && stats["rejected"] == 8)
        #expect(stats["bytes"] == .int(input.utf8.count))
        #expect(
            stats["dropped.hostname"] == 1 && stats["dropped.channel"] == 2 && stats["dropped.event"] == 1)
        let counts = stats["rejectedBy"].object ?? [:]
        #expect(counts.values.compactMap(\.int).reduce(0, +) == 8)
        #expect(counts["event has no name"] == 1 && counts["not JSON"] == 1)
        #expect(text.hasSuffix("}\n") && text.split(separator: "\n").count == 1)
        for secret in Self.secrets { #expect(!text.contains(secret)) }
    }

    @Test func countsThatCannotBeWrittenAreAFailure() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("missing/stats")
        let run = try await run("event-scrub", ["--quiet", "--stats", path], input: bareMessage())
        #expect(run.status == 74)
        #expect(run.lines.count == 1)
        #expect(run.errLines == ["event-scrub: cannot create \(path): No such file or directory"])
    }
}
