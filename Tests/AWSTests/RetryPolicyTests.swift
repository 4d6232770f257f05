import Testing

@testable import AWS

@Suite struct RetryPolicyTests {
    @Test(arguments: [
        (status: 500, code: "InternalError"), (500, "HTTP500"), (502, "HTTP502"), (503, "SlowDown"),
        (503, "ServiceUnavailable"), (504, "HTTP504"), (429, "HTTP429"), (400, "RequestTimeout"),
        (400, "RequestTimeoutException"), (400, "ThrottlingException"), (403, "RequestThrottled"),
        (400, "Throttling"), (400, "TooManyRequestsException"), (400, "RequestLimitExceeded"),
        (400, "BandwidthLimitExceeded"), (400, "LimitExceededException"), (400, "EC2ThrottledException"),
        (400, "PriorRequestNotComplete"), (400, "ProvisionedThroughputExceededException"),
        (400, "TransactionInProgressException"), (400, "ThrottledException"),
        (400, "RequestThrottledException"),
    ])
    func whatMaySucceedLaterIsTriedAgain(_ answer: (status: Int, code: String)) {
        #expect(error(answer.code, answer.status).isRetryable)
    }

    @Test(arguments: [
        (status: 403, code: "AccessDenied"), (400, "ExpiredToken"), (404, "NoSuchKey"),
        (412, "PreconditionFailed"), (409, "ConditionalRequestConflict"), (501, "NotImplemented"),
        (403, "InvalidObjectState"), (400, "OverLimit"), (404, "HTTP404"), (403, "SignatureDoesNotMatch"),
        (301, "PermanentRedirect"),
    ])
    func whatWillNotIsNot(_ answer: (status: Int, code: String)) {
        #expect(!error(answer.code, answer.status).isRetryable)
    }

    @Test func attemptsAreBounded() {
        let policy = RetryPolicy(maxAttempts: 3)
        #expect(policy.delay(after: error("SlowDown", 503), attempt: 1, wanted: nil, random: 0.5) == 0.5)
        #expect(policy.delay(after: error("SlowDown", 503), attempt: 2, wanted: nil, random: 0.5) == 1)
        #expect(policy.delay(after: error("SlowDown", 503), attempt: 3, wanted: nil, random: 0.5) == nil)
        let once = RetryPolicy(maxAttempts: 1)
        #expect(once.delay(after: error("SlowDown", 503), attempt: 1, wanted: nil, random: 0.5) == nil)
    }

    @Test func backoffIsFullJitterUpToTwentySeconds() {
        let mostByAttempt = [2: 1.0, 3: 2, 4: 4, 5: 8, 6: 16, 7: 20, 8: 20, 100: 20]
        for (attempt, most) in mostByAttempt {
            #expect(RetryPolicy.backoff(before: attempt, random: 0) == 0)
            #expect(RetryPolicy.backoff(before: attempt, random: 0.5) == most / 2)
            #expect(RetryPolicy.backoff(before: attempt, random: 0.999) < most)
        }
    }

    @Test func theServersWishIsHonouredWithinReason() {
        func delay(_ wanted: Double) -> Double? {
            RetryPolicy().delay(after: error("SlowDown", 503), attempt: 1, wanted: wanted, random: 0.5)
        }
        #expect(delay(7) == 7)
        #expect(delay(0.1) == 0.5)
        #expect(delay(-5) == 0.5)
        #expect(delay(86_400) == 60)
        #expect(delay(.infinity) == 60)
        #expect(delay(.nan) == 0.5)
    }

    @Test func tokensRunOut() {
        let policy = RetryPolicy()
        #expect(retries(policy, error("SlowDown", 503)) == 100)
        // Two first tries that succeeded do not yet pay for a retry; five do.
        for _ in 0..<4 { policy.succeeded(attempt: 1) }
        #expect(retries(policy, error("SlowDown", 503)) == 0)
        policy.succeeded(attempt: 2)
        #expect(retries(policy, error("SlowDown", 503)) == 0)
        policy.succeeded(attempt: 1)
        #expect(retries(policy, error("SlowDown", 503)) == 1)
    }

    @Test func anAnswerThatNeverCameCostsTwice() {
        #expect(retries(RetryPolicy(), error("ConnectionBroken", nil)) == 50)
    }

    @Test func thereAreNeverMoreThanFiveHundredTokens() {
        let policy = RetryPolicy()
        for _ in 0..<100 { policy.succeeded(attempt: 1) }
        #expect(retries(policy, error("SlowDown", 503)) == 100)
    }

    @Test func aRefusalCostsNothing() {
        let policy = RetryPolicy()
        #expect(retries(policy, error("AccessDenied", 403)) == 0)
        #expect(retries(policy, error("SlowDown", 503)) == 100)
    }

    /// How many first failures are followed by another attempt.
    private func retries(_ policy: RetryPolicy, _ error: AWSError) -> Int {
        for count in 0..<1000 {
            guard policy.delay(after: error, attempt: 1, wanted: nil, random: 0) != nil else { return count }
        }
        return 1000
    }

    private func error(_ code: String, _ status: Int?) -> AWSError {
        AWSError(operation: "Try", resource: "it", code: code, httpStatus: status)
    }
}
