import Records
import Support
import Testing

@testable import AWS

/// Each code that is worth another attempt, in each spelling that services have for it.
@Suite struct RetryCodeTests {
    private static let throttling = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
        "RequestThrottled", "TooManyRequestsException", "ProvisionedThroughputExceededException",
        "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
        "LimitExceededException", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException",
    ]
    private static let transient = [
        "RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete", "InternalError",
        "IDPCommunicationError",
    ]
    private static let clockSkew = [
        "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
        "SignatureDoesNotMatch", "AuthFailure",
    ]

    @Test(arguments: throttling + transient)
    func inEverySpelling(_ code: String) {
        for (spelling, error) in Self.spellings(of: code) {
            #expect(error.code == code, "\(spelling)")
            #expect(error.isRetryable, "\(spelling)")
        }
    }

    @Test(arguments: throttling)
    func aThrottleIsToBeTriedAgainLater(_ code: String) {
        for (spelling, error) in Self.spellings(of: code) {
            #expect(error.isThrottle && error.status == .tryAgain, "\(spelling)")
        }
    }

    @Test(arguments: clockSkew)
    func aWrongClockIsKnownInEverySpelling(_ code: String) {
        for (spelling, error) in Self.spellings(of: code) {
            #expect(ErrorCodes.clockSkew.contains(error.code), "\(spelling)")
            // Another attempt alone would not help.
            #expect(!error.isRetryable, "\(spelling)")
        }
    }

    @Test func theStatus429IsAThrottleUnderAnyCode() {
        for (spelling, error) in Self.spellings(of: "SomethingNew", status: 429) {
            #expect(error.isThrottle && error.isRetryable, "\(spelling)")
        }
    }

    // MARK: Attempts

    @Test(arguments: [1, 2])
    func aSessionMakesTheAttemptsThatTheVariableSays(_ attempts: Int) async throws {
        let server = try server(answering: sqsError(500, "InternalFailure"))
        let queue = try Session(configuration(at: server, ["AWS_MAX_ATTEMPTS": "\(attempts)"]))
            .queue("\(server.url)/1/q")
        await #expect(throws: AWSError.self) { try await queue.attributes() }
        #expect(server.requests.count == attempts)
    }

    /// They are no numbers of seconds to wait for.
    @Test func aWishThatMakesNoSenseIsNone() async throws {
        let begin = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for text in ["soon", "Wed, 21 Oct 2099 07:28:00 GMT", "-60", "nan", "", "1e-300"] {
                group.addTask {
                    let busy = s3Error(503, "SlowDown", [("Retry-After", text), ("x-amz-retry-after", text)])
                    let server = try server(answering: busy, StubReply(200))
                    _ = try await testClient().send(try s3Call(server))
                    #expect(server.requests.count == 2, "\(text)")
                }
            }
            try await group.waitForAll()
        }
        #expect(ContinuousClock.now - begin < .seconds(20))
    }

    /// A session's calls pay for their retries from one purse.
    @Test func theTokensAreTheSessions() async throws {
        let policy = RetryPolicy(maxAttempts: 2)
        let broken = AWSError(operation: "Try", resource: "it", code: "SlowDown", httpStatus: 503)
        while policy.delay(after: broken, attempt: 1, wanted: nil, random: 0) != nil {}
        let server = try server(answering: s3Error(503, "SlowDown"))
        let client = Client(
            try Transport(TransportSettings(userAgent: "tests")), credentials: nil, retry: policy)
        #expect(try await failure(of: s3Call(server), client).code == "SlowDown")
        #expect(server.requests.count == 1)
        // Five first tries that succeed pay for one retry.
        let good = try AWSTests.server(answering: StubReply(200))
        for _ in 0..<5 { _ = try await client.send(try s3Call(good)) }
        _ = try await failure(of: s3Call(server), client)
        _ = try await failure(of: s3Call(server), client)
        #expect(server.requests.count == 4)
    }

    private static func spellings(of code: String, status: Int = 400) -> [(String, AWSError)] {
        func sqs(_ body: String, _ headers: [String: String] = [:]) -> ServiceError {
            SQSError.parse(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
        }
        let xml = "<?xml version=\"1.0\"?>\n<Error>\n  <Code> \(code) </Code><Message>m</Message></Error>"
        let sts = "<ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code></Error></ErrorResponse>"
        let spellings = [
            ("plain", sqs(#"{"__type":"\#(code)"}"#)),
            ("namespace", sqs(#"{"__type":"com.amazonaws.sqs#\#(code)","message":"m"}"#)),
            ("another", sqs(#"{"__type":"com.amazon.coral.service#\#(code)","Message":"m"}"#)),
            ("query", sqs(#"{"__type":"AWS.SimpleQueueService.\#(code)"}"#)),
            ("code", sqs(#"{"code":"\#(code)"}"#)),
            ("header", sqs("", ["x-amzn-query-error": "\(code);Sender"])),
            ("header's", sqs("{}", ["x-amzn-query-error": "AWS.SimpleQueueService.\(code);Receiver"])),
            ("S3", XMLError.parse(HTTPResponse(status: status, body: Array(xml.utf8)))),
            ("STS", XMLError.parse(HTTPResponse(status: status, body: Array(sts.utf8)))),
        ]
        return spellings.map { name, error in
            (name, AWSError(operation: "Try", resource: "it", code: error.code, httpStatus: status))
        }
    }
}
