import Support
import Testing

/// Only what stands in `Successful` is deleted.
@Suite struct AckFailureTests {
    @Test func entriesMissingFromTheAnswerAreNotDeleted() async throws {
        let server = try StubServer { _ in StubReply(body: #"{"Successful":[{"Id":"1"}]}"#) }
        let ack = try await Ack(text([receipt("a"), receipt("b"), receipt("c")]), at: server, ["--all"])
        #expect(ack.run.status == 75)
        #expect(ack.statuses.values.sorted() == ["deleted", "failed", "failed"])
        let second = server.requests.first?.handles[1].dropFirst("handle of ".count)
        #expect(ack.statuses[second.map(String.init) ?? ""] == "deleted")
    }

    @Test func failuresOfTheServiceAreSentAgain() async throws {
        let number = Counter()
        let server = try StubServer { _ in
            number.next() == 0
                ? StubReply(body: #"{"Failed":[{"Id":"0","Code":"InternalError","SenderFault":false}]}"#)
                : StubReply(body: #"{"Successful":[{"Id":"0"}]}"#)
        }
        let ack = try await Ack(text([receipt("m")]), at: server, ["--all"], ["AWS_MAX_ATTEMPTS": "2"])
        #expect(ack.run.status == 0)
        #expect(ack.statuses == ["m": "deleted"])
        #expect(server.handles == ["handle of m", "handle of m"])
    }

    @Test func failuresOfTheSenderAreNot() async throws {
        let body =
            #"{"Successful":[],"Failed":[{"Id":"0","Code":"ReceiptHandleIsInvalid","SenderFault":true,"#
            + #""Message":"call +15035551212"}]}"#
        let server = try StubServer { _ in StubReply(body: body) }
        let ack = try await Ack(text([receipt("m")]), at: server, ["--all"], ["AWS_MAX_ATTEMPTS": "3"])
        #expect(ack.run.status != 0)
        #expect(ack.run.lines == [#"{"MessageId":"m","status":"failed","code":"ReceiptHandleIsInvalid"}"#])
        #expect(ack.run.err.contains("failed, ReceiptHandleIsInvalid: 1"))
        #expect(!ack.run.err.contains("5035551212") && !ack.run.outText.contains("5035551212"))
        #expect(server.requests.count == 1)
    }

    @Test(
        arguments: [
            (StubReply(403, body: #"{"__type":"AccessDeniedException"}"#), 77, "AccessDeniedException"),
            (
                StubReply(400, body: #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}"#), 78,
                "QueueDoesNotExist"
            ),
            (StubReply(403, body: #"{"__type":"RequestThrottled"}"#), 75, "RequestThrottled"),
            (StubReply(500), 69, "HTTP500"), (.reset, 69, "ConnectionBroken"),
            (StubReply(200), 69, "MalformedAnswer"),
            (StubReply(200, body: "<html></html>"), 69, "MalformedAnswer"),
        ] as [(StubReply, Int32, String)])
    func aBatchThatFailsAsAWhole(_ reply: StubReply, _ status: Int32, _ code: String) async throws {
        let server = try StubServer { _ in reply }
        let ack = try await Ack(text((0..<12).map { receipt("m-\($0)") }), at: server, ["--all"])
        #expect(ack.run.status == status, "\(ack.run.err)")
        #expect(ack.statuses.count == 12 && ack.statuses.values.allSatisfy { $0 == "failed" })
        #expect(ack.run.lines.allSatisfy { $0.hasSuffix(#""status":"failed","code":"\#(code)"}"#) })
        // Two batches, one reason: it is told once.
        #expect(ack.run.errLines.count { $0.hasPrefix("sqs-ack: DeleteMessageBatch https://") } == 1)
        #expect(server.requests.count == 2)
    }

    @Test func aBatchThatFailsStopsNoOther() async throws {
        let number = Counter()
        let server = try StubServer { request in
            if number.next() == 0 { return StubReply(500) }
            let done = request.entryIDs.map { #"{"Id":"\#($0)"}"# }
            return StubReply(body: #"{"Successful":[\#(done.joined(separator: ","))]}"#)
        }
        let spool = text((0..<40).map { receipt("m-\($0)") })
        let ack = try await Ack(spool, at: server, ["--all", "--concurrency", "1"])
        #expect(ack.run.status == 69)
        #expect(ack.statuses.values.count { $0 == "deleted" } == 30)
        #expect(ack.run.errLines.contains("sqs-ack: 30 deleted, 0 kept, 10 failed"))
    }

    @Test func aReaderThatLeftEndsItSilently() async throws {
        let server = try ackServer()
        let folder = try TemporaryDirectory()
        try folder.write("spool", text((0..<20).map { receipt("m-\($0)") }))
        let script = """
            mkfifo pipe
            sqs-ack --all --quiet spool > pipe &
            exec 3< pipe
            exec 3<&-
            wait $!
            """
        let run = try await shell(script, environment: environment(of: server), directory: folder.path)
        #expect(run.status == 141)
        #expect(run.err.isEmpty)
    }

    @Test func withoutCredentialsNothingIsSent() async throws {
        let server = try ackServer()
        let more = ["AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"]
        let ack = try await Ack(text([receipt("m")]), at: server, ["--all"], more)
        #expect(ack.run.status == 77)
        #expect(ack.statuses == ["m": "failed"])
        #expect(ack.run.err.contains("no AWS credentials"))
        #expect(server.requests.isEmpty)
    }

    /// A handle opens the message to whoever has it.
    @Test func handlesAreNeverShown() async throws {
        let server = try StubServer { _ in StubReply(500) }
        let ack = try await Ack(text([receipt("m")]), at: server, ["--all", "--verbose"])
        #expect(!ack.run.err.contains("handle of") && !ack.run.outText.contains("handle of"))
    }
}
