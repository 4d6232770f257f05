import Records
import Support
import Testing

@testable import AWS

private let queueURL = "https://sqs.eu-west-1.amazonaws.com/123456789012/events"

@Suite struct QueueTests {
    @Test func aVPCEndpointsQueueSaysItsRegion() {
        #expect(SQSQueue.region(ofHost: "vpce-1-2.sqs.eu-west-3.vpce.amazonaws.com") == "eu-west-3")
    }

    // MARK: Where it is

    @Test(
        arguments: [
            ("sqs.us-west-2.amazonaws.com", "us-west-2"), ("us-west-2.queue.amazonaws.com", "us-west-2"),
            ("queue.amazonaws.com", "us-east-1"), ("sqs.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("sqs-fips.us-east-1.amazonaws.com", "us-east-1"), ("sqs.eu-west-1.api.aws", "eu-west-1"),
            ("localhost", nil), ("127.0.0.1", nil), ("sqs.example.com", nil), ("amazonaws.com", nil),
        ] as [(String, String?)])
    func theURLSaysTheRegion(_ host: String, _ region: String?) {
        #expect(SQSQueue.region(ofHost: host) == region)
    }

    /// The flag, else the URL's, else the environment's.
    @Test func regionsPrecedence() async throws {
        let environment = ["AWS_REGION": "ap-south-1"]
        #expect(try await signedRegion(queueURL, environment) == "eu-west-1")
        #expect(try await signedRegion(queueURL, environment, flag: "sa-east-1") == "sa-east-1")
        #expect(try await signedRegion("http://localhost/1/q", environment) == "ap-south-1")
        #expect(try await signedRegion("http://localhost/1/q", [:]) == "us-east-1")
    }

    @Test func withoutAnEndpointItIsTheURLsOwn() async throws {
        let server = try server(answering: StubReply(body: "{}"))
        let keys = ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s"]
        let configuration = configuration(keys)
        let queue = try Session(configuration).queue("\(server.url)/1/q")
        #expect(try await queue.receive(wait: 0, visibility: 30, atMost: 10).messages.isEmpty)
        #expect(server.requests.map(\.target) == ["/"])
        #expect(server.requests.first?.bodyText.contains("\"QueueUrl\":\"\(server.url)/1/q\"") == true)
    }

    @Test(arguments: [
        "", "q", "events", "https://sqs.eu-west-1.amazonaws.com", "ftp://h/1/q", "https://u:p@h/1/q",
    ])
    func otherTextsAreNoQueue(_ text: String) throws {
        let configuration = configuration()
        let session = try Session(configuration)
        #expect(throws: Failure.self) { try session.queue(text) }
    }

    // MARK: Calls

    @Test func receivingAsksForWhatIsNeeded() async throws {
        let server = try server(answering: StubReply(body: "{}"))
        _ = try await queue(server).receive(wait: 7, visibility: 900, atMost: 25)
        let request = try #require(server.requests.first)
        #expect(request.method == "POST" && request.target == "/")
        #expect(request.header("Content-Type") == "application/x-amz-json-1.0")
        #expect(request.header("X-Amz-Target") == "AmazonSQS.ReceiveMessage")
        #expect(request.signedService == "sqs")
        #expect(
            try JSON(parsing: request.body) == [
                "QueueUrl": .string(queueURL), "MaxNumberOfMessages": 10, "WaitTimeSeconds": 7,
                "VisibilityTimeout": 900,
                "MessageSystemAttributeNames": ["SentTimestamp", "ApproximateReceiveCount"],
            ])
    }

    @Test(arguments: ["", "<html>", "[]", "null", #"{"Messages":[17]}"#])
    func aReceivedAnswerOfAnotherFormIsAFailure(_ body: String) async throws {
        let server = try server(answering: StubReply(body: body))
        let queue = try queue(server)
        await #expect(throws: AWSError.self) { try await queue.receive(wait: 0, visibility: 1, atMost: 1) }
    }

    @Test func attributesMayBeMissing() async throws {
        let empty = try server(answering: StubReply(body: "{}"))
        let none = try await queue(empty).attributes()
        #expect(none.waiting == nil && none.inFlight == nil && !none.hasDeadLetterQueue)
        let body =
            #"{"Attributes":{"ApproximateNumberOfMessages":"17","ApproximateNumberOfMessagesNotVisible":"3","#
            + #""RedrivePolicy":"{}"}}"#
        let full = try server(answering: StubReply(body: body))
        let all = try await queue(full).attributes()
        #expect(all.waiting == 17 && all.inFlight == 3 && all.hasDeadLetterQueue)
    }

    // MARK: Batches

    @Test func entriesAreNumberedByPlace() async throws {
        let server = try server(answering: StubReply(body: #"{"Successful":[{"Id":"1"},{"Id":"0"}]}"#))
        let outcomes = try await queue(server).delete(["same", "same"])
        #expect(outcomes.map { "\($0)" } == ["done", "done"])
        #expect(
            try JSON(parsing: try #require(server.requests.first).body)["Entries"] == [
                ["Id": "0", "ReceiptHandle": "same"], ["Id": "1", "ReceiptHandle": "same"],
            ])
    }

    /// Only what stands in Successful is done.
    @Test(arguments: [
        "{}", #"{"Successful":[]}"#, #"{"Successful":[{"Id":"7"},{"Id":"x"},{},17]}"#,
        #"{"Successful":null}"#,
        #"{"Successful":{"Id":"0"}}"#, #"{"Failed":[{"Code":"C","SenderFault":true}]}"#,
    ])
    func whatIsNotInTheAnswerIsNotDone(_ body: String) async throws {
        let server = try server(answering: StubReply(body: body))
        let outcomes = try await queue(server).delete(["a"])
        #expect(outcomes.map { "\($0)" } == [#"failed(code: "NoAnswer")"#])
    }

    @Test func onlyFailuresOfTheServiceAreSentAgain() async throws {
        let first =
            #"{"Successful":[{"Id":"0"}],"Failed":[{"Id":"1","Code":"InternalError","SenderFault":false},"#
            + #"{"Id":"2","Code":"AWS.SimpleQueueService.ReceiptHandleIsInvalid","SenderFault":true}]}"#
        let server = try server(
            answering: StubReply(body: first), StubReply(body: #"{"Successful":[{"Id":"1"}]}"#))
        let outcomes = try await queue(server, attempts: 3).delete(["a", "b", "c"])
        #expect(outcomes.map { "\($0)" } == ["done", "done", #"failed(code: "ReceiptHandleIsInvalid")"#])
        #expect(server.requests.count == 2)
        let again = try JSON(parsing: server.requests[1].body)["Entries"]
        #expect(again == [["Id": "1", "ReceiptHandle": "b"]])
    }

    @Test func theyAreGivenUpAfterTheirAttempts() async throws {
        let body = #"{"Failed":[{"Id":"0","Code":"InternalError","SenderFault":false}]}"#
        let server = try server(answering: StubReply(body: body))
        let outcomes = try await queue(server, attempts: 2).delete(["a"])
        #expect(outcomes.map { "\($0)" } == [#"failed(code: "InternalError")"#])
        #expect(server.requests.count == 2)
    }

    @Test func visibilityIsSetInTheSameWay() async throws {
        let server = try server(answering: StubReply(body: #"{"Successful":[{"Id":"0"}]}"#))
        let outcomes = try await queue(server).changeVisibility(["a"], to: 0)
        #expect(outcomes.map { "\($0)" } == ["done"])
        let request = try #require(server.requests.first)
        #expect(request.header("X-Amz-Target") == "AmazonSQS.ChangeMessageVisibilityBatch")
        #expect(
            try JSON(parsing: request.body)["Entries"] == [
                ["Id": "0", "ReceiptHandle": "a", "VisibilityTimeout": 0]
            ])
    }

    private func queue(_ server: StubServer, attempts: Int = 1) throws -> any Queue {
        let configuration = configuration(at: server, ["AWS_MAX_ATTEMPTS": "\(attempts)"])
        return try Session(configuration).queue(queueURL)
    }

    private func signedRegion(
        _ url: String, _ environment: [String: String], flag: String? = nil
    ) async throws -> String? {
        let server = try server(answering: StubReply(body: "{}"))
        let keys = ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s"]
        let configuration = configuration(
            keys.merging(environment) { $1 }, region: flag, endpoint: server.url)
        _ = try await Session(configuration).queue(url).attributes()
        return server.requests.first?.signedRegion
    }
}
