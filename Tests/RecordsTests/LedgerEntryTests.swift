import Records
import Testing

@Suite struct LedgerEntryTests {
    private func kept(_ id: String, _ day: String) throws -> String {
        let day = try #require(Day(day))
        return line(id) { LedgerEntry.append(messageID: $0, keptFor: day, to: &$1) }
    }

    private func line(_ id: String, _ outcome: StaticString, _ reason: String) -> String {
        line(id) { LedgerEntry.append(messageID: $0, outcome: outcome, reason: reason, to: &$1) }
    }

    private func line(_ id: String, _ append: (UnsafeRawBufferPointer, inout ByteBuffer) -> Void) -> String {
        var line = ByteBuffer()
        withPadding(Array(id.utf8)) { append($0, &line) }
        return text(Array(line.bytes))
    }

    @Test func isWrittenAsTheContractHasIt() throws {
        #expect(
            try kept("m-1", "20260101")
                == #"{"MessageId":"m-1","outcome":"kept","day":"20260101"}"# + "\n")
        #expect(
            line("m\"é", "dropped", "hostname")
                == #"{"MessageId":"m\"\u00e9","outcome":"dropped","reason":"hostname"}"# + "\n")
    }

    @Test func isRead() throws {
        let kept = try #require(LedgerEntry(try JSONObject(try kept("a\"é", "20260101"))))
        guard case .kept("a\"é", let day) = kept else { throw Unexpected() }
        #expect(day.description == "20260101" && kept.messageID == "a\"é")
        let dropped = try #require(LedgerEntry(try JSONObject(line("b", "dropped", "event"))))
        guard case .dropped("b") = dropped else { throw Unexpected() }
        let rejected = try #require(LedgerEntry(try JSONObject(line("c", "rejected", "not JSON"))))
        guard case .rejected("c") = rejected else { throw Unexpected() }
    }

    @Test(arguments: [
        #"{}"#, #"{"MessageId":"a"}"#, #"{"outcome":"dropped"}"#, #"{"MessageId":1,"outcome":"dropped"}"#,
        #"{"MessageId":"a","outcome":"kept"}"#, #"{"MessageId":"a","outcome":"kept","day":"2026-01-01"}"#,
        #"{"MessageId":"a","outcome":"kept","day":20260101}"#, #"{"MessageId":"a","outcome":"Dropped"}"#,
        #"{"MessageId":"a","outcome":true}"#, #"{"MessageId":"a","outcome":"dropped","outcome":"other"}"#,
    ])
    func whatLacksWhatItNeedsIsRefused(_ line: String) throws {
        #expect(LedgerEntry(try JSONObject(line)) == nil)
    }

    private struct Unexpected: Error {}
}
