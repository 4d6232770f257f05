import Testing

@testable import AWS

/// MD5 of "{}".
private let emptyObjectMD5 = "99914b932bd37a50b983c5e7c90ae93b"

@Suite struct ReceiveAnswerTests {
    @Test(arguments: ["{}", #"{"Messages":[]}"#, #"{"Messages":null}"#, #" { "Other" : [ 1 ] } "#])
    func withoutMessages(_ body: String) {
        #expect(ReceiveAnswer.messages(Array(body.utf8))?.isEmpty == true)
    }

    @Test(arguments: [
        "", "<html></html>", "null", "[]", "{", #"{"Messages":[]}x"#, #"{"Messages":[1]}"#,
        #"{"Messages":[{}]}"#,
        #"{"Messages":[{"MessageId":"m","ReceiptHandle":"r"}]}"#,
        #"{"Messages":[{"MessageId":"m","Body":"{}"}]}"#,
        #"{"Messages":[{"Body":"{}","ReceiptHandle":"r"}]}"#,
        #"{"Messages":[{"MessageId":1,"Body":"{}","ReceiptHandle":"r"}]}"#,
    ])
    func ofAnotherForm(_ body: String) {
        #expect(ReceiveAnswer.messages(Array(body.utf8)) == nil)
    }

    @Test func notUTF8() {
        #expect(ReceiveAnswer.messages(Array(#"{"a":""#.utf8) + [0xff] + Array(#""}"#.utf8)) == nil)
    }

    @Test func aMessageStaysAsAWSWroteIt() throws {
        let entry =
            #"{"Unknown": [1.10, {"a":null}],"MessageId":"m","ReceiptHandle":"r\/+=","Body":"{}","#
            + #""MD5OfBody":"\#(emptyObjectMD5)","#
            + #""Attributes":{"SentTimestamp":"1767225600000","ApproximateReceiveCount":"2"}}"#
        let messages = try #require(
            ReceiveAnswer.messages(Array(#"{"Messages":[\#(entry),\#(entry)]}"#.utf8)))
        #expect(messages.count == 2)
        let message = try #require(messages.first)
        #expect(message.messageID == "m")
        #expect(message.receiptHandle == "r/+=")
        #expect(message.sent == 1_767_225_600_000)
        #expect(message.isIntact)
        #expect(String(decoding: message.line, as: UTF8.self) == entry)
    }

    @Test func aPrettyAnswerBecomesALine() throws {
        let body =
            "{\n \"Messages\": [\r\n {\"MessageId\":\"m\",\n\t\"ReceiptHandle\":\"r\",\r\n "
            + "\"Body\":\"a\\nb\"}\n ]\n}\n"
        let message = try #require(ReceiveAnswer.messages(Array(body.utf8))?.first)
        #expect(!message.line.contains(UInt8(ascii: "\n")) && !message.line.contains(UInt8(ascii: "\r")))
        #expect(String(decoding: message.line, as: UTF8.self).contains(#""a\nb""#))
    }

    /// The MD5 is of the body that the escapes mean: é, a rocket, and a line end.
    @Test func theMD5IsOfTheUnescapedBody() throws {
        for md5 in ["24a81cc7f1d5b0f3aeffff1f86e51322", "24A81CC7F1D5B0F3AEFFFF1F86E51322"] {
            #expect(try message(#""Body":"\u00e9\ud83d\ude80\n/\/","MD5OfBody":"\#(md5)""#).isIntact)
        }
    }

    @Test(arguments: [
        #""Body":"{}""#, #""Body":"{}","MD5OfBody":"""#, #""Body":"{ }","MD5OfBody":"\#(emptyObjectMD5)""#,
        #""Body":"{}","MD5OfBody":null"#,
    ])
    func withoutItsMD5ABodyIsNotIntact(_ members: String) throws {
        #expect(try !message(members).isIntact)
    }

    private func message(_ members: String) throws -> ReceivedMessage {
        let body = #"{"Messages":[{"MessageId":"m","ReceiptHandle":"r",\#(members)}]}"#
        return try #require(ReceiveAnswer.messages(Array(body.utf8))?.first)
    }
}
