import Support
import Testing

/// Promises 5 and 6: what is bad harms only itself, and private data stays inside.
@Suite struct BadInputTests {
    @Test func malformedMessagesStayAndHarmNothing() async throws {
        let chain = try await Chain("malformed")
        let good = Array(try goldenBodies().prefix(60))
        let bad = [
            "not JSON", #"{"event": {}}"#, #"{"hostname": "futel-prod-back", "event": {"Channel": 5}}"#,
        ]
        try await chain.send(good + bad)
        let run = try await chain.dumpQueue()
        #expect(run.status == 0, "\(run.err)")
        #expect(run.err.contains("3 messages were rejected"))
        #expect(try await chain.days() == merged(try await events(of: good)))
        #expect(try await chain.queued() == bad.sorted())
    }

    @Test func nothingButRejectsEndsTheRun() async throws {
        let chain = try await Chain("rejects")
        try await chain.send((0..<40).map { "bad \($0)" })
        let options = ["PULL_OPTIONS": "--wait-time-seconds 1 --max-messages 10 --visibility-timeout 1"]
        let run = try await chain.dumpQueue([], options)
        #expect(run.status == 0, "\(run.err)")
        #expect(run.err.contains("received 10, kept 0, dropped 0, rejected 10"))
        #expect(try await chain.queued().count == 40)
    }

    /// An object with a Content-Encoding cannot be merged.
    @Test func aDayThatCannotBeWrittenHoldsBackOnlyItsOwnMessages() async throws {
        let chain = try await Chain("blocked")
        let bodies = Array(try goldenBodies().prefix(150))
        try await chain.send(bodies)
        _ = try await chain.aws.call(
            "s3", "put_object",
            [
                "Bucket": .string(chain.stage.bucket), "Key": "events/prod/20251231",
                "Body": .bytes([1, 2, 3]),
                "ContentEncoding": "gzip",
            ])
        let run = try await chain.dumpQueue()
        #expect(run.status == 65, "\(run.err)")
        var expected = merged(try await events(of: bodies))
        let held = expected.removeValue(forKey: "20251231")
        var days = try await chain.days()
        #expect(days.removeValue(forKey: "20251231") == [1, 2, 3])
        #expect(days == expected)
        #expect(merged(try await events(of: try await chain.queued())) == ["20251231": held])
    }

    @Test func noMessageLeavesTheRunButItsFourFields() async throws {
        let chain = try await Chain("private")
        let bodies = Array(try goldenBodies().prefix(80)) + ["+15035551212 is not JSON"]
        try await chain.send(bodies)
        let run = try await chain.dumpQueue(["--keep-work"])
        #expect(run.status == 0)
        let work = try chain.temporary.names.first ?? ""
        let listing = try await shell(
            "cat -- */* */days/*; ls -lR", directory: chain.temporary.path("\(work)")
        ).outText
        let secrets = ["CallerIDNum", "UnsubscribeURL", "5551212", chain.stage.secretAccessKey]
        for text in [run.err, listing] {
            for secret in secrets { #expect(!text.contains(secret), "\(secret)") }
        }
        #expect(try chain.temporary.mode(work) == 0o700)
    }
}
