import Foundation
import Records
import Support
import Synchronization
import Testing

@testable import AWS

/// An upload in parts of a thousand bytes, and what S3 may answer to each call of it.
@Suite struct MultipartUploadTests {
    @Test(
        arguments: [
            (error(403, "AccessDenied"), "AccessDenied"), (error(400, "BadDigest"), "BadDigest"),
            (StubReply(200, [("ETag", "\"p\""), ("x-amz-checksum-sha256", "AAAA")]), "ChecksumMismatch"),
            (StubReply(200), "MalformedAnswer"), (StubReply(200, [("ETag", "W/\"p\"")]), "MalformedAnswer"),
            (.reset, "ConnectionBroken"), (error(503, "SlowDown"), "SlowDown"),
        ] as [(StubReply, String)])
    func aPartThatIsRefusedAbortsItAll(_ reply: StubReply, _ code: String) async throws {
        // The refusal of the abort is not the one to tell.
        let server = try bucket(part: { $0 == 3 ? reply : nil }, abort: error(403, "AccessDenied"))
        let failure = try await refusal(at: server)
        #expect(failure.code == code && !failure.mayHaveLanded)
        #expect(
            server.requests.contains { $0.method == "DELETE" && $0.target == "/bucket/key?uploadId=u%2F1" })
        #expect(!server.requests.contains(where: isCompletion))
    }

    /// The whole was hashed before, and what is sent in the end may be another file.
    @Test func aFileThatIsWrittenToMeanwhileAbortsItAll() async throws {
        let server = try bucket()
        let upload = try upload(at: server) { path in
            let file = fopen(path, "a")
            fputs("y", file)
            fclose(file)
        }
        let failure = try await refusal(of: upload)
        #expect(failure.code == "FileDiffers" && failure.status == .badData && !failure.mayHaveLanded)
        #expect(server.requests.contains { $0.method == "DELETE" })
        #expect(!server.requests.contains(where: isCompletion))
    }

    @Test(arguments: [
        error(403, "AccessDenied"), StubReply(200), StubReply(200, body: "<UploadId></UploadId>"), .reset,
    ])
    func whatWasNotBegunIsNotAborted(_ reply: StubReply) async throws {
        let server = try StubServer { _ in reply }
        let failure = try await refusal(at: server)
        #expect(!failure.mayHaveLanded)
        #expect(server.requests.allSatisfy { $0.target == "/bucket/key?uploads=" })
    }

    /// S3 answers 200 before it knows: the error comes in the body, behind white space.
    @Test func anErrorInsideATwoHundredIsOne() async throws {
        let server = try bucket(complete: { inTwoHundred("PreconditionFailed") })
        let failure = try await refusal(at: server)
        #expect(failure.code == "PreconditionFailed" && failure.status == .tryAgain)
        #expect(server.requests.contains { $0.method == "DELETE" })
    }

    @Test func aPassingOneInsideATwoHundredIsTriedAgain() async throws {
        let tries = Mutex(0)
        let server = try bucket(complete: {
            let isFirst = tries.withLock { tries in
                tries += 1
                return tries == 1
            }
            return isFirst ? inTwoHundred("InternalError") : completed
        })
        #expect(try await upload(at: server, attempts: 2).run() == "\"whole-3\"")
        #expect(server.requests.count(where: isCompletion) == 2)
        #expect(!server.requests.contains { $0.method == "DELETE" })
    }

    @Test(
        arguments: [
            (error(412, "PreconditionFailed"), "PreconditionFailed"), (error(404, "NoSuchKey"), "NoSuchKey"),
            (error(409, "ConditionalRequestConflict"), "ConditionalRequestConflict"),
            (error(501, "NotImplemented"), "NotImplemented"),
            (StubReply(200, body: "<x/>"), "MalformedAnswer"),
        ] as [(StubReply, String)])
    func theConditionIsTheLastCalls(_ reply: StubReply, _ code: String) async throws {
        let server = try bucket(complete: { reply })
        #expect(try await refusal(at: server).code == code)
        #expect(server.requests.contains { $0.method == "DELETE" })
        let conditions = server.requests.filter { $0.header("If-Match") != nil }
        #expect(conditions.count == 1 && conditions.allSatisfy(isCompletion))
    }

    @Test func aLostAnswerIsSaidToHaveLandedPerhaps() async throws {
        let server = try bucket(complete: { .reset })
        #expect(try await refusal(at: server).mayHaveLanded)
    }

    @Test func withoutChecksumsNoneAreSent() async throws {
        let server = try bucket()
        _ = try await upload(at: server, ["AWS_REQUEST_CHECKSUM_CALCULATION": "when_required"]).run()
        #expect(
            !server.requests.contains { $0.headers.contains { $0.name.lowercased().contains("checksum") } })
        #expect(!server.requests.contains { $0.bodyText.contains("Checksum") })
    }

    @Test(arguments: [
        (65 << 20, 16 << 20), (160_000 << 20, 16 << 20), ((160_000 << 20) + 1, 17 << 20),
        (5 << 40, 525 << 20),
    ])
    func thereAreNeverMoreThanTenThousand(_ size: Int, _ partSize: Int) async throws {
        let server = try bucket()
        let upload = try upload(at: server, size: size, smallestPart: 16 << 20)
        #expect(upload.partSize == partSize)
        #expect((size + partSize - 1) / partSize <= 10_000)
    }

    // MARK: Parts of the tests

    private func upload(
        at server: StubServer, _ environment: [String: String] = [:], attempts: Int = 1, size: Int = 2500,
        smallestPart: Int = 1000, opened: ((String) -> Void)? = nil
    ) throws -> MultipartUpload {
        let configuration = configuration(at: server, environment)
        let store = try S3ObjectStore(configuration, testClient(attempts: attempts)) { _ in }
        let folder = try TemporaryDirectory()
        let path = try folder.write("file", String(repeating: "x", count: 2500))
        let file = try File.readingRegular(path)
        opened?(path)
        return MultipartUpload(
            store: store, upload: DayRecord.Upload(file: path, size: size, sha256: ""),
            file: file, url: try #require(S3URL("s3://bucket/key")),
            condition: .ifMatch("\"e-1\""), options: StorageOptions(), smallestPart: smallestPart)
    }

    private func refusal(at server: StubServer) async throws -> AWSError {
        try await refusal(of: upload(at: server))
    }

    private func refusal(of upload: MultipartUpload) async throws -> AWSError {
        let etag: String
        do { etag = try await upload.run() } catch { return error }
        throw UnexpectedKeys(id: etag)
    }
}

private let completed = StubReply(
    200,
    body: "<CompleteMultipartUploadResult><ETag>&quot;whole-3&quot;</ETag></CompleteMultipartUploadResult>")

private func error(_ status: Int, _ code: String) -> StubReply {
    StubReply(status, body: "<Error><Code>\(code)</Code></Error>")
}

private func inTwoHundred(_ code: String) -> StubReply {
    StubReply(200, body: "  \n<?xml version=\"1.0\"?>\n<Error><Code>\(code)</Code></Error>")
}

private func isCompletion(_ request: StubRequest) -> Bool {
    request.method == "POST" && request.target == "/bucket/key?uploadId=u%2F1"
}

/// A bucket that takes an upload in parts.
private func bucket(
    part: @escaping @Sendable (Int) -> StubReply? = { _ in nil }, abort: StubReply = StubReply(204),
    complete: @escaping @Sendable () -> StubReply = { completed }
) throws -> StubServer {
    try StubServer { request in
        switch request.method {
        case "POST" where isCompletion(request): return complete()
        case "POST": return StubReply(200, body: "<UploadId>u/1</UploadId>")
        case "DELETE": return abort
        default:
            let number = Int(request.target.dropFirst("/bucket/key?partNumber=".count).prefix(1)) ?? 0
            return part(number) ?? StubReply(200, [("ETag", "\"part-\(number)\"")])
        }
    }
}
