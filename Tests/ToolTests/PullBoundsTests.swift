import Support
import Synchronization
import Testing

/// How much is asked for, and when a pull ends.
@Suite struct PullBoundsTests {
    @Test func anEmptyQueueEndsWhenEveryPollerHasComeBackEmpty() async throws {
        let server = try pullServer(StubReply(body: "{}"))
        let run = try await pull(server, ["--concurrency", "5"])
        #expect(run.status == 0)
        #expect(run.out.isEmpty)
        #expect(run.err == "sqs-pull: 0 received, 0 damaged (drained)\n")
        #expect(server.receives.count == 5)
    }

    /// A short poll asks some servers only: one empty answer says nothing.
    @Test func oneEmptyAnswerDoesNotEndIt() async throws {
        let server = try pullServer(
            StubReply(body: "{}"), stubMessages("a"), StubReply(body: "{}"), stubMessages("b"),
            StubReply(body: "{}"))
        let run = try await pull(server, ["--concurrency", "3"])
        #expect(run.lines.count == 2)
    }

    @Test(arguments: [1, 9, 10, 11, 25, 100])
    func neverMoreThanMaxMessages(_ most: Int) async throws {
        let queue = StubQueue(1000)
        let server = try StubServer { queue.answer($0) }
        let run = try await pull(server, ["--max-messages", "\(most)"])
        #expect(run.status == 0)
        #expect(run.lines.count == most)
        #expect(run.err == "sqs-pull: \(most) received, 0 damaged (max-messages)\n")
    }

    /// Polls that bring less than was asked for leave room for others.
    @Test func maxMessagesIsReachedWithSmallAnswers() async throws {
        let number = Counter()
        let server = try StubServer { request in
            request.isReceive ? stubMessages("m-\(number.next())") : StubReply(body: "{}")
        }
        #expect(try await pull(server, ["--max-messages", "23"]).lines.count == 23)
    }

    @Test func maxSecondsEndsAQueueThatNeverDoes() async throws {
        let queue = StubQueue(.max)
        let server = try StubServer { request in
            var reply = queue.answer(request)
            reply.delay = 0.05
            return reply
        }
        let run = try await pull(server, ["--max-seconds", "1", "--max-messages", "1000000"])
        #expect(run.status == 0)
        #expect(run.errLines.last?.hasSuffix("damaged (max-seconds)") == true)
    }

    /// Past some 120,000 messages in flight SQS gives out no more before some are deleted.
    @Test(arguments: [
        StubReply(403, body: #"{"__type":"com.amazonaws.sqs#OverLimit","message":"m"}"#),
        StubReply(400, [("x-amzn-query-error", "OverLimit;Sender")]),
    ])
    func overLimitEndsInGoodOrder(_ overLimit: StubReply) async throws {
        let server = try pullServer(stubMessages("a"), stubMessages("b"), overLimit)
        let run = try await pull(server, ["--concurrency", "2"])
        #expect(run.status == 0)
        #expect(run.lines.count == 2)
        #expect(
            run.errLines.contains(
                "sqs-pull: too many messages of this queue are in flight: no more can be received"))
        #expect(run.errLines.last == "sqs-pull: 2 received, 0 damaged (over-limit)")
    }

    @Test func severalPollsGoOnAtOnce() async throws {
        let polls = Mutex((now: 0, most: 0))
        let server = try StubServer { request in
            guard request.isReceive else { return StubReply(body: "{}") }
            polls.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            defer { polls.withLock { $0.now -= 1 } }
            // Waits for two others, but not for ever.
            for _ in 0..<2000 where polls.withLock({ $0.most }) < 3 { sleepMilliseconds(5) }
            return StubReply(body: "{}")
        }
        _ = try await pull(server, ["--concurrency", "3"])
        #expect(polls.withLock { $0.most } == 3)
    }

    @Test func oneAtATimeIsOneAtATime() async throws {
        let polls = Mutex((now: 0, most: 0))
        let queue = StubQueue(60)
        let server = try StubServer { request in
            polls.withLock {
                $0.now += 1
                $0.most = max($0.most, $0.now)
            }
            defer { polls.withLock { $0.now -= 1 } }
            sleepMilliseconds(10)
            return queue.answer(request)
        }
        #expect(try await pull(server, ["--concurrency", "1"]).lines.count == 60)
        #expect(polls.withLock { $0.most } == 1)
    }

    @Test func pollsAskForWhatTheFlagsSay() async throws {
        let server = try pullServer(StubReply(body: "{}"))
        _ = try await pull(
            server,
            [
                "--wait-time-seconds", "11", "--visibility-timeout", "77", "--concurrency", "1",
                "--max-messages", "3",
            ])
        let poll = try #require(server.receives.first)
        let asked = try JSON(parsing: poll.body)
        #expect(asked["WaitTimeSeconds"] == 11 && asked["VisibilityTimeout"] == 77)
        #expect(asked["MaxNumberOfMessages"] == 3)
        #expect(asked["QueueUrl"] == .string(stubQueueURL))
    }

    @Test func theDefaultsAreThoseOfTheManual() async throws {
        let server = try pullServer(StubReply(body: "{}"))
        _ = try await pull(server, [])
        let polls = server.receives
        #expect(polls.count == 8)
        let asked = try JSON(parsing: try #require(polls.first).body)
        #expect(asked["WaitTimeSeconds"] == 5 && asked["VisibilityTimeout"] == 900)
        #expect(asked["MaxNumberOfMessages"] == 10)
    }

    private func pull(_ server: StubServer, _ arguments: [String]) async throws -> ToolRun {
        let folder = try TemporaryDirectory()
        return try await run("sqs-pull", ["--spool", folder.path("spool")] + arguments, at: server)
    }
}
