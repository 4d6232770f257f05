import Support
import Testing

/// The first events of a day, written by two at once who may not list the bucket: S3 tells them neither
/// that the day is missing nor, when one has made it, which of the two it was.
@Suite struct FirstEventTests {
    @Test func ofTwoWritersBothAreKept() async throws {
        let bucket = StubBucket(tellsAbsence: false)
        let server = try StubServer(bucket.reply)
        let folders = [try TemporaryDirectory(), try TemporaryDirectory()]
        let events = [eventLine("2026-01-01", 1), eventLine("2026-01-01", 2)]
        var merges: [Merge] = []
        for (event, folder) in zip(events, folders) {
            merges.append(try await Merge(text([event]), at: server, in: folder))
            #expect(merges.last?.lines["20260101"]?["absence"] == "unproven")
        }
        async let one = Put(merges[0].run.outText, in: folders[0], at: server)
        async let other = Put(merges[1].run.outText, in: folders[1], at: server)
        let puts = try await [one, other]
        #expect(puts.compactMap(\.status).sorted() == ["conflict", "stored"])
        #expect(puts.map(\.run.status).sorted() == [0, 75])

        let loser = try #require(puts.firstIndex { $0.status == "conflict" })
        let again = try await Merge(text([events[loser]]), at: server, in: folders[loser])
        let put = try await Put(again.run.outText, in: folders[loser], at: server)
        #expect(put.status == "stored")
        #expect(bucket.text("/bucket/events/20260101") == text(events))
    }
}
