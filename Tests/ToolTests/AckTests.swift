import Support
import Testing

/// How messages are deleted, and what is said of it.
@Suite struct AckTests {
    @Test func batchesAreOfTen() async throws {
        let server = try ackServer()
        let ids = (0..<37).map { "m-\($0)" }
        let ack = try await Ack(text(ids.map { receipt($0) }), at: server, ["--all"])
        #expect(ack.run.status == 0)
        #expect(ack.statuses.count == 37)
        #expect(server.requests.map(\.entries.count).sorted() == [7, 10, 10, 10])
        #expect(server.handles == ids.map { "handle of \($0)" }.sorted())
        for request in server.requests {
            #expect(request.operation == "DeleteMessageBatch")
            #expect(Set(request.entryIDs).count == request.entries.count)
            #expect(try JSON(parsing: request.body)["QueueUrl"] == .string(stubQueueURL))
        }
    }

    /// A message that came twice has two receipts; only the newest handle is sure to work.
    @Test func ofTwoReceiptsTheLaterCounts() async throws {
        let server = try ackServer()
        let early = receipt("m", visibleAt: "2999-01-01T00:00:00.000Z", handle: "early")
        let late = receipt("m", visibleAt: "2999-01-01T00:00:00.001Z", handle: "late")
        for spool in [[early, late], [late, early], [late, early, late]] {
            let ack = try await Ack(text(spool), at: server, ["--all"])
            #expect(ack.run.lines == [#"{"MessageId":"m","status":"deleted"}"#])
        }
        #expect(server.handles == ["late", "late", "late"])
    }

    @Test func eachQueueHasBatchesOfItsOwn() async throws {
        let server = try ackServer()
        let other = "https://sqs.eu-north-1.amazonaws.com/1/other"
        let spool = [receipt("a"), receipt("b", queueURL: other), receipt("c")]
        let ack = try await Ack(text(spool), at: server, ["--all"])
        #expect(ack.statuses.count == 3)
        #expect(server.requests.count == 2)
        let toOther = try #require(server.requests.first { $0.handles == ["handle of b"] })
        #expect(try JSON(parsing: toOther.body)["QueueUrl"] == .string(other))
        #expect(toOther.header("Authorization")?.contains("/eu-north-1/sqs/") == true)
    }

    /// A receipt past its time is still tried, and counted.
    @Test func staleReceiptsAreTried() async throws {
        let server = try ackServer()
        let folder = try TemporaryDirectory()
        let spool = [receipt("m", visibleAt: "2020-01-01T00:00:00.000Z"), receipt("n")]
        let ack = try await Ack(text(spool), at: server, ["--all", "--stats", folder.path("stats")])
        #expect(ack.run.status == 0)
        #expect(ack.statuses == ["m": "deleted", "n": "deleted"])
        #expect(ack.run.err.contains("1 receipts were past their visibility timeout"))
        #expect(
            try folder.readText("stats") == #"{"deleted":2,"kept":0,"failed":0,"stale":1,"refused":0}"# + "\n"
        )
    }

    @Test func messagesCanBeGivenBack() async throws {
        let server = try ackServer()
        let ack = try await Ack(text([receipt("m")]), at: server, ["--visibility-timeout", "0"])
        #expect(ack.run.status == 0)
        #expect(ack.statuses == ["m": "kept"])
        let request = try #require(server.requests.first)
        #expect(request.operation == "ChangeMessageVisibilityBatch")
        #expect(request.entries.first?["VisibilityTimeout"] == 0)
    }

    @Test func severalBatchesGoAtOnce() async throws {
        let number = Counter()
        let server = try StubServer { request in
            _ = number.next()
            // The first answers wait for a third request, but not for ever.
            for _ in 0..<2000 where number.value < 3 { sleepMilliseconds(5) }
            let done = request.entryIDs.map { #"{"Id":"\#($0)"}"# }
            return StubReply(body: #"{"Successful":[\#(done.joined(separator: ","))]}"#)
        }
        let spool = text((0..<30).map { receipt("m-\($0)") })
        let ack = try await Ack(spool, at: server, ["--all", "--concurrency", "3"])
        #expect(ack.run.status == 0)
        #expect(server.connectionCount == 3)
    }

    @Test func aSpoolWithoutReceiptsIsDone() async throws {
        let server = try ackServer()
        for spool in ["", "\n", receipt("torn")] {
            let ack = try await Ack(spool, at: server, ["--all"])
            #expect(ack.run.status == 0)
            #expect(ack.run.out.isEmpty)
        }
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: ["\n", "\r\n"])
    func lineEndsMayDiffer(_ end: String) async throws {
        let server = try ackServer()
        let ack = try await Ack(
            receipt("m") + end, ledger: kept("m") + end, stored: stored() + end, at: server)
        #expect(ack.statuses == ["m": "deleted"], "\(ack.run.err)")
    }

    @Test(arguments: [
        ["--concurrency", "0"], ["--visibility-timeout", "-1"], ["--visibility-timeout", "43201"],
        ["--visibility-timeout", "0"], ["--endpoint-url", "nowhere"], ["--unheard-of"],
    ])
    func aWrongCallIsRefused(_ arguments: [String]) async throws {
        let server = try ackServer()
        let ack = try await Ack(text([receipt("m")]), at: server, ["--all"] + arguments)
        #expect(ack.run.status == 64)
        #expect(server.requests.isEmpty)
    }

    /// The whole way, with a real queue: what was pulled and is proven goes, the rest comes again.
    @Test func aRealQueueLosesOnlyWhatIsProven() async throws {
        let aws = try await LocalAWS.shared()
        let stage = try await aws.setup("ack")
        try await aws.send((0..<25).map { "message \($0)" }, to: stage.queueURL)
        let folder = try TemporaryDirectory()
        let pull = try await run(
            "sqs-pull", ["--spool", folder.path("spool"), "--wait-time-seconds", "0"],
            environment: stage.environment)
        let ids = try pull.lines.compactMap { try JSON(parsing: Array($0.utf8))["MessageId"].string }
        #expect(ids.count == 25)
        let ledger = ids.enumerated().map { [dropped($1), kept($1), kept($1, "20260102")][$0 % 3] }
        let arguments = [
            "--ledger", try folder.write("ledger", text(ledger)), "--stored",
            try folder.write("stored", text([stored()])), folder.path("spool"),
        ]
        let ack = try await run("sqs-ack", arguments, environment: stage.environment)
        #expect(ack.status == 0, "\(ack.err)")
        let left = ids.enumerated().filter { $0.offset % 3 == 2 }.map(\.element)
        #expect(try await aws.peek(stage.queueURL).map(\.id).sorted() == left.sorted())
        // ministack refuses a second delete, AWS does not: the queue is the same in either case.
        let again = try await run("sqs-ack", arguments, environment: stage.environment)
        #expect(again.lines.count == 25)
        #expect(try await aws.peek(stage.queueURL).map(\.id).sorted() == left.sorted())
    }
}
