import Support
import Testing

private let refused = s3Error(412, "PreconditionFailed")
private let raced = s3Error(409, "ConditionalRequestConflict")
private let equal = StubReply(200, [("ETag", "\"theirs\"")], body: putBody)
private let other = StubReply(200, [("ETag", "\"theirs\"")], body: "one\ntw0\n")

/// What a refused put means.
@Suite struct PutConflictTests {
    @Test(arguments: [PutDay(), .ifNoneMatch("proven")])
    func aConditionThatDoesNotHoldIsAConflict(_ day: PutDay) async throws {
        let server = try putServer(refused)
        let put = try await Put(day, at: server)
        #expect(put.run.status == 75 && put.status == "conflict")
        #expect(put["20260101"]["etag"] == nil && put.code == nil)
        #expect(server.requests.count == 1)
        let said = "s3-put: 20260101: conflict: somebody else wrote s3://bucket/events/20260101 in between"
        #expect(put.run.err == said + "; merge it again\n")
    }

    @Test func aRefusalWithoutADocumentIsOneToo() async throws {
        let put = try await Put(PutDay(), at: putServer(StubReply(412)))
        #expect(put.run.status == 75 && put.status == "conflict")
    }

    /// The object that was merged is gone.
    @Test func anETagWithoutAnObjectIsAConflict() async throws {
        let put = try await Put(PutDay(), at: putServer(s3Error(404, "NoSuchKey")))
        #expect(put.run.status == 75 && put.status == "conflict")
    }

    @Test func aMissingBucketIsNot() async throws {
        let put = try await Put(PutDay(), at: putServer(s3Error(404, "NoSuchBucket")))
        #expect(put.run.status == 78 && put.status == "failed" && put.code == "NoSuchBucket")
    }

    // MARK: One's own making

    /// The first put was taken, and its answer lost.
    @Test(arguments: [StubReply.reset, .closed, StubReply(500), s3Error(503, "SlowDown")])
    func aPutThatHasLandedIsStored(_ lost: StubReply) async throws {
        for day in [PutDay(), .ifNoneMatch("proven"), .ifNoneMatch("unproven")] {
            let server = try putServer(lost, refused, get: equal)
            let put = try await Put(day, at: server, attempts: 2)
            #expect(put.run.status == 0 && put.status == "stored", "\(put.run.err)")
            #expect(put["20260101"]["etag"] == "\"theirs\"")
            #expect(server.puts.count == 2 && server.gets.count == 1)
        }
    }

    @Test(arguments: [
        other, s3Error(404, "NoSuchKey"), s3Error(403, "AccessDenied"), StubReply(500),
        StubReply(200, [("ETag", "\"e\"")], body: putBody, delivery: .cut(after: 4)),
        StubReply(200, [("ETag", "\"e\"")], body: putBody, delivery: .chunked),
        StubReply(206, [("ETag", "\"e\"")], body: putBody),
    ])
    func aPutThatCannotBeShownToHaveLandedIsAConflict(_ get: StubReply) async throws {
        let put = try await Put(PutDay(), at: putServer(.reset, refused, get: get), attempts: 2)
        #expect(put.run.status == 75 && put.status == "conflict")
    }

    /// The same bytes, but nothing of ours was on the way: somebody else has put them.
    @Test func withoutALostAnswerEqualBytesAreAConflict() async throws {
        let server = try putServer(refused, get: equal)
        let put = try await Put(PutDay(), at: server, attempts: 2)
        #expect(put.status == "conflict")
        #expect(server.gets.isEmpty)
    }

    @Test func aPutThatLandedWithoutEverAnAnswerIsStored() async throws {
        let put = try await Put(PutDay(), at: putServer(.reset, get: equal), attempts: 2)
        #expect(put.run.status == 0 && put.status == "stored")
        let failed = try await Put(PutDay(), at: putServer(.reset, get: other), attempts: 2)
        #expect(failed.run.status == 69 && failed.status == "failed" && failed.code == "ConnectionBroken")
    }

    // MARK: Races

    @Test func aRaceForANewDayIsRunAgain() async throws {
        let server = try putServer(raced, raced, putTaken)
        let folder = try TemporaryDirectory()
        let put = try await Put(.ifNoneMatch("proven"), at: server, ["--stats", folder.path("stats")])
        #expect(put.run.status == 0 && put.status == "stored")
        #expect(try folder.readText("stats").contains(#""conflict":0,"failed":0,"bytes":8,"repeats":2}"#))
        #expect(server.puts.map { $0.header("If-None-Match") } == ["*", "*", "*"])
    }

    @Test func aRaceThatNeverEndsIsAConflict() async throws {
        let server = try putServer(raced)
        let put = try await Put(.ifNoneMatch("proven"), at: server)
        #expect(put.run.status == 75 && put.status == "conflict")
        #expect((2...10).contains(server.puts.count))
    }

    @Test func aRaceForAnETagIsAConflict() async throws {
        let server = try putServer(raced)
        let put = try await Put(PutDay(), at: server)
        #expect(put.run.status == 75 && put.status == "conflict")
        #expect(server.puts.count == 1)
    }

    // MARK: Absence that was not proven

    @Test(arguments: [
        StubReply(206, body: "o"), StubReply(200, body: "one"), s3Error(416, "InvalidRange"),
        s3Error(404, "NoSuchKey"),
    ])
    func anObjectThatCanBeReadWasJustMade(_ probe: StubReply) async throws {
        let server = try putServer(refused, get: probe)
        let put = try await Put(.ifNoneMatch("unproven"), at: server)
        #expect(put.run.status == 75 && put.status == "conflict")
        #expect(server.gets.map { $0.header("Range") } == ["bytes=0-0"])
    }

    @Test func anObjectThatCannotBeReadLacksAPermission() async throws {
        let put = try await Put(
            .ifNoneMatch("unproven"), at: putServer(refused, get: s3Error(403, "AccessDenied")))
        #expect(put.run.status == 77 && put.status == "failed" && put.code == "AccessDenied")
        #expect(put["20260101"]["message"].string?.contains("s3:GetObject") == true)
        #expect(put.run.err.contains("s3:GetObject"))
    }

    @Test(
        arguments: [
            (StubReply(500), 69), (s3Error(503, "SlowDown"), 75), (s3Error(400, "ExpiredToken"), 77),
        ] as [(StubReply, Int32)])
    func aProbeThatFailsIsAFailure(_ probe: StubReply, _ status: Int32) async throws {
        let put = try await Put(.ifNoneMatch("unproven"), at: putServer(refused, get: probe))
        #expect(put.run.status == status && put.status == "failed")
    }
}
