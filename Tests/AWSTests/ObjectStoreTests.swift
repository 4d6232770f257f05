import Records
import Support
import Testing

@testable import AWS

private let body = "one\ntwo\n"

/// Reading an object: what proves that it is there, whole, or absent.
@Suite struct ObjectStoreTests {
    @Test func aWholeObjectIsFound() async throws {
        let server = try server(answering: StubReply(200, [("ETag", "\"e-1\"")], body: body))
        let (state, read) = try await get(server)
        #expect(state == .found("\"e-1\""))
        #expect(read == body)
        let request = try #require(server.requests.first)
        #expect(request.method == "GET" && request.target == "/bucket/a%20key")
        #expect(request.header("x-amz-checksum-mode") == "ENABLED")
        let ofNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(request.header("x-amz-content-sha256") == ofNothing)
    }

    @Test func anEmptyObjectIsFound() async throws {
        let server = try server(answering: StubReply(200, [("ETag", "\"e\"")]))
        let (state, read) = try await get(server, before: "left over")
        #expect(state == .found("\"e\""))
        #expect(read.isEmpty)
    }

    @Test func onlyTheRightCodesAreAbsence() async throws {
        #expect(try await get(server(answering: s3Error(404, "NoSuchKey"))).0 == .absent(.proven))
        #expect(try await get(server(answering: s3Error(403, "AccessDenied"))).0 == .absent(.unproven))
    }

    @Test(arguments: [
        s3Error(404, "NoSuchBucket"), StubReply(404), StubReply(404, body: "<html>NoSuchKey</html>"),
        s3Error(403, "NoSuchKey"), s3Error(400, "NoSuchKey"), StubReply(403),
        s3Error(403, "InvalidObjectState"),
        s3Error(403, "SignatureDoesNotMatch"), s3Error(400, "AccessDenied"), s3Error(400, "ExpiredToken"),
        s3Error(500, "InternalError"), s3Error(503, "SlowDown"), StubReply(304),
        s3Error(405, "MethodNotAllowed"),
    ])
    func everyOtherAnswerIsAFailure(_ reply: StubReply) async throws {
        #expect(try await failure(server(answering: reply)).httpStatus == reply.status)
    }

    @Test(arguments: [
        (StubReply(200, [("ETag", "\"e\"")], body: body, delivery: .cut(after: 3)), "ConnectionBroken"),
        (StubReply(200, [("ETag", "\"e\"")], body: body, delivery: .reset(after: 3)), "ConnectionBroken"),
        (
            StubReply(200, [("ETag", "\"e\"")], body: body, delivery: .untilClose(after: nil)),
            "IncompleteBody"
        ),
        (StubReply(200, [("ETag", "\"e\"")], body: body, delivery: .chunked), "IncompleteBody"),
        (StubReply(206, [("ETag", "\"e\"")], body: body), "IncompleteBody"),
        (StubReply(204, [("ETag", "\"e\"")]), "IncompleteBody"),
        (StubReply(200, [("ETag", "\"e\""), ("Content-Encoding", "gzip")], body: body), "ContentEncoding"),
        (StubReply(200, body: body), "NoStrongETag"),
        (StubReply(200, [("ETag", "W/\"e\"")], body: body), "NoStrongETag"),
        (StubReply(200, [("ETag", "e")], body: body), "NoStrongETag"),
        (StubReply(200, [("ETag", "\"\"")], body: body), "NoStrongETag"),
        (StubReply(200, [("ETag", "\"")], body: body), "NoStrongETag"),
    ])
    func whatIsNotProvenIsAFailure(_ reply: StubReply, _ code: String) async throws {
        #expect(try await failure(server(answering: reply)).code == code)
    }

    // MARK: Checksums

    @Test(arguments: [
        ("crc32", "EroL5g=="), ("sha1", "xwjX74QffhdIQ2uO9WcNCy3hoic="),
        ("sha256", "w/nIwoOisfLxiW8noBy+PN3Aydk/dS5GOQNaD1s29ug="), ("unheard-of", "AAAA"),
    ])
    func aChecksumThatAgrees(_ name: String, _ value: String) async throws {
        let headers = [("ETag", "\"e\""), ("x-amz-checksum-\(name)", value)]
        #expect(try await get(server(answering: StubReply(200, headers, body: body))).0 == .found("\"e\""))
    }

    @Test(arguments: ["crc32", "crc32c", "crc64nvme", "sha1", "sha256"])
    func aChecksumThatDoesNot(_ name: String) async throws {
        let headers = [("ETag", "\"e\""), ("x-amz-checksum-\(name)", "AAAAAA==")]
        let server = try server(answering: StubReply(200, headers, body: body))
        #expect(try await failure(server).code == "ChecksumMismatch")
    }

    @Test func checksumsCanBeLeftOut() async throws {
        let headers = [("ETag", "\"e\""), ("x-amz-checksum-crc32", "AAAAAA==")]
        let server = try server(answering: StubReply(200, headers, body: body))
        _ = try? await get(server, environment: ["AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required"])
        #expect(try #require(server.requests.first).header("x-amz-checksum-mode") == nil)
    }

    // MARK: Attempts

    /// What an attempt that broke off has brought must not stand before what the next one brings.
    @Test func eachAttemptBeginsAnew() async throws {
        let broken = StubReply(200, [("ETag", "\"old\"")], body: "old lines\n", delivery: .cut(after: 6))
        let server = try server(answering: broken, StubReply(200, [("ETag", "\"new\"")], body: body))
        let (state, read) = try await get(server, environment: ["AWS_MAX_ATTEMPTS": "2"])
        #expect(state == .found("\"new\""))
        #expect(read == body)
    }

    // MARK: Probing

    @Test func aProbeAsksForOneByte() async throws {
        let server = try server(answering: StubReply(206, body: "o"))
        try await store(server).probe(try url())
        #expect(try #require(server.requests.first).header("Range") == "bytes=0-0")
    }

    @Test func anEmptyObjectCanBeProbed() async throws {
        let server = try server(answering: s3Error(416, "InvalidRange"))
        try await store(server).probe(try url())
        #expect(server.requests.count == 1)
    }

    private func url() throws -> S3URL { try #require(S3URL("s3://bucket/a key")) }

    private func store(
        _ server: StubServer, _ environment: [String: String] = [:]
    ) throws -> any ObjectStore {
        try Session(configuration(at: server, environment)).objectStore()
    }

    private func get(
        _ server: StubServer, before: String = "", environment: [String: String] = [:]
    ) async throws -> (State, String) {
        let folder = try TemporaryDirectory()
        let file = try File.replacing(try folder.write("object", before))
        let state = try await store(server, environment).get(url(), into: file)
        return (State(state), try folder.readText("object"))
    }

    private func failure(_ server: StubServer) async throws -> AWSError {
        do {
            throw UnexpectedState(state: try await get(server).0)
        } catch let error as AWSError {
            return error
        }
    }
}

private enum State: Equatable {
    case found(String)
    case absent(DayRecord.Absence)

    init(_ state: ObjectState) {
        switch state {
        case .found(let etag): self = .found(etag)
        case .absent(let absence): self = .absent(absence)
        }
    }
}

private struct UnexpectedState: Error { let state: State }
