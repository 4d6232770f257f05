import Support
import Testing

/// The flags that say what is noise: each that is given replaces its defaults.
@Suite struct ScrubFlagTests {
    private func event(_ channel: String, _ name: String) -> String {
        #"{"Channel":"\#(channel)","Event":"\#(name)"}"#
    }

    private func cases(_ lines: [(String, ScrubOutcome)]) throws -> [ScrubCase] {
        try lines.enumerated().map { ScrubCase(try ScrubWrapping.message.wrap($1.0, id: $0), $1.1) }
    }

    @Test func hosts() async throws {
        try await expectScrub(
            cases([
                (bareMessage(host: "\"a\""), .event()), (bareMessage(host: "\"b c\""), .event()),
                (bareMessage(host: "\"futel-prod-back\""), .dropped("hostname")),
                (bareMessage(host: "\"é\""), .event()), (bareMessage(host: #""\u00e9""#), .event()),
            ]), ["--host", "a", "--host", "b c", "--host=é"])
    }

    @Test func droppedEvents() async throws {
        try await expectScrub(
            cases([
                (bareMessage(event("c", "x")), .dropped("event")),
                (bareMessage(event("c", "")), .dropped("event")),
                (bareMessage(event("c", "Registry")), .event(#""c""#, #""c""#, #""Registry""#)),
                (bareMessage(event("c", "xx")), .event(#""c""#, #""c""#, #""xx""#)),
                // Null is no name, so it is dropped whatever the flags say.
                (bareMessage(#"{"Channel":"c","Event":null}"#), .dropped("event")),
            ]), ["--drop-event", "x", "--drop-event", ""])
    }

    @Test func droppedChannels() async throws {
        let operating = #""followme-operator""#
        try await expectScrub(
            cases([
                (bareMessage(event("a-630-b", "e")), .dropped("channel")),
                (bareMessage(event("640", "e")), .dropped("channel")),
                (bareMessage(event("63", "e")), .event(#""63""#, #""63""#)),
                (bareMessage(event("6630", "e")), .dropped("channel")),
                (bareMessage(event("followme-operator", "e")), .event(operating, operating)),
                (bareMessage(event("", "e")), .dropped("channel")),
            ]), ["--drop-channel", "630", "--drop-channel", "640"])
    }

    @Test func namesThatLookLikeFlagsCanBeGiven() async throws {
        try await expectScrub(
            cases([(bareMessage(host: "\"--host\""), .event())]), ["--host=--host"])
    }

    @Test func anEmptyTextIsInEveryChannel() async throws {
        let run = try await run("event-scrub", ["--drop-channel", ""])
        #expect(run.status == 64)
        #expect(run.errLines.first?.hasPrefix("event-scrub: --drop-channel ") == true)
    }
}
