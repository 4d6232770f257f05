import Foundation
import Support
import Testing

/// Keys, receipt handles and messages are shown by no tool, whatever it is told and however it fails.
@Suite struct SecrecyTests {
    /// A tool with work to do, in a folder that holds what it reads.
    struct Work: Sendable, CustomTestStringConvertible {
        let tool: String
        var arguments: [String] = []
        var input = ""
        /// Secrets that its standard output carries by its format.
        var carried: [String] = []

        var testDescription: String { tool }
    }

    private static let receipts = ["m-1", "m-2"].map { receipt($0, handle: Secrets.handle) }
    private static let all = [
        Work(tool: "sqs-pull", arguments: ["--spool", "spool"], carried: Secrets.messages),
        Work(
            tool: "day-merge", arguments: ["--to", "s3://bucket/events/", "--work", "days"],
            input: eventLine("2026-01-01", 1) + "\n"),
        Work(tool: "s3-put", arguments: ["day-lines"]),
        Work(
            tool: "sqs-ack", arguments: ["--ledger", "ledger", "--stored", "stored"], input: text(receipts)),
    ]

    @Test(arguments: all, [true, false])
    func noToolShowsASecret(_ work: Work, _ refuses: Bool) async throws {
        for hasProfile in [true, false] {
            let folder = try TemporaryDirectory()
            let stub = try SecretiveStub(refuses: refuses)
            let keys = hasProfile ? try Secrets.profile(in: folder) : [:]
            let run = try await run(work, stub, in: folder, keys)
            #expect((run.status == 0) != refuses, "\(run.err)")
            #expect(!stub.server.requests.isEmpty)
            expectNone(of: Secrets.keys + Secrets.messages, in: run.err)
            expectNone(of: Secrets.keys + Secrets.messages, in: try folder.readText("stats"))
            expectNone(of: Secrets.keys, in: run.outText)
            expectNone(of: Secrets.messages.filter { !work.carried.contains($0) }, in: run.outText)
            #expect(try stub.arguments.isEmpty)
            // The token goes to AWS, and to nobody else.
            let token = hasProfile ? Secrets.profileToken : sessionToken
            #expect(stub.server.requests.allSatisfy { $0.header("X-Amz-Security-Token") == token })
        }
    }

    /// The spool carries the receipt handle, and nothing of the message.
    @Test func theSpoolHoldsReceiptsAlone() async throws {
        let folder = try TemporaryDirectory()
        let stub = try SecretiveStub(refuses: false)
        _ = try await run(Self.all[0], stub, in: folder)
        let spool = try folder.readText("spool")
        #expect(try folder.mode("spool") == 0o600)
        #expect(spool.contains(Secrets.handle))
        expectNone(of: Secrets.keys + [Secrets.telephone, Secrets.subscription], in: spool)
        let lines = try spool.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
        #expect(lines.count == 2)
        for line in lines {
            #expect(line.object?.keys.sorted() == ["MessageId", "QueueUrl", "ReceiptHandle", "VisibleAt"])
        }
    }

    @Test(arguments: [true, false])
    func theChainTellsNoSecret(_ refuses: Bool) async throws {
        let folder = try TemporaryDirectory()
        let stub = try SecretiveStub(refuses: refuses)
        let path = try wrapTools(in: folder)
        let verbose = ["PULL", "SCRUB", "MERGE", "PUT", "ACK"].map { ("\($0)_OPTIONS", "--verbose") }
        let own = [
            "PATH": path, "TMPDIR": folder.path, "EVENTS_URL": "s3://bucket/events/",
            "ARGUMENTS_LOG": folder.path("arguments"), "HOME": "/nonexistent", "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": folder.path("summary"),
        ].merging(verbose) { $1 }
        let run = try await Support.run(
            "\(repositoryRoot)/scripts/dump-queue", ["--keep-work"],
            environment: environment(of: stub.server, own), timeout: 60)
        #expect((run.status == 0) != refuses, "\(run.err)")
        expectNone(of: Secrets.keys + Secrets.messages, in: run.outText + run.err)
        #expect(try stub.arguments.isEmpty)
        let arguments = try folder.readText("arguments")
        #expect(arguments.contains("--spool"))
        expectNone(of: Secrets.keys + Secrets.messages, in: arguments)
        #expect(refuses || stub.server.handles == [Secrets.handle, Secrets.handle])
        try expectPrivateFiles(in: folder)
    }

    // MARK: Helpers

    private func run(
        _ work: Work, _ stub: SecretiveStub, in folder: TemporaryDirectory, _ more: [String: String] = [:]
    ) async throws -> ToolRun {
        try folder.write("20260101", putBody)
        try folder.write("day-lines", text([PutDay().line(folder)]))
        try folder.write("ledger", text([kept("m-1"), kept("m-2")]))
        try folder.write("stored", text([stored()]))
        return try await Support.run(
            work.tool, work.arguments + ["--verbose", "--stats", "stats"],
            environment: environment(of: stub.server, ["HOME": "/nonexistent"].merging(more) { $1 }),
            input: work.input, directory: folder.path, timeout: 60)
    }

    /// No file that a run left holds a key or a part of a message; receipts hold their handles.
    private func expectPrivateFiles(in folder: TemporaryDirectory) throws {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        var count = 0
        for name in names where !name.hasPrefix("tools") {
            guard let bytes = try? folder.read(name) else { continue }
            count += 1
            let secrets = Secrets.keys + [Secrets.telephone, Secrets.subscription]
            let handles = name.hasSuffix("receipts") ? [] : [Secrets.handle]
            expectNone(of: secrets + handles, in: String(decoding: bytes, as: UTF8.self))
        }
        #expect(count > 1)
    }

    /// A PATH on which each tool first writes down its arguments.
    private func wrapTools(in folder: TemporaryDirectory) throws -> String {
        for tool in ["sqs-pull", "event-scrub", "day-merge", "s3-put", "sqs-ack"] {
            let path = try folder.write(
                "tools/\(tool)",
                """
                #!/bin/sh
                printf '%s\\n' "$0" "$@" >> "$ARGUMENTS_LOG"
                exec "\(toolsDirectory)/\(tool)" "$@"

                """)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        }
        return "\(folder.path("tools")):\(withToolsOnPath([:])["PATH"] ?? "")"
    }

    private func expectNone(
        of secrets: [String], in text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for secret in secrets { #expect(!text.contains(secret), sourceLocation: sourceLocation) }
    }
}
