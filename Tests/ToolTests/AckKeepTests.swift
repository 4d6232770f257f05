import Records
import Support
import Testing

/// `--keep`: messages stay hidden for as long as somebody works on them.
@Suite struct AckKeepTests {
    @Test func messagesAreHiddenAnewUntilStandardInputEnds() async throws {
        let server = try ackServer()
        let visibleAt = UTCTime.now.adding(seconds: 1)
        let keeping = try await Keeping([receipt("m", visibleAt: visibleAt.iso8601)], at: server) {
            server.requests.count >= 3
        }
        #expect(keeping.run.status == 0, "\(keeping.run.err)")
        #expect(keeping.run.err.isEmpty)
        #expect(server.requests.allSatisfy { $0.operation == "ChangeMessageVisibilityBatch" })
        #expect(server.requests.allSatisfy { $0.entries.first?["VisibilityTimeout"] == 1 })
        let times = try keeping.receipts.map { try #require(UTCTime(iso8601: $0["VisibleAt"].string ?? "")) }
        #expect(times.count >= 2)
        #expect(times == times.sorted() && times.allSatisfy { $0 > visibleAt })
        for receipt in keeping.receipts {
            #expect(receipt["MessageId"] == "m" && receipt["ReceiptHandle"] == "handle of m")
            #expect(receipt["QueueUrl"] == .string(stubQueueURL))
        }
    }

    /// Nothing is asked for before half of the time is gone.
    @Test func messagesThatAreHiddenForLongAreLeftAlone() async throws {
        let server = try ackServer()
        let spool = [receipt("m", visibleAt: UTCTime.now.adding(seconds: 900).iso8601)]
        let keeping = try await Keeping(spool, timeout: "900", at: server) { true }
        #expect(keeping.run.status == 0)
        #expect(keeping.run.out.isEmpty)
        #expect(server.requests.isEmpty)
    }

    @Test func aRefusalEndsIt() async throws {
        let server = try StubServer { _ in StubReply(403, body: #"{"__type":"AccessDeniedException"}"#) }
        let spool = (0..<50).map { receipt("m-\($0)", visibleAt: "2020-01-01T00:00:00.000Z") }
        let keeping = try await Keeping(spool, at: server)
        #expect(keeping.run.status == 77)
        #expect(keeping.run.out.isEmpty)
        #expect(keeping.run.errLines.count <= 2 && keeping.run.err.contains("AccessDenied"))
        // It would be refused for the others too.
        #expect(server.requests.count <= 2)
    }

    /// One that was given to somebody else meanwhile is theirs.
    @Test func aMessageThatCannotBeHiddenIsLeftAlone() async throws {
        let server = try StubServer { request in
            let entries = request.entries.map { entry in
                let id = entry["Id"].string ?? ""
                return entry["ReceiptHandle"] == "handle of a"
                    ? (false, #"{"Id":"\#(id)","Code":"MessageNotInflight","SenderFault":true}"#)
                    : (true, #"{"Id":"\#(id)"}"#)
            }
            func list(_ done: Bool) -> String {
                entries.filter { $0.0 == done }.map(\.1).joined(separator: ",")
            }
            return StubReply(body: #"{"Successful":[\#(list(true))],"Failed":[\#(list(false))]}"#)
        }
        let spool = ["a", "b"].map { receipt($0, visibleAt: "2020-01-01T00:00:00.000Z") }
        let keeping = try await Keeping(spool, at: server) { server.requests.count >= 2 }
        #expect(keeping.receipts.allSatisfy { $0["MessageId"] == "b" } && !keeping.receipts.isEmpty)
        #expect(
            server.requests.map { $0.handles.sorted() }.prefix(2) == [
                ["handle of a", "handle of b"], ["handle of b"],
            ])
    }

    @Test func withoutAMessageLeftItEnds() async throws {
        let body = #"{"Failed":[{"Id":"0","Code":"MessageNotInflight","SenderFault":true}]}"#
        let server = try StubServer { _ in StubReply(body: body) }
        let spool = [receipt("a", visibleAt: "2020-01-01T00:00:00.000Z")]
        let keeping = try await Keeping(spool, at: server)
        #expect(keeping.run.status == 75)
        #expect(server.requests.count == 1)
    }

    /// The renewed receipt is the one that counts.
    @Test func aRenewedReceiptIsNotStale() async throws {
        let server = try ackServer()
        let folder = try TemporaryDirectory()
        let spool = try folder.write("spool", text([receipt("m", visibleAt: "2020-01-01T00:00:00.000Z")]))
        let renewed = try folder.write("renewed", text([receipt("m")]) + receipt("torn").prefix(40))
        let run = try await run("sqs-ack", ["--all", spool, renewed], at: server)
        #expect(run.status == 0)
        #expect(run.err == "sqs-ack: 1 deleted, 0 kept, 0 failed\n")
    }

    @Test(arguments: [
        ["--keep", "spool"], ["--keep", "--all", "spool"], ["--keep", "--visibility-timeout", "0", "spool"],
        ["--keep", "--visibility-timeout", "9"], ["--keep", "--visibility-timeout", "9", "-"],
    ])
    func aWrongCallIsRefused(_ arguments: [String]) async throws {
        let server = try ackServer()
        let run = try await run("sqs-ack", arguments, at: server)
        #expect(run.status == 64)
        #expect(server.requests.isEmpty)
    }
}

/// A run of `sqs-ack --keep`.
private struct Keeping {
    let run: ToolRun
    /// What it printed.
    let receipts: [JSON]

    /// Lets it go when something has come about.
    init(
        _ spool: [String], timeout: String = "1", at server: StubServer,
        until isDone: @escaping @Sendable () -> Bool
    ) async throws {
        let folder = try TemporaryDirectory()
        let command = ["--visibility-timeout", timeout, "--keep", try folder.write("spool", text(spool))]
        run = try await withRunning("sqs-ack", command, environment: environment(of: server)) { running in
            try await running.wait { _ in isDone() }
        }
        receipts = try run.lines.map { try JSON(parsing: Array($0.utf8)) }
    }

    /// Never lets it go.
    init(_ spool: [String], at server: StubServer) async throws {
        let folder = try TemporaryDirectory()
        try folder.write("spool", text(spool))
        let script = """
            mkfifo lease
            exec 3<>lease
            sqs-ack --visibility-timeout 1 --keep --concurrency 1 spool <lease
            """
        run = try await shell(script, environment: environment(of: server), directory: folder.path)
        receipts = try run.lines.map { try JSON(parsing: Array($0.utf8)) }
    }
}
