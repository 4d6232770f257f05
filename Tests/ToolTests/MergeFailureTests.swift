import Support
import Testing

private let a = eventLine("2026-01-01", 1)
private let b = eventLine("2026-01-02", 2)
private let c = eventLine("2026-01-03", 3)

/// Only proof counts: every answer that is none fails its day, leaves no file, and stops no other day.
@Suite struct MergeFailureTests {
    @Test(
        arguments: [
            (s3Error(403, "InvalidObjectState"), 77, "InvalidObjectState"), (StubReply(403), 77, "HTTP403"),
            (s3Error(403, "SignatureDoesNotMatch"), 77, "SignatureDoesNotMatch"),
            (s3Error(403, "RequestTimeTooSkewed"), 77, "RequestTimeTooSkewed"),
            (s3Error(403, "InvalidAccessKeyId"), 77, "InvalidAccessKeyId"),
            (s3Error(400, "ExpiredToken"), 77, "ExpiredToken"), (StubReply(404), 78, "HTTP404"),
            (StubReply(404, body: "<html><h1>NoSuchKey</h1></html>"), 78, "HTTP404"),
            (s3Error(404, "NoSuchBucket"), 78, "NoSuchBucket"), (s3Error(400, "NoSuchKey"), 78, "NoSuchKey"),
            (s3Error(500, "InternalError"), 69, "InternalError"), (s3Error(503, "SlowDown"), 75, "SlowDown"),
            (StubReply(503), 69, "HTTP503"),
            (StubReply(206, [("ETag", "\"e\"")], body: a), 69, "IncompleteBody"),
            (StubReply(204, [("ETag", "\"e\"")]), 69, "IncompleteBody"), (StubReply(304), 69, "HTTP304"),
            (s3Error(301, "PermanentRedirect"), 78, "PermanentRedirect"), (.reset, 69, "ConnectionBroken"),
            (.closed, 69, "ConnectionBroken"),
        ] as [(StubReply, Int32, String)])
    func anAnswerThatProvesNothing(_ reply: StubReply, _ status: Int32, _ code: String) async throws {
        try await expectFailure(reply, status, code)
    }

    @Test(
        arguments: [
            (whole.with(.cut(after: 10)), 69, "ConnectionBroken"),
            (whole.with(.cut(after: 0)), 69, "ConnectionBroken"),
            (whole.with(.reset(after: 10)), 69, "ConnectionBroken"),
            (whole.with(.untilClose(after: nil)), 69, "IncompleteBody"),
            (whole.with(.chunked), 69, "IncompleteBody"),
            (object(a, [("Content-Encoding", "gzip")]), 65, "ContentEncoding"),
            (StubReply(200, body: a), 65, "NoStrongETag"),
            (StubReply(200, [("ETag", "W/\"e\"")], body: a), 65, "NoStrongETag"),
            (object(a, [("x-amz-checksum-sha256", "AAAA")]), 69, "ChecksumMismatch"),
            (object(a, [("x-amz-checksum-crc32", "AAAAAA==")]), 69, "ChecksumMismatch"),
            (object(a, [("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=")]), 69, "ChecksumMismatch"),
        ] as [(StubReply, Int32, String)])
    func aBodyThatIsNotProvenWhole(_ reply: StubReply, _ status: Int32, _ code: String) async throws {
        try await expectFailure(reply, status, code)
    }

    /// The head says it: what is merged of such a body, or what is wrong with it, is of no interest.
    @Test(arguments: [
        (String(repeating: "x", count: (16 << 20) + 1), ("Content-Encoding", "gzip"), "ContentEncoding"),
        ("b\na\n", ("Content-Encoding", "gzip"), "ContentEncoding"),
    ])
    func aHeadThatSaysNoIsEnough(_ body: String, _ header: (String, String), _ code: String) async throws {
        let server = try mergeServer(["20260101": object(body, [header])])
        let merge = try await Merge(text([a]), at: server)
        #expect(merge.lines["20260101"]?["code"] == .string(code))
        #expect(server.requests.count == 1)
    }

    /// A line of 16 MiB is held, one byte more is not.
    @Test func aLineThatIsTooLong() async throws {
        let longest = String(repeating: "x", count: 16 << 20)
        try await expectFailure(object(longest + "x\n"), 65, "BadObject")
        let merge = try await Merge(text([b]), at: mergeServer(["20260102": object(longest)]))
        #expect(merge.run.status == 0)
        #expect(try merge.text("20260102").utf8.count == b.utf8.count + longest.utf8.count + 2)
    }

    @Test func theStatusIsTheFirstThatApplies() async throws {
        let failing: [(reply: StubReply, status: Int32)] = [
            (s3Error(404, "NoSuchBucket"), 78), (s3Error(400, "ExpiredToken"), 77), (StubReply(500), 69),
            (StubReply(200, body: a), 65), (s3Error(503, "SlowDown"), 75),
        ]
        for place in failing.indices {
            let rest = failing[place...].reversed()
            var days: [String: StubReply] = [:]
            for (number, failure) in rest.enumerated() { days["2026010\(number + 1)"] = failure.reply }
            let input = text((1...6).map { eventLine("2026-01-0\($0)", 1) })
            let merge = try await Merge(input, at: mergeServer(days))
            #expect(merge.run.status == failing[place].status)
            #expect(merge.lines.count == 6)
        }
    }

    /// Nothing of an attempt that broke off may stand in what is merged after the next one.
    @Test func aBrokenAttemptLeavesNothing() async throws {
        let old = text([eventLine("2026-01-01", 50), eventLine("2026-01-01", 51)])
        let broken = StubReply(200, [("ETag", "\"old\"")], body: old, delivery: .cut(after: 100))
        for after in [s3Error(404, "NoSuchKey"), s3Error(403, "AccessDenied"), object(text([c]))] {
            let number = Counter()
            let server = try StubServer { _ in number.next() == 0 ? broken : after }
            let merge = try await Merge(text([a]), at: server, [], ["AWS_MAX_ATTEMPTS": "2"])
            #expect(merge.run.status == 0)
            #expect(try merge.text("20260101") == (after.status == 200 ? text([a, c]) : text([a])))
        }
    }

    @Test func withoutCredentialsEveryDayFails() async throws {
        let server = try mergeServer([:])
        let more = ["AWS_ACCESS_KEY_ID": "", "AWS_EC2_METADATA_DISABLED": "true"]
        let merge = try await Merge(text([a, b]), at: server, [], more)
        #expect(merge.run.status == 77)
        #expect(merge.lines.values.allSatisfy { $0["status"] == "failed" })
        #expect(merge.run.errLines.allSatisfy { $0.contains("no AWS credentials") })
        #expect(server.requests.isEmpty)
    }

    /// The day in the middle fails, and the days around it do not.
    private func expectFailure(
        _ reply: StubReply, _ status: Int32, _ code: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let server = try mergeServer(["20260102": reply])
        let merge = try await Merge(text([a, b, c]), at: server, sourceLocation: sourceLocation)
        #expect(merge.run.status == status, "\(merge.run.err)", sourceLocation: sourceLocation)
        #expect(merge.lines["20260102"]?["status"] == "failed", sourceLocation: sourceLocation)
        #expect(merge.lines["20260102"]?["code"] == .string(code), sourceLocation: sourceLocation)
        #expect(merge.lines["20260102"]?["file"] == .null, sourceLocation: sourceLocation)
        #expect(try merge.files == ["20260101", "20260103"], sourceLocation: sourceLocation)
        #expect(!merge.run.err.contains("5035551212"), sourceLocation: sourceLocation)
        #expect(!merge.run.outText.contains("5035551212"), sourceLocation: sourceLocation)
        let said = merge.run.errLines.filter { $0.hasPrefix("day-merge: 20260102: ") }
        #expect(said.count == 1, sourceLocation: sourceLocation)
    }
}

private let whole = StubReply(200, [("ETag", "\"e\"")], body: a)

extension StubReply {
    fileprivate func with(_ delivery: Delivery) -> StubReply {
        var reply = self
        reply.delivery = delivery
        return reply
    }
}
