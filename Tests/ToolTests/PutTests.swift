import Support
import Testing

/// What goes to S3, and what is said of it.
@Suite struct PutTests {
    @Test func aDayIsPutUnderItsETag() async throws {
        let server = try putServer(putTaken)
        let put = try await Put(PutDay(), at: server)
        #expect(put.run.status == 0)
        let expected = PutDay().members(put.folder) + #","status":"stored","etag":"\"e-2\""}"# + "\n"
        #expect(put.run.outText == expected)
        #expect(put.run.err == "s3-put: 20260101: stored, 8 bytes\n")
        let request = try #require(server.requests.first)
        #expect(server.requests.count == 1)
        #expect(request.method == "PUT" && request.target == "/bucket/events/20260101")
        #expect(request.bodyText == putBody)
        #expect(request.header("If-Match") == "\"e-1\"")
        #expect(request.header("If-None-Match") == nil)
        #expect(request.header("Content-Type") == "application/x-ndjson")
        #expect(request.header("Content-Length") == "8")
        #expect(request.header("Transfer-Encoding") == nil)
        #expect(request.header("Content-Encoding") == nil)
        #expect(request.header("x-amz-checksum-sha256") == "w/nIwoOisfLxiW8noBy+PN3Aydk/dS5GOQNaD1s29ug=")
        #expect(request.header("x-amz-content-sha256") == PutDay().sha256)
    }

    @Test(arguments: ["proven", "unproven"])
    func aNewDayIsPutUnderItsAbsence(_ absence: String) async throws {
        let server = try putServer(putTaken)
        let put = try await Put(.ifNoneMatch(absence), at: server)
        #expect(put.run.status == 0 && put.status == "stored")
        let request = try #require(server.requests.first)
        #expect(request.header("If-None-Match") == "*")
        #expect(request.header("If-Match") == nil)
    }

    /// The ETag is sent as S3 gave it, whatever it holds.
    @Test(arguments: [#""a-17""#, #""a b""#, #""a,b""#, #""W/x""#])
    func theETagIsSentExactly(_ etag: String) async throws {
        let server = try putServer(putTaken)
        let text = etag.replacing("\"", with: "\\\"")
        _ = try await Put(PutDay(condition: #","ifMatch":"\#(text)""#), at: server)
        #expect(server.puts.map { $0.header("If-Match") } == [etag])
    }

    @Test func conditionsAndChecksumAreSigned() async throws {
        let server = try putServer(putTaken)
        _ = try await Put(PutDay(), at: server)
        let authorization = try #require(server.requests.first?.header("Authorization"))
        let signed =
            "SignedHeaders=content-type;host;if-match;x-amz-checksum-sha256;x-amz-content-sha256;x-amz-date;"
            + "x-amz-security-token,"
        #expect(authorization.contains(signed))
    }

    @Test func storageOptionsAreSent() async throws {
        let server = try putServer(putTaken)
        let arguments = [
            "--sse", "aws:kms", "--sse-kms-key-id", "key-1", "--storage-class", "STANDARD_IA",
        ]
        _ = try await Put(PutDay(), at: server, arguments)
        let request = try #require(server.requests.first)
        #expect(request.header("x-amz-server-side-encryption") == "aws:kms")
        #expect(request.header("x-amz-server-side-encryption-aws-kms-key-id") == "key-1")
        #expect(request.header("x-amz-storage-class") == "STANDARD_IA")
    }

    @Test func aChecksumIsLeftOutWhereOnlyRequiredOnesAreWanted() async throws {
        let server = try putServer(putTaken)
        let folder = try TemporaryDirectory()
        try folder.write("20260101", putBody)
        let run = try await run(
            "s3-put", at: server, ["AWS_REQUEST_CHECKSUM_CALCULATION": "when_required"],
            input: PutDay().line(folder))
        #expect(run.status == 0)
        let request = try #require(server.requests.first)
        #expect(request.header("x-amz-checksum-sha256") == nil)
        #expect(request.header("x-amz-content-sha256") == PutDay().sha256)
    }

    @Test func severalDaysGoAtOnceAndAllAreSaid() async throws {
        let days = (1...9).map { PutDay.ifNoneMatch("proven", day: "2026010\($0)") }
        let number = Counter()
        let server = try StubServer { _ in
            _ = number.next()
            // The first answer waits for three more requests, but not for ever.
            for _ in 0..<2000 where number.value < 4 { sleepMilliseconds(5) }
            return putTaken
        }
        let folder = try TemporaryDirectory()
        for day in days { try folder.write(day.day, putBody) }
        let stats = folder.path("stats")
        let put = try await Put(
            text(days.map { $0.line(folder) }), in: folder, at: server, ["--stats", stats, "--quiet"])
        #expect(put.run.status == 0 && put.run.err.isEmpty)
        #expect(put.lines.count == 9 && put.lines.values.allSatisfy { $0["status"] == "stored" })
        #expect(server.connectionCount == 4)
        #expect(
            try folder.readText("stats")
                == #"{"days":9,"stored":9,"unchanged":0,"conflict":0,"failed":0,"bytes":72,"repeats":0}"#
                + "\n")
    }

    @Test func theRegionOfTheBucketIsFollowed() async throws {
        let redirect = s3Error(301, "PermanentRedirect", [("x-amz-bucket-region", "eu-north-1")])
        let server = try putServer(redirect, putTaken)
        let put = try await Put(PutDay(), at: server)
        #expect(put.status == "stored")
        #expect(server.puts.count == 2)
        #expect(server.puts.last?.header("Authorization")?.contains("/eu-north-1/s3/aws4_request") == true)
        #expect(server.puts.last?.bodyText == putBody)
    }

    /// The golden way round: merged, put, and merged again without anything to add.
    @Test func aRealBucketTakesItOnce() async throws {
        let aws = try await LocalAWS.shared()
        let stage = try await aws.setup("put")
        let events = try readFile("\(goldenDirectory)/days/20260101.events")
        try await aws.put(stage.bucket, "events/prod/20251231", "a line\n")
        let folder = try TemporaryDirectory()
        let both = Array(text([eventLine("2025-12-31", 1)]).utf8) + events
        for expected in ["stored", "unchanged"] {
            let merge = try await run(
                "day-merge", ["--to", stage.eventsURL, "--work", folder.path("days")],
                environment: stage.environment, input: both)
            let put = try await run("s3-put", environment: stage.environment, input: merge.out)
            #expect(put.status == 0, "\(put.err)")
            #expect(put.lines.allSatisfy { $0.contains("\"status\":\"\(expected)\"") })
            #expect(put.lines.count == 2)
        }
        let stored = try await aws.object(stage.bucket, "events/prod/20260101")
        #expect(stored?.bytes == (try readFile("\(goldenDirectory)/days/20260101.after")))
        #expect(stored?.answer["ContentType"] == "application/x-ndjson")
    }

    @Test func aRealBucketRefusesWhatHasChanged() async throws {
        let aws = try await LocalAWS.shared()
        let stage = try await aws.setup("put-race")
        let folder = try TemporaryDirectory()
        try await aws.put(stage.bucket, "events/prod/20260101", "a line\n")
        let merge = try await run(
            "day-merge", ["--to", stage.eventsURL, "--work", folder.path("days")],
            environment: stage.environment,
            input: text([eventLine("2026-01-01", 1), eventLine("2026-01-02", 1)]))
        try await aws.put(stage.bucket, "events/prod/20260101", "somebody else's\n")
        try await aws.put(stage.bucket, "events/prod/20260102", "somebody else's\n")
        let put = try await run("s3-put", environment: stage.environment, input: merge.out)
        #expect(put.status == 75, "\(put.err)")
        #expect(put.lines.allSatisfy { $0.contains(#""status":"conflict""#) })
        for day in ["20260101", "20260102"] {
            let bytes = try await aws.bytes(stage.bucket, "events/prod/\(day)")
            #expect(bytes == Array("somebody else's\n".utf8))
        }
    }
}
