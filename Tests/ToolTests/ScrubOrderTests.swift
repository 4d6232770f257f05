import Support
import Testing

/// Messages with several faults at once: the first rule that applies decides.
@Suite struct ScrubOrderTests {
    /// Each has the faults of its own row and of all rows below.
    @Test func theFirstFaultDecides() async throws {
        let endpoint = ",\"endpoint\":1"
        let rows: [(event: String?, host: String?, outcome: ScrubOutcome)] = [
            (nil, nil, .rejected("no hostname")),
            (nil, "\"x\"", .rejected("no event object")),
            ("{\"Channel\":1\(endpoint)}", "\"x\"", .dropped("hostname")),
            ("{\"Channel\":0\(endpoint)}", good, .dropped("channel")),
            ("{\"Channel\":\"followme-operator\"\(endpoint)}", good, .dropped("channel")),
            ("{\"Channel\":1\(endpoint)}", good, .rejected("channel is not a string")),
            ("{\"Channel\":\"c\"\(endpoint)}", good, .rejected("event has no name")),
            ("{\"Channel\":\"c\",\"Event\":null\(endpoint)}", good, .dropped("event")),
            ("{\"Channel\":\"c\",\"Event\":\"Registry\"\(endpoint)}", good, .dropped("event")),
            ("{\"Channel\":\"c\",\"Event\":1\(endpoint)}", good, .rejected("event name is not a string")),
            (
                "{\"Channel\":\"c\",\"Event\":\"e\"\(endpoint)}", good,
                .rejected("timestamp is not a date and time in the expected form")
            ),
        ]
        var cases = rows.map { ScrubCase(bareMessage($0.event, host: $0.host, time: "5"), $0.outcome) }
        cases.append(
            ScrubCase(
                bareMessage("{\"Channel\":\"c\",\"Event\":\"e\"\(endpoint)}", time: nil),
                .rejected("no timestamp")))
        cases.append(
            ScrubCase(
                bareMessage("{\"Channel\":\"c\",\"Event\":\"e\"\(endpoint)}"),
                .rejected("endpoint is neither a string nor null")))
        // A fault of the JSON comes before them all, wherever it is.
        cases.append(ScrubCase(bareMessage(host: "\"x\",\"more\":[1,]"), .rejected("not JSON")))
        let wrapped = try cases.enumerated().map {
            ScrubCase(try ScrubWrapping.bare.wrap($1.line, id: $0), $1.outcome)
        }
        try await expectScrub(wrapped)
    }

    private let good = #""futel-prod-back""#
}
