import Records
import Support
import Synchronization
import Testing

@testable import AWS

/// How many connections a session makes, and when it gives one up.
@Suite struct ConnectionTests {
    @Test func fortyCallsInARowTakeOneConnection() async throws {
        let server = try server(answering: StubReply(body: "{}"))
        let queue = try Session(configuration(at: server)).queue("\(server.url)/1/q")
        for _ in 0..<40 { _ = try await queue.receive(wait: 0, visibility: 1, atMost: 1) }
        #expect(server.requests.count == 40)
        #expect(server.connectionCount == 1)
    }

    /// The bucket's and the queue's calls are made by one transport, which keeps both connections.
    @Test func theServicesOfASessionShareTheirTransport() async throws {
        let server = try server(answering: s3Error(404, "NoSuchKey"))
        let session = try Session(configuration(at: server))
        for _ in 0..<3 {
            _ = try await session.objectStore().get(try #require(S3URL("s3://bucket/key")), into: Ignored())
        }
        #expect(server.requests.count == 3)
        #expect(server.connectionCount == 1)
    }

    @Test func eightAtATimeTakeEightAtTheMost() async throws {
        let server = try server(answering: StubReply(body: "{}", delay: 0.01))
        let queue = try Session(configuration(at: server)).queue("\(server.url)/1/q")
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10 { _ = try await queue.receive(wait: 0, visibility: 1, atMost: 1) }
                }
            }
            try await group.waitForAll()
        }
        #expect(server.requests.count == 80)
        #expect((1...8).contains(server.connectionCount))
    }

    // MARK: Silence

    /// libcurl looks at the speed once a second, over some seconds.
    @Test func aStalledTransferIsGivenUp() async throws {
        let replies = [
            StubReply(body: "late", delay: 30),
            StubReply(body: "half of it", delivery: .stalled(after: 4, seconds: 30)),
            StubReply(503, body: "half of it", delivery: .stalled(after: 4, seconds: 30)),
        ]
        let begin = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for reply in replies {
                group.addTask {
                    let server = try server(answering: reply)
                    return try await transportError(server, stallSeconds: 1)
                }
            }
            for try await error in group { #expect(isBroken(error)) }
        }
        #expect(ContinuousClock.now - begin < .seconds(20))
    }

    @Test func anUploadThatNobodyReadsIsGivenUp() async throws {
        let server = try StubServer(early: { _ in StubReply(delay: 30) }, { _ in StubReply() })
        let begin = ContinuousClock.now
        let body = HTTPRequest.Body.bytes([UInt8](repeating: 0x61, count: 32 << 20))
        #expect(isBroken(try await transportError(server, body, stallSeconds: 1)))
        #expect(ContinuousClock.now - begin < .seconds(20))
    }

    @Test func aTimeLimitHoldsForTheWholeOfIt() async throws {
        let server = try server(answering: StubReply(body: "late", delay: 30))
        let begin = ContinuousClock.now
        let error = try await transportError(server, timeoutSeconds: 0.3)
        #expect(isBroken(error))
        #expect(ContinuousClock.now - begin < .seconds(20))
    }

    /// The long poll's silence is no stall.
    @Test func aReceiveMayBeSilentLongerThanItWaits() async throws {
        let sent = RecordingSender()
        let queue = try SQSQueue(
            "http://localhost/1/q", configuration(),
            Client(sent, credentials: FixedCredentials(exampleKeys), retry: RetryPolicy(maxAttempts: 1)))
        _ = try await queue.receive(wait: 20, visibility: 1, atMost: 1)
        #expect(sent.requests.first.map { $0.stallSeconds > 20 } == true)
    }

    private func isBroken(_ error: TransportError) -> Bool {
        if case .broken = error.kind { true } else { false }
    }

    private func transportError(
        _ server: StubServer, _ body: HTTPRequest.Body = .none, stallSeconds: Int = 30,
        timeoutSeconds: Double? = nil
    ) async throws -> TransportError {
        var request = HTTPRequest(method: "GET", endpoint: try #require(Endpoint(server.url)), path: "/")
        if case .bytes = body { request.method = "PUT" }
        request.body = body
        request.stallSeconds = stallSeconds
        request.timeoutSeconds = timeoutSeconds
        let transport = try Transport(TransportSettings(userAgent: "tests"))
        do throws(TransportError) {
            let response = try await transport.send(request, sink: nil, responseLimit: 1 << 20)
            throw TransportError(kind: .misuse, reason: "answered with \(response.status)")
        } catch {
            return error
        }
    }
}

/// Forgets what it is given.
final class Ignored: ObjectDestination {
    func restart() {}
    func write(_ bytes: UnsafeRawBufferPointer) {}
}

/// Stands in for the network: keeps the requests, and answers each with an empty object.
final class RecordingSender: HTTPSender {
    private let sent = Mutex<[HTTPRequest]>([])

    var requests: [HTTPRequest] { sent.withLock { $0 } }

    func send(
        _ request: HTTPRequest, sink: (any ResponseSink)?, responseLimit: Int
    ) async throws(TransportError) -> HTTPResponse {
        sent.withLock { $0.append(request) }
        return HTTPResponse(status: 200, body: Array("{}".utf8))
    }
}
