import Support
import Testing

private let probe = "/bucket/events/conditions.probe"

/// Stores that are not to be taken at their word about conditions.
@Suite struct PutProbeTests {
    @Test func aStoreThatKeepsConditionsIsPutTo() async throws {
        let bucket = StubBucket()
        let server = try StubServer(bucket.reply)
        let put = try await Put(
            .ifNoneMatch("proven"), .ifNoneMatch("proven", day: "20260102"), at: server, ["--probe"])
        #expect(put.run.status == 0 && put.lines.values.allSatisfy { $0["status"] == "stored" })
        #expect(bucket.paths == ["/bucket/events/20260101", "/bucket/events/20260102"])
        // Once for the bucket, before anything else, and empty.
        let first = try #require(server.requests.first)
        #expect(first.path == probe && first.method == "PUT" && first.body.isEmpty)
        #expect(first.header("If-Match")?.count == 34)
        #expect(server.requests.count == 3)
    }

    /// It answers as one whose conditions hold, and would let one writer overwrite another.
    @Test func aStoreThatTakesNoNoticeIsRefused() async throws {
        let bucket = StubBucket(keepsConditions: false)
        let server = try StubServer(bucket.reply)
        let put = try await Put(
            .ifNoneMatch("proven"), .ifNoneMatch("proven", day: "20260102"), at: server, ["--probe"])
        #expect(put.run.status == 78 && put.lines.count == 2)
        #expect(
            put.lines.values.allSatisfy { $0["status"] == "failed" && $0["code"] == "ConditionsIgnored" })
        #expect(put.run.err.contains("--unconditional"))
        #expect(bucket.paths.isEmpty)
        #expect(server.requests.map(\.method) == ["PUT", "DELETE"])
    }

    @Test(
        arguments: [
            (s3Error(412, "PreconditionFailed"), 0, nil),
            (s3Error(409, "ConditionalRequestConflict"), 0, nil),
            (s3Error(501, "NotImplemented"), 78, "NotImplemented"), (StubReply(500), 69, "HTTP500"),
            (s3Error(403, "AccessDenied"), 77, "AccessDenied"), (StubReply(404), 78, "HTTP404"),
        ] as [(StubReply, Int32, String?)])
    func whatProvesIt(_ reply: StubReply, _ status: Int32, _ code: String?) async throws {
        let server = try StubServer { $0.path == probe ? reply : putTaken }
        let put = try await Put(PutDay(), at: server, ["--probe"])
        #expect(put.run.status == status && put.code == code, "\(put.run.err)")
        #expect(server.puts.count == (status == 0 ? 2 : 1))
    }

    @Test func withoutAConditionThereIsNothingToProve() async throws {
        let server = try putServer(putTaken)
        let put = try await Put(PutDay(condition: ""), at: server, ["--overwrite", "--probe"])
        #expect(put.status == "stored" && server.requests.count == 1)
    }
}
