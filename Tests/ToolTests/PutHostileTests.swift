import Support
import Testing

/// What a hostile or broken peer, or a damaged day line, must not be able to make of a put.
@Suite struct PutHostileTests {
    /// Some proxy's 200 is no proof that S3 has the day: S3 always says the new ETag.
    @Test(arguments: [StubReply(200, body: "<html>log in</html>"), StubReply(200), StubReply(204)])
    func aSuccessWithoutAnETagIsNoProof(_ reply: StubReply) async throws {
        let put = try await Put(PutDay(), at: putServer(reply))
        #expect(put.status == "failed" && put.run.status != 0)
    }

    /// libcurl sends a request again by itself when the connection it used again died without a byte.
    @Test func aPutThatLibcurlSentTwiceIsStored() async throws {
        let server = try StubServer { request in
            if request.method == "GET" { return StubReply(200, [("ETag", "\"theirs\"")], body: putBody) }
            if request.target.hasSuffix("20260101") { return putTaken }
            return request.connection == 1 ? .closed : s3Error(412, "PreconditionFailed")
        }
        let put = try await Put(
            PutDay(), PutDay(day: "20260102"), at: server, ["--concurrency", "1"], attempts: 3)
        #expect(put["20260102"]["status"] == "stored", "\(put.run.err)")
    }

    @Test func aRaceAfterALostAnswerIsSettledByTheBytes() async throws {
        let raced = s3Error(409, "ConditionalRequestConflict")
        let equal = StubReply(200, [("ETag", "\"theirs\"")], body: putBody)
        let server = try putServer(.reset, raced, s3Error(412, "PreconditionFailed"), get: equal)
        let put = try await Put(.ifNoneMatch("proven"), at: server, attempts: 2)
        #expect(put.status == "stored")
    }

    /// libcurl leaves an empty header out, so the put would be unconditional where nobody checks signatures.
    @Test(arguments: ["", "*", "e", #"W/\"e\""#, #"\"e\"\r\nX-Other: 1"#, #"\"\""#, #"\"é\""#])
    func anETagThatIsNoneIsRefused(_ etag: String) async throws {
        let server = try putServer(putTaken)
        let put = try await Put(PutDay(condition: #","ifMatch":"\#(etag)""#), at: server)
        #expect(put.run.status == 65)
        #expect(server.requests.isEmpty)
    }

    @Test func aRegionThatIsNoneIsNotFollowed() async throws {
        let server = try putServer(
            s3Error(301, "PermanentRedirect", [("x-amz-bucket-region", "evil.example/#")]), putTaken)
        let put = try await Put(PutDay(), at: server)
        #expect(put.status == "failed" && server.puts.count == 1)
    }

    /// A date that no calendar has must not end the tool by a trap.
    @Test(arguments: [
        "Thu, 01 Jan 9223372036854775807 00:00:00 GMT", "Thu, 01 Jan 2026 9223372036854775807:00:00 GMT",
        "Thu, 9223372036854775807 Jan 2026 00:00:00 GMT", "Thu, 01 Jan -9223372036854775808 00:00:00 GMT",
    ])
    func anAbsurdDateIsNone(_ date: String) async throws {
        let put = try await Put(
            PutDay(), at: putServer(s3Error(403, "RequestTimeTooSkewed", [("Date", date)])))
        #expect(put.run.status == 77 && put.run.signal == nil)
    }

    @Test func aStorageClassIsNotEmpty() async throws {
        let server = try putServer(putTaken)
        #expect(try await Put(PutDay(), at: server, ["--storage-class", ""]).run.status == 64)
    }
}
