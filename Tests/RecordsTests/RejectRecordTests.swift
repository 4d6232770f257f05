import Records
import Testing

@Suite struct RejectRecordTests {
    @Test func theMessageIsWrittenAsItCame() {
        let message = #"{ "a":1.10, "a":[] }"#
        let record = RejectRecord(file: nil, line: 17, reason: "no hostname", message: Array(message.utf8))
        #expect(text(record.line()) == #"{"line":17,"reason":"no hostname","message":{ "a":1.10, "a":[] }}"#)
    }

    @Test func theFileIsNamedWhereThereAreSeveral() {
        let record = RejectRecord(file: "a\n.log", line: 1, reason: "r", message: Array("null".utf8))
        #expect(text(record.line()) == #"{"file":"a\n.log","line":1,"reason":"r","message":null}"#)
    }
}
