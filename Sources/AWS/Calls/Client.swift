import Records
import Synchronization

/// A call to a service: everything that does not change between attempts.
struct Call: Sendable {
    /// Such as "PutObject"; for messages.
    let operation: String
    /// The thing it is done to; for messages.
    let resource: String
    /// The name in the signature, "s3" or "sqs".
    let service: String
    let region: String
    let request: HTTPRequest
    /// The body's SHA-256, in hex.
    let payloadHash: String
    var sink: (any ResponseSink)?
    var responseLimit = 1 << 20
    /// How the service writes its errors.
    let parseError: @Sendable (HTTPResponse) -> ServiceError
}

/// What an answer that is no success says.
struct ServiceError: Sendable {
    var code: String
    var requestID: String?
    /// The region that the answer names instead.
    var region: String?
}

/// Signs and sends calls, and makes them again by the retry policy.
///
/// Its errors carry `mayHaveLanded` when some attempt ended without an answer, or with a 5xx: the
/// call may have had its effect all the same.
package final class Client: Sendable {
    private let http: any HTTPSender
    private let credentials: (any CredentialProvider)?
    private let retry: RetryPolicy
    private let signingKeys = SigningKeys()
    /// To be added to this machine's clock, in seconds.
    private let clockOffset = Mutex(0)

    /// - Parameter credentials: none for calls that are not signed.
    init(_ http: any HTTPSender, credentials: (any CredentialProvider)?, retry: RetryPolicy) {
        self.http = http
        self.credentials = credentials
        self.retry = retry
    }

    var maxAttempts: Int { retry.maxAttempts }

    /// Waits as the retry policy does between attempts.
    func pause(beforeAttempt attempt: Int) async {
        // Cancelled: the attempt that follows will say so.
        try? await Task.sleep(for: .seconds(RetryPolicy.backoff(before: attempt, random: .random(in: 0..<1))))
    }

    /// The answer of the first attempt that succeeded.
    func send(_ call: Call) async throws(AWSError) -> HTTPResponse {
        var mayHaveLanded = false
        var attempt = 1
        var hasCorrectedClock = false
        while true {
            let signed = try await sign(call)
            let (response, failed) = await attemptOnce(signed, call)
            guard var error = failed else {
                retry.succeeded(attempt: attempt)
                return response
            }
            if error.httpStatus.map({ $0 >= 500 }) ?? (error.code != "NotConnected") { mayHaveLanded = true }
            if response.wasResent { mayHaveLanded = true }
            error.mayHaveLanded = mayHaveLanded
            if !hasCorrectedClock, correctClock(error, response) {
                hasCorrectedClock = true
                continue
            }
            let wanted = retryAfter(response)
            guard
                let delay = retry.delay(
                    after: error, attempt: attempt, wanted: wanted, random: .random(in: 0..<1))
            else { throw error }
            do { try await Task.sleep(for: .seconds(delay)) } catch { throw self.error(call, "Cancelled") }
            attempt += 1
        }
    }

    private func sign(_ call: Call) async throws(AWSError) -> HTTPRequest {
        guard let credentials else { return call.request }
        let keys: Credentials
        do { keys = try await credentials.credentials() } catch {
            throw AWSError(
                operation: call.operation, resource: call.resource, code: "NoCredentials", local: error)
        }
        let signer = Signer(
            credentials: keys, region: call.region, service: call.service, keys: signingKeys)
        let time = UTCTime.now.adding(seconds: clockOffset.withLock { $0 })
        return signer.sign(call.request, payloadHash: call.payloadHash, at: time)
    }

    private func attemptOnce(_ request: HTTPRequest, _ call: Call) async -> (HTTPResponse, AWSError?) {
        do throws(TransportError) {
            let response = try await http.send(
                request, sink: call.sink, responseLimit: call.responseLimit)
            guard !response.isSuccess else { return (response, nil) }
            let service = call.parseError(response)
            let error = AWSError(
                operation: call.operation, resource: call.resource, code: service.code,
                httpStatus: response.status,
                requestID: service.requestID, region: service.region)
            return (response, error)
        } catch {
            return (HTTPResponse(status: 0), self.error(call, error))
        }
    }

    private func error(_ call: Call, _ code: String, _ reason: String? = nil) -> AWSError {
        AWSError(operation: call.operation, resource: call.resource, code: code, reason: reason)
    }

    private func error(_ call: Call, _ error: TransportError) -> AWSError {
        switch error.kind {
        case .notConnected:
            return self.error(call, "NotConnected", "\(error.reason): \(call.request.endpoint.host)")
        case .broken: return self.error(call, "ConnectionBroken", error.reason)
        case .security: return self.error(call, "Untrusted", error.reason)
        case .cancelled: return self.error(call, "Cancelled")
        case .tooLarge: return self.error(call, "ResponseTooLarge")
        case .misuse: return self.error(call, "Misuse", error.reason)
        case .sink(let failure):
            return AWSError(
                operation: call.operation, resource: call.resource, code: "InputOutput", local: failure)
        }
    }

    /// True when the clock was off and has been set by the answer's Date.
    private func correctClock(_ error: AWSError, _ response: HTTPResponse) -> Bool {
        guard ErrorCodes.clockSkew.contains(error.code), let text = response.header("date"),
            let date = UTCTime(http: text)
        else { return false }
        let offset = Int((date.milliseconds - UTCTime.now.milliseconds) / 1000)
        return clockOffset.withLock { current in
            // Less than this cannot be what the service objected to.
            guard abs(offset - current) > 60 else { return false }
            current = offset
            return true
        }
    }

    private func retryAfter(_ response: HTTPResponse) -> Double? {
        if let milliseconds = response.header("x-amz-retry-after").flatMap(Double.init) {
            return milliseconds / 1000
        }
        return response.header("retry-after").flatMap(Double.init)
    }
}
