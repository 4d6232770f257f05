import Records
import Testing

@Suite struct LedgerEntryTests {
    private func line(_ id: String, _ outcome: StaticString, _ key: StaticString, _ value: String) -> String {
        var line = ByteBuffer()
        withPadding(Array(id.utf8)) {
            LedgerEntry.append(messageID: $0, outcome: outcome, key, value, to: &line)
        }
        return text(Array(line.bytes))
    }

    @Test func isWrittenAsTheContractHasIt() {
        #expect(
            line("m-1", "kept", "day", "20260101")
                == #"{"MessageId":"m-1","outcome":"kept","day":"20260101"}"# + "\n")
        #expect(
            line("m\"é", "dropped", "reason", "hostname")
                == #"{"MessageId":"m\"\u00e9","outcome":"dropped","reason":"hostname"}"# + "\n")
    }

    @Test func isRead() throws {
        let kept = try #require(LedgerEntry(try JSONObject(line("a\"é", "kept", "day", "20260101"))))
        guard case .kept("a\"é", let day) = kept else { throw Unexpected() }
        #expect(day.description == "20260101" && kept.messageID == "a\"é")
        let dropped = try #require(LedgerEntry(try JSONObject(line("b", "dropped", "reason", "event"))))
        guard case .dropped("b") = dropped else { throw Unexpected() }
        let rejected = try #require(LedgerEntry(try JSONObject(line("c", "rejected", "reason", "not JSON"))))
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
