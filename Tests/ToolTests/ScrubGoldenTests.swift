import Support
import Testing

/// What the replaced program made of the golden messages must come out, byte for byte.
@Suite struct ScrubGoldenTests {
    @Test func messagesBecomeEvents() async throws {
        let run = try await run("event-scrub", ["\(goldenDirectory)/messages.ndjson"])
        #expect(run.status == 0)
        #expect(run.out == (try readFile("\(goldenDirectory)/events.ndjson")))
        #expect(run.errLines.first == "event-scrub: 1800 read, 1186 kept, 614 dropped, 0 rejected")
    }

    @Test func logLinesBecomeEvents() async throws {
        let run = try await run("event-scrub", ["--format", "metrics", "\(goldenDirectory)/metrics.log"])
        #expect(run.status == 0)
        #expect(run.out == (try readFile("\(goldenDirectory)/metrics.events")))
    }
}
