import Foundation
import Support
import Testing

/// The hourly run by cron and by systemd: packaging/cron and packaging/systemd as they stand there, but for the
/// places of the files that they name.
@Suite struct ScheduleTests {
    @Test func cronDrainsTheQueueAndWritesNoMail() async throws {
        let machine = try await Machine()
        let run = try await machine.cron()
        #expect(run.status == 0 && run.outText.isEmpty && run.err.isEmpty, "\(run.outText)\(run.err)")
        #expect(try await machine.chain.days() == merged([Machine.event]))
    }

    @Test func cronWritesAMailWhenTheRunFails() async throws {
        let machine = try await Machine(settings: ["QUEUE_URL": ""])
        let run = try await machine.cron()
        #expect(run.outText.hasPrefix("status 64: dump-queue: QUEUE_URL is not set"))
    }

    @Test func theServiceDrainsTheQueue() async throws {
        let machine = try await Machine()
        let run = try await machine.service()
        #expect(run.status == 0, "\(run.err)")
        #expect(try await machine.chain.days() == merged([Machine.event]))
    }

    /// systemd looks whether the program is there, so it gets a folder in which it is.
    @Test(.enabled(if: isOnPath("systemd-analyze"))) func systemdTakesTheUnits() async throws {
        let folder = try TemporaryDirectory()
        let unit = try text("systemd/dump-queue.service")
        try folder.write(
            "dump-queue.service", unit.replacing("/usr/bin/dump-queue", with: dumpQueuePath))
        try folder.write("dump-queue.timer", try text("systemd/dump-queue.timer"))
        let script = """
            systemd-analyze verify --man=no ./dump-queue.service ./dump-queue.timer >&2 &&
                systemd-analyze security --no-pager --offline=yes --threshold=15 ./dump-queue.service
            """
        let run = try await shell(script, directory: folder.path)
        // A key that it does not know is told, but no failure.
        #expect(run.status == 0 && run.err.isEmpty, "\(run.err)")
        #expect(run.outText.contains("Overall exposure level"))
    }
}

/// A machine on which dump-queue is installed, with its settings and keys in files, and a message waiting.
private struct Machine {
    let chain: Chain
    private let files: TemporaryDirectory

    static let event =
        #"{"timestamp": "2026-01-01T00:00:00Z", "channel": "c", "endpoint": "c", "event": "e"}"#

    init(settings: [String: String] = [:]) async throws {
        chain = try await Chain("schedule")
        files = try TemporaryDirectory()
        let stage = chain.stage
        let known = [
            "QUEUE_URL": stage.queueURL, "EVENTS_URL": stage.eventsURL, "AWS_ENDPOINT_URL": stage.endpointURL,
            "AWS_REGION": "us-east-1", "PULL_OPTIONS": "'--wait-time-seconds 1'",
        ]
        let lines = known.merging(settings) { $1 }.map { "\($0)=\($1)\n" }
        try files.write("dump-queue.conf", lines.joined())
        try files.write(
            ".aws/credentials",
            """
            [default]
            aws_access_key_id = \(stage.accessKeyID)
            aws_secret_access_key = \(stage.secretAccessKey)

            """)
        try await chain.send([
            #"{"timestamp": "2026-01-01T00:00:00Z", "hostname": "futel-prod-back", "#
                + #""event": {"Channel": "c", "UserEvent": "e"}}"#
        ])
    }

    /// As cron starts it: what stands behind the user's name, with the variables above it and a home.
    func cron() async throws -> ToolRun {
        let table = try text("cron/dump-queue")
        let line = String(try #require(table.firstMatch(of: /\n40 \* \* \* \* events (.*)\n/)?.1))
        #expect(!line.contains("%"), "cron ends the command there")
        return try await run(
            "/bin/sh", ["-c", line.replacing("/etc/", with: "\(files.path)/")],
            environment: installed(["HOME": files.path]))
    }

    /// As systemd starts it: the unit's variables and those of its file, and a copy of the keys.
    func service() async throws -> ToolRun {
        let unit = try text("systemd/dump-queue.service")
        #expect(unit.contains("\nEnvironmentFile=/etc/dump-queue.conf\n"))
        #expect(unit.contains("\nLoadCredential=aws:/etc/dump-queue.credentials\n"))
        try files.write("credentials/aws", files.read(".aws/credentials"))
        var environment = installed([:])
        for match in unit.matches(of: /\nEnvironment=(\w+)=(.*)/) {
            environment["\(match.1)"] = String(match.2).replacing("%d", with: files.path("credentials"))
        }
        let command = try #require(unit.firstMatch(of: /\nExecStart=\/usr\/bin\/(.*)\n/)?.1)
        return try await run(
            "/bin/sh", ["-c", "set -a; . \"$0\"; set +a; exec \(command)", files.path("dump-queue.conf")],
            environment: environment)
    }

    private func installed(_ more: [String: String]) -> [String: String] {
        ["PATH": "\(toolsDirectory):\(repositoryRoot)/scripts:/usr/bin:/bin"].merging(more) { $1 }
    }
}

/// A file of packaging/.
private func text(_ path: String) throws -> String {
    String(decoding: try readFile("\(repositoryRoot)/packaging/\(path)"), as: UTF8.self)
}
