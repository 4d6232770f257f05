import Support
import Testing

/// Answers that end a pull: status, and one line that names the operation, the thing and the reason.
@Suite struct PullFailureTests {
    @Test(
        arguments: [
            (answer(400, "com.amazonaws.sqs#QueueDoesNotExist"), 78, "QueueDoesNotExist (HTTP 400)"),
            (
                StubReply(400, [("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender")]),
                78,
                "NonExistentQueue (HTTP 400)"
            ),
            (answer(403, "AccessDeniedException"), 77, "AccessDeniedException (HTTP 403)"),
            (answer(403, "InvalidClientTokenId"), 77, "InvalidClientTokenId (HTTP 403)"),
            (
                answer(400, "com.amazon.coral.service#UnrecognizedClientException"), 77,
                "UnrecognizedClientException"
            ),
            (answer(403, "RequestThrottled"), 75, "RequestThrottled (HTTP 403)"),
            (answer(500, "InternalFailure"), 69, "InternalFailure (HTTP 500)"),
            (StubReply(503, body: "<html>busy</html>"), 69, "HTTP503 (HTTP 503)"),
            (StubReply(200), 69, "MalformedAnswer"),
            (StubReply(200, body: "<html></html>"), 69, "MalformedAnswer"),
            (StubReply(200, body: #"{"Messages":[{}]}"#), 69, "MalformedAnswer"),
            (.reset, 69, "ConnectionBroken"), (.closed, 69, "ConnectionBroken"),
            (StubReply(200, body: #"{"Messages":[]}"#, delivery: .cut(after: 9)), 69, "ConnectionBroken"),
        ] as [(StubReply, Int32, String)])
    func anAnswerEndsThePull(_ reply: StubReply, _ status: Int32, _ said: String) async throws {
        let server = try pullServer(reply)
        let run = try await pull(server)
        #expect(run.status == status, "\(run.err)")
        #expect(run.out.isEmpty)
        let line = run.errLines.first { $0.hasPrefix("sqs-pull: ReceiveMessage https://sqs.") } ?? ""
        #expect(line.contains("/events: \(said)"), "\(run.err)")
    }

    @Test func whatWasReceivedBeforeIsHandedOn() async throws {
        let server = try pullServer(stubMessages("a"), answer(500, "InternalFailure"))
        let run = try await pull(server)
        #expect(run.status == 69)
        #expect(run.outText == stubMessage("a") + "\n")
        #expect(run.errLines.first == "sqs-pull: 1 received, 0 damaged (failed)")
    }

    @Test func attributesThatMayNotBeReadAreNoFailure() async throws {
        let queue = StubQueue(3)
        let server = try StubServer { request in
            request.isReceive ? queue.answer(request) : answer(403, "AccessDeniedException")
        }
        let run = try await pull(server)
        #expect(run.status == 0)
        #expect(run.lines.count == 3)
        #expect(run.err == "sqs-pull: 3 received, 0 damaged (drained)\n")
    }

    @Test func withoutADeadLetterQueueThereIsAWarning() async throws {
        let queue = StubQueue(1, attributes: #"{"Attributes":{"ApproximateNumberOfMessages":"1"}}"#)
        let server = try StubServer { queue.answer($0) }
        let run = try await pull(server)
        #expect(run.errLines.first?.hasPrefix("sqs-pull: the queue has no dead-letter queue") == true)
    }

    @Test func messagesInFlightAreNamedWhenNothingCame() async throws {
        let attributes =
            #"{"Attributes":{"ApproximateNumberOfMessagesNotVisible":"12","RedrivePolicy":"{}"}}"#
        let queue = StubQueue(0, attributes: attributes)
        let server = try StubServer { queue.answer($0) }
        let run = try await pull(server)
        #expect(run.status == 0)
        #expect(run.errLines.count == 2)
        #expect(run.errLines.last?.hasPrefix("sqs-pull: 12 messages are in flight") == true)
    }

    @Test func nobodyListens() async throws {
        let folder = try TemporaryDirectory()
        let server = try pullServer(StubReply())
        let run = try await run(
            "sqs-pull", ["--spool", folder.path("spool"), "--endpoint-url", try StubServer.deadURL()],
            at: server)
        #expect(run.status == 69)
        #expect(
            run.errLines.contains { $0.contains("NotConnected") && $0.contains("127.0.0.1") }, "\(run.err)")
        #expect(server.requests.isEmpty)
    }

    @Test func withoutCredentialsTheSourcesAreNamed() async throws {
        let server = try pullServer(StubReply())
        let more = ["AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"]
        let folder = try TemporaryDirectory()
        let run = try await run("sqs-pull", ["--spool", folder.path("spool")], at: server, more)
        #expect(run.status == 77)
        #expect(run.errLines.contains { $0.hasPrefix("sqs-pull: no AWS credentials (environment: ") })
        #expect(server.requests.isEmpty)
    }

    // MARK: Usage

    @Test(arguments: [
        ["--max-messages", "0"], ["--max-seconds", "0"], ["--wait-time-seconds", "21"],
        ["--visibility-timeout", "0"], ["--visibility-timeout", "43201"], ["--concurrency", "0"],
        ["--concurrency", "many"], ["--queue-url", "events"], ["--endpoint-url", "nowhere"], ["--unheard-of"],
        ["operand"], ["--verbose", "--quiet"],
    ])
    func aWrongCallIsRefused(_ arguments: [String]) async throws {
        let server = try pullServer(StubReply(body: "{}"))
        let folder = try TemporaryDirectory()
        let run = try await run("sqs-pull", ["--spool", folder.path("spool")] + arguments, at: server)
        #expect(run.status == 64)
        #expect(run.out.isEmpty)
        #expect(server.requests.isEmpty)
    }

    @Test func aQueueIsNeeded() async throws {
        let server = try pullServer(StubReply())
        let folder = try TemporaryDirectory()
        let run = try await run("sqs-pull", ["--spool", folder.path("spool")], at: server, ["QUEUE_URL": ""])
        #expect(run.status == 64)
        #expect(run.err == "sqs-pull: no queue: neither --queue-url nor QUEUE_URL is given\n")
        #expect(!folder.exists("spool"))
    }

    @Test func theFlagGoesBeforeTheVariable() async throws {
        let server = try pullServer(StubReply(body: "{}"))
        let folder = try TemporaryDirectory()
        let other = "https://sqs.eu-north-1.amazonaws.com/1/other"
        _ = try await run("sqs-pull", ["--spool", folder.path("spool"), "--queue-url", other], at: server)
        let poll = try #require(server.receives.first)
        #expect(try JSON(parsing: poll.body)["QueueUrl"] == .string(other))
        #expect(poll.header("Authorization")?.contains("/eu-north-1/sqs/aws4_request") == true)
    }

    // MARK: What comes from outside

    @Test func whatTheErrorsSayIsMadeFitToBeShown() async throws {
        let code = #"Odd\u001b[2J+15035551212 \u202e"#
        let body = #"{"__type":"\#(code)","message":"call +15035551213\u001b[31m"}"#
        let headers = [("x-amzn-requestid", "call+15035551214")]
        let server = try pullServer(StubReply(400, headers, body: body))
        let run = try await pull(server)
        #expect(run.status == 78)
        #expect(!run.err.contains("5035551"))
        #expect(run.err.contains(": Odd\\u{"))
    }

    private func pull(_ server: StubServer) async throws -> ToolRun {
        let folder = try TemporaryDirectory()
        return try await run("sqs-pull", ["--spool", folder.path("spool"), "--concurrency", "1"], at: server)
    }
}

private func answer(_ status: Int, _ type: String) -> StubReply {
    StubReply(status, body: #"{"__type":"\#(type)","message":"words of the service"}"#)
}
