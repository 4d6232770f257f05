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

    /// Installed elsewhere, and called by a link of another name's folder.
    @Test func aLinkToItWorks() async throws {
        let folder = try TemporaryDirectory()
        let link = folder.path("dump-queue")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: dumpQueuePath)
        let byPath = try await run(link, ["--version"], environment: withToolsOnPath([:]))
        #expect(byPath.status == 0 && byPath.outText.hasPrefix("dump-queue "), "\(byPath.err)")
        let path = ["PATH": "\(folder.path):\(withToolsOnPath([:])["PATH"] ?? "")"]
        let byName = try await shell("dump-queue", environment: path)
        #expect(byName.status == 64)
        #expect(byName.err == "dump-queue: QUEUE_URL is not set; try 'dump-queue --help'\n")
    }
}
