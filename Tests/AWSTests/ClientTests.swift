import Records
import Support
import Testing

@testable import AWS

/// What is tried again, and what an error says of the attempts before it.
@Suite struct ClientTests {
    @Test(arguments: [
        s3Error(500, "InternalError"), s3Error(503, "SlowDown"), s3Error(503, "ServiceUnavailable"),
        s3Error(400, "RequestTimeout"), StubReply(502, body: "<html>"), StubReply(504), StubReply(429),
        .reset, .closed, StubReply(200, body: "half of it", delivery: .cut(after: 4)),
        StubReply(200, body: "half of it", delivery: .reset(after: 4)),
    ])
    func s3IsAskedAgain(_ first: StubReply) async throws {
        let server = try server(answering: first, StubReply(200, body: "good"))
        let response = try await testClient().send(try s3Call(server))
        #expect(String(decoding: response.body, as: UTF8.self) == "good")
        #expect(server.requests.count == 2)
    }

    @Test(arguments: [
        sqsError(403, "RequestThrottled"), sqsError(400, "com.amazonaws.sqs#RequestThrottled"),
        sqsError(400, "com.amazon.coral.availability#ThrottlingException"),
        StubReply(403, [("x-amzn-query-error", "AWS.SimpleQueueService.RequestThrottled;Sender")]),
        sqsError(500, "com.amazon.coral.service#InternalFailure"),
        sqsError(503, "com.amazon.coral.service#ServiceUnavailableException"),
    ])
    func sqsIsAskedAgain(_ first: StubReply) async throws {
        let server = try server(answering: first, StubReply(body: "{}"))
        _ = try await testClient().send(try sqsCall(server))
        #expect(server.requests.count == 2)
    }

    @Test(arguments: [
        s3Error(403, "AccessDenied"), s3Error(404, "NoSuchKey"), s3Error(412, "PreconditionFailed"),
        s3Error(400, "ExpiredToken"), StubReply(403), StubReply(404),
    ])
    func aRefusalIsFinal(_ refusal: StubReply) async throws {
        let server = try server(answering: refusal)
        let error = try await failure(of: s3Call(server), testClient())
        #expect(error.httpStatus == refusal.status)
        #expect(!error.mayHaveLanded)
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [1, 2, 3])
    func itGivesUpAfterItsAttempts(_ attempts: Int) async throws {
        let server = try server(answering: s3Error(503, "SlowDown"))
        let error = try await failure(of: s3Call(server), testClient(attempts: attempts))
        #expect(error.code == "SlowDown" && error.status == .tryAgain)
        #expect(server.requests.count == attempts)
    }

    @Test func attemptsAreSignedAfresh() async throws {
        let server = try server(answering: StubReply(500), StubReply(200))
        _ = try await testClient().send(try s3Call(server, .bytes(Array("body".utf8))))
        #expect(server.requests.map(\.bodyText) == ["body", "body"])
        #expect(server.requests.allSatisfy { $0.header("Authorization") != nil })
    }

    @Test func redirectsAreNotFollowed() async throws {
        let other = try server(answering: StubReply(200))
        let server = try server(answering: StubReply(307, [("Location", other.url)]))
        #expect(try await failure(of: s3Call(server), testClient()).httpStatus == 307)
        #expect(other.requests.isEmpty)
    }

    // MARK: What may have landed

    @Test(arguments: [StubReply.reset, .closed, StubReply(500), s3Error(503, "SlowDown")])
    func aPutWithoutAnAnswerMayHaveLanded(_ lost: StubReply) async throws {
        let server = try server(answering: lost, s3Error(412, "PreconditionFailed"))
        let call = try s3Call(server, .bytes([1]))
        let error = try await failure(of: call, testClient())
        #expect(error.code == "PreconditionFailed")
        #expect(error.mayHaveLanded)
    }

    @Test func aPutThatNobodyHeardHasNotLanded() async throws {
        let server = try server(answering: StubReply())
        var call = try s3Call(server)
        let dead = try #require(Endpoint(try StubServer.deadURL()))
        call = Call(
            operation: call.operation, resource: call.resource, service: "s3", region: "r",
            request: HTTPRequest(method: "GET", endpoint: dead, path: "/"), payloadHash: call.payloadHash,
            parseError: XMLError.parse)
        let error = try await failure(of: call, testClient(attempts: 2))
        #expect(error.code == "NotConnected" && error.status == .unavailable)
        #expect(!error.mayHaveLanded)
    }

    @Test func aThrottleBeforeARefusalHasNotLanded() async throws {
        let server = try server(answering: StubReply(429), s3Error(412, "PreconditionFailed"))
        #expect(try await !failure(of: s3Call(server), testClient()).mayHaveLanded)
    }

    // MARK: Waiting

    /// Without the header the second request would come within a second.
    @Test(arguments: [[("Retry-After", "50")], [("x-amz-retry-after", "50000")]])
    func theServersWishToWaitIsHonoured(_ headers: [(String, String)]) async throws {
        let server = try server(answering: s3Error(503, "SlowDown", headers), StubReply(200))
        let call = try s3Call(server)
        let client = try testClient()
        let task = Task { try await failure(of: call, client).code }
        while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        try await Task.sleep(for: .milliseconds(1200))
        task.cancel()
        #expect(try await task.value == "Cancelled")
        #expect(server.requests.count == 1)
    }

    @Test func aCallCanBeCancelled() async throws {
        let server = try server(answering: StubReply(body: "late", delay: 60))
        let call = try s3Call(server)
        let client = try testClient()
        let task = Task { try await failure(of: call, client).code }
        while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        #expect(try await task.value == "Cancelled")
    }
}
