import Foundation
import Records
import Support
import Synchronization
import Testing

@testable import AWS

/// What goes over the wire, and on which connection.
@Suite struct ClientRequestTests {
    @Test func aSessionTokenIsSentAndSigned() async throws {
        let server = try server(answering: StubReply())
        _ = try await testClient(keys: sessionKeys).send(try s3Call(server))
        let request = try #require(server.requests.first)
        #expect(request.header("X-Amz-Security-Token") == "SESSION/TOKEN+EXAMPLE=")
        #expect(request.header("Authorization")?.contains(";x-amz-security-token,") == true)
        #expect(request.signedRegion == "eu-west-3" && request.signedService == "s3")
    }

    @Test func withoutASessionTokenThereIsNoHeader() async throws {
        let server = try server(answering: StubReply())
        _ = try await testClient().send(try s3Call(server))
        #expect(try #require(server.requests.first).header("X-Amz-Security-Token") == nil)
    }

    @Test func sqsIsNeverAskedForAContinue() async throws {
        let server = try server(answering: StubReply(body: "{}"))
        _ = try await testClient().send(try sqsCall(server, [UInt8](repeating: 0x20, count: 3 << 20)))
        let request = try #require(server.requests.first)
        #expect(request.body.count == 3 << 20)
        #expect(request.header("Expect") == nil)
        #expect(request.header("Transfer-Encoding") == nil)
    }

    /// A refusal that comes before the body saves sending it.
    @Test func aLargeFileWaitsForAContinue() async throws {
        let file = try file(of: 3 << 20)
        let server = try StubServer(
            early: { _ in s3Error(412, "PreconditionFailed") }, { _ in StubReply() })
        let error = try await failure(of: s3Call(server, .file(file, offset: 0, size: 3 << 20)), testClient())
        #expect(error.code == "PreconditionFailed")
        #expect(server.requests.map { $0.header("Expect") } == ["100-continue"])
    }

    @Test func aSmallFileDoesNot() async throws {
        let file = try file(of: 1000)
        let server = try server(answering: StubReply())
        _ = try await testClient().send(try s3Call(server, .file(file, offset: 0, size: 1000)))
        let request = try #require(server.requests.first)
        #expect(request.header("Expect") == nil)
        #expect(request.header("Content-Length") == "1000")
    }

    /// An attempt after a reset in the middle of the body begins with its first byte.
    @Test func aFileIsSentAgainFromItsStart() async throws {
        let size = 1_000_000
        let file = try file(of: size)
        let isFirst = Mutex(true)
        let early: @Sendable (StubRequest) -> StubReply? = { _ in
            isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst ? .reset : nil
            }
        }
        let server = try StubServer(early: early, { _ in StubReply() })
        _ = try await testClient().send(try s3Call(server, .file(file, offset: 0, size: size)))
        #expect(server.requests.count == 2)
        #expect(server.requests.last?.body == bytes(of: size))
    }

    // MARK: Connections

    @Test func connectionsAreUsedAgain() async throws {
        let server = try server(answering: StubReply(body: "x"))
        let client = try testClient()
        for _ in 0..<5 { _ = try await client.send(try s3Call(server)) }
        #expect(server.requests.count == 5)
        #expect(server.connectionCount == 1)
    }

    @Test func anErrorAnswerKeepsItsConnection() async throws {
        let server = try server(answering: s3Error(404, "NoSuchKey"))
        let client = try testClient()
        for _ in 0..<3 { _ = try await failure(of: s3Call(server), client) }
        #expect(server.connectionCount == 1)
    }

    /// S3 closes idle connections without a word.
    @Test func aConnectionThatWasClosedMeanwhileIsReplaced() async throws {
        let server = try server(answering: StubReply(body: "x", thenCloses: true))
        let client = try testClient()
        for _ in 0..<4 { _ = try await client.send(try s3Call(server)) }
        #expect(server.connectionCount == 4)
    }

    @Test func callsGoSideBySide() async throws {
        let together = Mutex(0)
        let server = try StubServer { _ in
            together.withLock { $0 += 1 }
            // Each answer waits for the other two requests, but not for ever.
            for _ in 0..<2000 where together.withLock({ $0 }) < 3 { Thread.sleep(forTimeInterval: 0.005) }
            return StubReply(together.withLock { $0 } < 3 ? 500 : 200)
        }
        let client = try testClient(attempts: 1)
        try await withThrowingTaskGroup { group in
            for _ in 0..<3 { group.addTask { _ = try await client.send(try s3Call(server)) } }
            try await group.waitForAll()
        }
        #expect(server.connectionCount == 3)
    }

    // MARK: Answers

    @Test func anAnswerBeyondItsLimitIsNotTaken() async throws {
        let server = try server(answering: StubReply(body: [UInt8](repeating: 0x61, count: 2000)))
        var call = try s3Call(server)
        call.responseLimit = 1999
        #expect(try await failure(of: call, testClient()).code == "ResponseTooLarge")
        call.responseLimit = 2000
        #expect(try await testClient().send(call).body.count == 2000)
    }

    @Test func headersAreReadWhateverTheirCase() async throws {
        let headers = [("X-AMZ-Request-ID", "  spaced  "), ("ETag", "\"a:b\""), ("x-empty", "")]
        let server = try server(answering: StubReply(200, headers, delivery: .chunked))
        let response = try await testClient().send(try s3Call(server))
        #expect(response.header("x-amz-request-id") == "spaced")
        #expect(response.header("etag") == "\"a:b\"")
        #expect(response.header("x-empty") == "")
    }

    private func bytes(of size: Int) -> [UInt8] { (0..<size).map { UInt8(truncatingIfNeeded: $0 / 7) } }

    private func file(of size: Int) throws -> File {
        // The folder goes when this returns; the open file stays.
        let folder = try TemporaryDirectory()
        return try File.reading(try folder.write("body", bytes(of: size)))
    }
}
