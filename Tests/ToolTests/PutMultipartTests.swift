import AWS
import Foundation
import Records
import Support
import Synchronization
import Testing

private let mebibyte = 1 << 20
private let size = 65 * mebibyte
private let uploadPath = "/bucket/events/20260101"

/// A day that is too large for one PUT.
@Suite struct PutMultipartTests {
    @Test func itGoesInPartsThatTellTheirHash() async throws {
        let server = try partServer { completed() }
        let put = try await large(at: server)
        #expect(put.run.status == 0, "\(put.run.err)")
        #expect(put.status == "stored" && put["20260101"]["etag"] == "\"whole-5\"")
        let create = try #require(server.requests.first)
        #expect(create.method == "POST" && create.target == uploadPath + "?uploads=")
        #expect(create.header("Content-Type") == "application/x-ndjson")
        #expect(create.header("x-amz-server-side-encryption") == "AES256")
        #expect(create.header("x-amz-storage-class") == "STANDARD_IA")
        #expect(create.header("If-Match") == nil)
        let parts = server.puts.sorted { $0.target < $1.target }
        #expect(parts.map(\.target) == (1...5).map { "\(uploadPath)?partNumber=\($0)&uploadId=u%2F1" })
        #expect(parts.map(\.body.count) == [16, 16, 16, 16, 1].map { $0 * mebibyte })
        var sent: [UInt8] = []
        for part in parts { sent += part.body }
        #expect(areEqual(sent, content))
        for part in parts {
            let hash = Digest.sha256(Array(part.body))
            #expect(part.header("x-amz-checksum-sha256") == Encoding.base64(hash))
            #expect(part.header("x-amz-content-sha256") == Encoding.hex(hash))
            #expect(part.header("If-Match") == nil)
        }
        let complete = try #require(server.requests.last)
        #expect(complete.method == "POST" && complete.target == uploadPath + "?uploadId=u%2F1")
        #expect(complete.header("If-Match") == "\"e-1\"")
        let document = String(decoding: complete.body, as: UTF8.self)
        #expect(document.contains("<PartNumber>5</PartNumber><ETag>\"part-5\"</ETag><ChecksumSHA256>"))
        #expect(!server.requests.contains { $0.method == "DELETE" })
    }

    /// The upload was completed, and the answer lost: S3 does not know the upload any more.
    @Test func anAnswerThatWasLostIsSettledByTheBytes() async throws {
        let tries = Counter()
        let stored = StubReply(200, [("ETag", "\"whole-5\"")], body: content)
        let server = try partServer(get: stored) {
            tries.next() == 0 ? .reset : s3Error(404, "NoSuchUpload")
        }
        let put = try await large(at: server, attempts: 2)
        #expect(put.status == "stored" && put["20260101"]["etag"] == "\"whole-5\"", "\(put.run.err)")
    }

    @Test func aSignalAbortsIt() async throws {
        var slow = StubReply(200, [("ETag", "\"part\"")])
        slow.delay = 60
        let server = try partServer(part: { [slow] in $0 == 2 ? slow : nil }, complete: { completed() })
        let folder = try TemporaryDirectory()
        let line = try largeDay(in: folder)
        let run = try await withRunning("s3-put", [], environment: environment(of: server)) { running in
            await running.write(line + "\n")
            await running.closeInput()
            try await running.wait { _ in server.puts.count >= 4 || server.requests.count >= 5 }
            running.send(SIGTERM)
            try await running.wait { _ in server.requests.contains { $0.method == "DELETE" } }
        }
        #expect(run.status == 128 + SIGTERM)
        #expect(!run.outText.contains(#""status":"stored""#))
    }

    /// A runner signals the group, and the script each stage of it: the second one must not end s3-put
    /// while the upload is being begun, or nobody would ever know its id.
    @Test func aSecondSignalOrphansNoUpload() async throws {
        let server = try partServer(create: 0.5) { completed() }
        let folder = try TemporaryDirectory()
        let line = try largeDay(in: folder)
        let run = try await withRunning("s3-put", [], environment: environment(of: server)) { running in
            await running.write(line + "\n")
            await running.closeInput()
            try await running.wait { _ in !server.requests.isEmpty }
            running.send(SIGTERM)
            try await Task.sleep(for: .milliseconds(100))
            running.send(SIGTERM)
        }
        #expect(run.status == 128 + SIGTERM && run.signal == nil)
        let aborts = server.requests.filter { $0.method == "DELETE" }
        #expect(aborts.map(\.target) == [uploadPath + "?uploadId=u%2F1"])
    }

    /// Somebody took its parts away, as rules against forgotten uploads do: another try begins anew.
    @Test func anUploadThatIsGoneIsTriedAgain() async throws {
        let server = try partServer(
            part: { $0 == 5 ? s3Error(404, "NoSuchUpload") : nil }, complete: { completed() })
        let put = try await large(at: server)
        #expect(put.run.status == 75 && put.status == "failed" && put.code == "NoSuchUpload")
        #expect(put["20260101"]["exitStatus"] == 75)
    }

    // MARK: Parts of the tests

    private func large(at server: StubServer, attempts: Int = 1) async throws -> Put {
        let folder = try TemporaryDirectory()
        return try await Put(
            largeDay(in: folder) + "\n", in: folder, at: server,
            ["--sse", "AES256", "--storage-class", "STANDARD_IA"], attempts: attempts)
    }

    private func largeDay(in folder: TemporaryDirectory) throws -> String {
        try folder.write("20260101", content)
        return PutDay(size: size, sha256: Encoding.hex(Digest.sha256(content))).line(folder)
    }
}

/// `==` takes half a minute for these where nothing is optimised.
private func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.withUnsafeBytes { a in b.withUnsafeBytes { b in System.compare(a, b) } } == 0
}

private let content: [UInt8] = {
    var bytes = [UInt8](repeating: 0x61, count: size)
    for place in stride(from: 0, to: size, by: 1 << 16) {
        bytes[place] = UInt8(truncatingIfNeeded: place >> 16)
    }
    return bytes
}()

private func completed() -> StubReply {
    StubReply(
        200,
        body:
            "<CompleteMultipartUploadResult><ETag>&quot;whole-5&quot;</ETag></CompleteMultipartUploadResult>")
}

/// A bucket that takes an upload in parts; beginning one takes `create` seconds.
private func partServer(
    create: Double = 0, part: @escaping @Sendable (Int) -> StubReply? = { _ in nil },
    abort: StubReply = StubReply(204), get: StubReply = s3Error(404, "NoSuchKey"),
    complete: @escaping @Sendable () -> StubReply
) throws -> StubServer {
    try StubServer { request in
        switch request.method {
        case "POST" where request.target.hasSuffix("?uploads="):
            var begun = StubReply(
                200, body: "<InitiateMultipartUploadResult><UploadId>u/1</UploadId></Initi…>")
            begun.delay = create
            return begun
        case "POST": return complete()
        case "DELETE": return abort
        case "PUT":
            let number = request.target.split(separator: "partNumber=").last.flatMap {
                Int($0.prefix { $0 != "&" })
            }
            return part(number ?? 0) ?? StubReply(200, [("ETag", "\"part-\(number ?? 0)\"")])
        default: return get
        }
    }
}
