import Records
import Testing

@Suite struct AcknowledgementTests {
    @Test(arguments: [
        (Acknowledgement(messageID: "m-1", status: .deleted), #"{"MessageId":"m-1","status":"deleted"}"#),
        (
            Acknowledgement(messageID: "m\"é", status: .kept, code: "not proven"),
            #"{"MessageId":"m\"\u00e9","status":"kept","code":"not proven"}"#
        ),
        (
            Acknowledgement(messageID: "m-3", status: .failed, code: "ReceiptHandleIsInvalid"),
            #"{"MessageId":"m-3","status":"failed","code":"ReceiptHandleIsInvalid"}"#
        ),
    ])
    func isWrittenAsTheContractHasIt(_ acknowledgement: Acknowledgement, _ expected: String) {
        #expect(text(acknowledgement.line()) == expected)
    }
}
