import Records
import Testing

@Suite struct ReceiptTests {
    private static let line =
        #"{"QueueUrl":"https://sqs.us-west-2.amazonaws.com/123456789012/q","MessageId":"m-1","#
        + #""ReceiptHandle":"AQEB+/=","VisibleAt":"2026-01-01T00:15:00.000Z"}"#

    @Test func isWrittenAndRead() throws {
        let receipt = Receipt(
            queueURL: "https://sqs.us-west-2.amazonaws.com/123456789012/q", messageID: "m-1",
            receiptHandle: "AQEB+/=", visibleAt: UTCTime(milliseconds: 1_767_226_500_000))
        #expect(text(receipt.line()) == Self.line)
        let read = try #require(Receipt(try JSONObject(Self.line)))
        #expect(read.line() == receipt.line())
        #expect(read.visibleAt == receipt.visibleAt && read.receiptHandle == "AQEB+/=")
    }

    @Test func unknownKeysAreIgnored() throws {
        let more = Self.line.replacing("{", with: #"{"More":{"a":[1]},"#)
        #expect(Receipt(try JSONObject(more))?.messageID == "m-1")
    }

    @Test(arguments: ["QueueUrl", "MessageId", "ReceiptHandle", "VisibleAt"])
    func everyKeyIsNeeded(_ key: String) throws {
        #expect(Receipt(try JSONObject(Self.line.replacing("\"\(key)\":", with: "\"x\":"))) == nil)
        #expect(
            Receipt(try JSONObject(Self.line.replacing("\"\(key)\":", with: "\"\(key)\":1,\"x\":"))) == nil)
    }

    @Test(arguments: ["", "tomorrow", "2026-01-01T00:15:00.000", "2026-02-30T00:15:00.000Z"])
    func theTimeMustBeOne(_ time: String) throws {
        let line = Self.line.replacing("2026-01-01T00:15:00.000Z", with: time)
        #expect(Receipt(try JSONObject(line)) == nil)
    }
}
