import Foundation
import Support
import Testing

/// What the operator is told at the end of a run.
@Suite struct SummaryTests {
    @Test func theSummaryNamesWhatBecameOfAll() async throws {
        let chain = try await Chain("summary")
        let good = ["2026-01-01T10:00:00Z", "2026-01-01T11:00:00Z", "2026-01-02T10:00:00Z"].map {
            message($0)
        }
        try await chain.put(
            "20260101", Array((try await events(of: [good[0]])).map { $0 + "\n" }.joined().utf8))
        let dropped = [
            message(host: "elsewhere"), message(channel: "x-followme-operator"), message(event: "Registry"),
        ]
        try await chain.send(good + dropped + ["+15035551212 is not JSON"])
        let rejected =
            try await chain.aws.peek(chain.stage.queueURL).first { $0.body.hasPrefix("+") }?.id ?? ""
        let run = try await chain.dumpQueue()
        #expect(run.status == 0, "\(run.err)")
        let told = run.errLines.filter { $0.hasPrefix("dump-queue: ") }.map { String($0.dropFirst(12)) }
        for line in [
            "received 7, kept 3, dropped 3, rejected 1, damaged 0",
            "dropped by hostname 1, by channel 1, by event 1",
            "days stored 2, unchanged 0, merged again after a conflict 0",
            "day 20260101: new 2, existing 1, added 1, unchanged 0, conflicts 0, repeats 0; stored",
            "day 20260102: new 1, existing 0, added 1, unchanged 0, conflicts 0, repeats 0; stored",
            "messages deleted 6, failed 0, left in the queue 1, receipts past their time 0",
            "1 messages were rejected; they stay in the queue for its dead-letter policy",
            "rejected: \(rejected) Body is not JSON",
        ] { #expect(told.contains(line), "\(line)\n\(run.err)") }
        #expect(
            told.contains {
                $0.contains(/^the oldest message was sent \d+ min before the run; \d+ s, \d+ bytes put$/)
            })
        #expect(!run.err.contains("5035551212"))
    }

    @Test func conflictsAreCounted() async throws {
        let stub = try StubAWS(pulls: 1) { request in
            // Every PUT finds that somebody else was faster.
            guard request.method == "PUT" else { return nil }
            return StubReply(412, body: "<Error><Code>PreconditionFailed</Code></Error>")
        }
        let temporary = try TemporaryDirectory()
        let environment = stub.environment([
            "TMPDIR": temporary.path, "PULL_OPTIONS": "--visibility-timeout 3 --concurrency 1",
        ])
        let run = try await run(dumpQueuePath, ["--max-minutes", "0"], environment: environment)
        #expect(run.status == 75, "\(run.err)")
        let day = run.err.firstMatch(
            of:
                /day 20260101: new 10, existing 0, added 0, unchanged 0, conflicts (\d+), repeats (\d+); conflict\n/
        )
        let (conflicts, repeats) = (Int(day?.1 ?? "") ?? 0, Int(day?.2 ?? "") ?? 0)
        #expect(conflicts > 1 && repeats == conflicts - 1, "\(run.err)")
        #expect(stub.deletes.isEmpty)
    }

    @Test func aDryRunShowsWhatWouldChange() async throws {
        let chain = try await Chain("dry")
        try await chain.send([message("2026-01-01T10:00:00Z"), "malformed"])
        let run = try await chain.dumpQueue(
            ["--dry-run"],
            ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": chain.temporary.path("summary.md")])
        #expect(run.status == 0, "\(run.err)")
        #expect(run.err.contains("dump-queue: day 20260101: new 1, existing 0, added 1, "))
        #expect(run.err.contains("dump-queue: dry run: nothing was written or deleted"))
        #expect(try chain.temporary.readText("summary.md").contains("### Queue dump, a dry run\n"))
        #expect(try await chain.days().isEmpty)
        #expect(try await chain.aws.count(chain.stage.queueURL) == QueueCounts(visible: 2, inFlight: 0))
    }

    // MARK: On GitHub

    @Test func onGitHubItAnnotatesAndSummarises() async throws {
        let chain = try await Chain("github")
        try await chain.send(Array(try goldenBodies().prefix(20)) + ["::error::oops"])
        let run = try await onGitHub(chain)
        #expect(run.status == 0)
        #expect(run.lines == ["::warning title=dump-queue::1 messages were rejected and stay in the queue"])
        #expect(!run.err.contains("oops"))
        let summary = try chain.temporary.readText("summary.md")
        #expect(summary.contains("| received | 21 |"))
        let kept = try await events(of: Array(try goldenBodies().prefix(20)))
        for day in merged(kept).keys { #expect(summary.contains("| \(day) | "), "\(summary)") }
        let bars = summary.matches(of: /(?m)^\d{4}-\d\d-\d\d \d\d h  #+ (\d+)$/)
        #expect(bars.reduce(0) { $0 + (Int($1.1) ?? 0) } == kept.count, "\(summary)")
    }

    @Test func aBlockOfUnknownHostsIsAWarning() async throws {
        let chain = try await Chain("hosts")
        try await chain.send(Array(repeating: #"{"hostname":"new-host","event":{}}"#, count: 100))
        let run = try await onGitHub(chain)
        #expect(run.status == 0)
        #expect(run.err.contains("all 100 messages of a block were dropped by hostname"))
        #expect(run.lines.count == 1 && run.lines[0].hasPrefix("::warning title=dump-queue::all messages"))
    }

    @Test func aQueueWithoutADeadLetterQueueIsAWarning() async throws {
        let chain = try await Chain("no-dead-letters", deadLetterQueue: false)
        let run = try await onGitHub(chain)
        #expect(run.status == 0, "\(run.err)")
        #expect(run.err.contains("dump-queue: the queue has no dead-letter queue"))
        #expect(
            run.lines.count == 1
                && run.lines[0].hasPrefix("::warning title=dump-queue::the queue has no dead-"))
    }

    @Test func staleReceiptsAreAWarning() async throws {
        let stub = try StubAWS(pulls: 1) { request in
            // Renewals fail, and the deletes come when the time is over.
            if request.operation == "ChangeMessageVisibilityBatch" { return StubReply(403, body: "{}") }
            return request.method == "PUT" ? StubReply(200, [("ETag", #""e""#)], delay: 1.2) : nil
        }
        let folder = try TemporaryDirectory()
        let environment = stub.environment([
            "TMPDIR": folder.path, "PULL_OPTIONS": "--visibility-timeout 1 --concurrency 1",
            "GITHUB_ACTIONS": "true",
        ])
        let run = try await run(dumpQueuePath, environment: environment)
        #expect(run.status == 0, "\(run.err)")
        #expect(run.lines == ["::warning title=dump-queue::10 receipts were past their visibility timeout"])
    }

    @Test func aFailureNamesItsStageAndWhatToDo() async throws {
        let stub = try StubAWS(pulls: 1) {
            $0.method == "PUT" ? StubReply(403, body: "<Error><Code>AccessDenied</Code></Error>") : nil
        }
        let folder = try TemporaryDirectory()
        let environment = stub.environment(["TMPDIR": folder.path, "GITHUB_ACTIONS": "true"])
        let run = try await run(dumpQueuePath, environment: environment)
        #expect(run.status == 77, "\(run.err)")
        let error =
            "::error title=dump-queue::ended with status 77; s3-put(77): look at the keys, the role and the policy"
        #expect(run.lines == [error])
        #expect(run.err.contains("dump-queue: failed: s3-put(77)"))
    }

    // MARK: What comes from outside

    /// A line's beginning "::" is a workflow command on GitHub, and "##[" anywhere in it.
    @Test func nothingFromOutsideSpeaks() async throws {
        let chain = try await Chain("hostile")
        let texts = [
            "::error::from outside", "##[add-mask]outside", "1234567[stop-commands]outside",
            "a\\n::warning::outside", "a\\r\\n##[error]outside", "| outside | <img src=x> **outside**",
            "```\\noutside", "+1 (503) 555-1212 outside +15035551212", "\\u001b[2J\\u2028::error::outside",
        ]
        let kept = texts.map { message("2026-01-01T10:00:00Z", channel: $0, event: $0) }
        let dropped = texts.flatMap { [message(host: $0), message(channel: "followme-operator \($0)")] }
        let rejected = texts + texts.map { #"{"hostname":"\#($0)"}"# }
        try await chain.send(kept + dropped + rejected)
        let run = try await onGitHub(
            chain, ["SCRUB_OPTIONS": "--verbose", "PULL_OPTIONS": "--verbose --wait-time-seconds 1"])
        #expect(run.status == 0, "\(run.err)")
        #expect(try await chain.days() == merged(try await events(of: kept)))
        let summary = try chain.temporary.readText("summary.md")
        expectSilence(run.err)
        expectSilence(summary)
        #expect(!summary.contains("outside"))
        #expect(
            run.lines == [
                "::warning title=dump-queue::\(rejected.count) messages were rejected and stay in the queue"
            ])
        // There was something to hear: the hosts that were dropped most are shown.
        #expect(run.err.contains("dropped by hostname: \(texts.count) ("))
    }

    /// MessageIds of other forms than SQS's, reasons that are none of ours.
    @Test func noMessageIDSpeaks() async throws {
        let folder = try TemporaryDirectory()
        let stub = try StubAWS(pulls: 0)
        let ids = [
            "::error::outside", "##[error]outside", "+15035551212", "| outside |", #"a\",\"outcome\":\"x"#,
        ]
        let lines = ids.map { #"{"MessageId":"\#($0)","ReceiptHandle":"h","Body":"outside"}"# }
        // Stands in for sqs-pull, as SQS makes no such ids.
        let pull = "#!/bin/sh\ncat <<'END'\n\(lines.joined(separator: "\n"))\nEND\n"
        try folder.writeExecutable("sqs-pull", pull)
        let environment = stub.environment([
            "TMPDIR": folder.path, "PATH": "\(folder.path):\(withToolsOnPath([:])["PATH"] ?? "")",
            "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": folder.path("summary.md"),
        ])
        let run = try await run(dumpQueuePath, environment: environment)
        #expect(run.status == 0, "\(run.err)")
        #expect(
            run.errLines.count { $0 == "dump-queue: rejected: (an id of another form) Body is not JSON" }
                == 5, "\(run.err)")
        for text in [run.err, try folder.readText("summary.md")] {
            expectSilence(text)
            #expect(!text.contains("outside"))
        }
    }

    /// Nothing in it is a workflow command or a telephone number.
    private func expectSilence(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(!text.contains("##["), sourceLocation: sourceLocation)
        #expect(
            !text.contains("5035551212") && !text.contains("555-1212"), "\(text)",
            sourceLocation: sourceLocation)
        let commands = text.split(whereSeparator: \.isNewline).filter {
            $0.trimmingCharacters(in: .whitespaces).hasPrefix("::")
        }
        #expect(commands.isEmpty, sourceLocation: sourceLocation)
    }

    private func onGitHub(_ chain: Chain, _ more: [String: String] = [:]) async throws -> ToolRun {
        let github = ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": chain.temporary.path("summary.md")]
        return try await chain.dumpQueue([], github.merging(more) { $1 })
    }

    /// Its parts are JSON text already.
    private func message(
        _ time: String = "2026-01-01T10:00:00Z", host: String = "futel-prod-back", channel: String = "c",
        event: String = "e"
    ) -> String {
        #"{"timestamp":"\#(time)","hostname":"\#(host)","event":{"Channel":"\#(channel)","Event":"\#(event)"}}"#
    }
}
