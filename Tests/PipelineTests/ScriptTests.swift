import Foundation
import Support
import Testing

/// dump-queue as a command: arguments, statuses, signals.
@Suite struct ScriptTests {
    @Test func helpShowsUsage() async throws {
        let run = try await run(dumpQueuePath, ["--help"], environment: withToolsOnPath([:]))
        #expect(run.status == 0)
        #expect(run.outText.hasPrefix("Usage: dump-queue"))
        for flag in ["--once", "--dry-run", "--keep-work", "--max-minutes", "QUEUE_URL", "EVENTS_URL"] {
            #expect(run.outText.contains(flag))
        }
    }

    @Test(arguments: [["--bogus"], ["--max-minutes"], ["--max-minutes", "x"], []])
    func wrongUsageIs64(_ arguments: [String]) async throws {
        let run = try await run(dumpQueuePath, arguments, environment: withToolsOnPath([:]))
        #expect(run.status == 64)
        #expect(run.errLines.count == 1)
        #expect(run.err.hasPrefix("dump-queue: "))
    }

    @Test func missingCredentialsAre77() async throws {
        let environment = withToolsOnPath(["QUEUE_URL": "http://127.0.0.1:9/1/q", "HOME": "/nonexistent"])
        let run = try await run(dumpQueuePath, environment: environment)
        #expect(run.status == 77, "\(run.err)")
        #expect(run.err.contains("sqs-pull: no AWS credentials"))
    }

    @Test(arguments: [(SIGTERM, 143), (SIGINT, 130), (SIGHUP, 129)] as [(Int32, Int32)])
    func aSignalEndsTheWholeChain(_ signal: Int32, _ status: Int32) async throws {
        let chain = try await Chain("signal")
        let temporary = chain.temporary
        let options = ["PULL_OPTIONS": "--wait-time-seconds 20"]
        let run = try await withRunning(dumpQueuePath, environment: chain.environment(options)) { running in
            try await running.wait { _ in
                try temporary.names.contains { temporary.exists("\($0)/block-1/receipts") }
            }
            running.send(signal)
        }
        #expect(run.status == status, "\(run.err)")
        #expect(run.err.contains("ended by signal \(signal)"))
        #expect(try chain.temporary.names.isEmpty)
    }

    @Test func onGitHubItAnnotatesAndSummarises() async throws {
        let chain = try await Chain("github")
        try await chain.send(Array(try goldenBodies().prefix(20)) + ["::error::oops"])
        let run = try await chain.dumpQueue(
            [],
            ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": chain.temporary.path("summary.md")])
        #expect(run.status == 0)
        #expect(run.lines == ["::warning title=dump-queue::1 messages were rejected and stay in the queue"])
        #expect(!run.err.contains("oops"))
        #expect(try chain.temporary.readText("summary.md").contains("| received | 21 |"))
        let summary = try chain.temporary.readText("summary.md")
        let kept = try await events(of: Array(try goldenBodies().prefix(20)))
        let days = merged(kept).keys.sorted()
        for day in days { #expect(summary.contains("| \(day) | "), "\(summary)") }
        let bars = summary.matches(of: /(?m)^\d{4}-\d\d-\d\d \d\d h  #+ (\d+)$/)
        #expect(bars.reduce(0) { $0 + (Int($1.1) ?? 0) } == kept.count, "\(summary)")
    }

    @Test func aBlockOfUnknownHostsIsAWarning() async throws {
        let chain = try await Chain("hosts")
        try await chain.send(Array(repeating: #"{"hostname":"new-host","event":{}}"#, count: 100))
        let run = try await chain.dumpQueue([], ["GITHUB_ACTIONS": "true"])
        #expect(run.status == 0)
        #expect(run.err.contains("all 100 messages of a block were dropped by hostname"))
        #expect(run.lines.count == 1 && run.lines[0].hasPrefix("::warning title=dump-queue::all messages"))
    }
}
