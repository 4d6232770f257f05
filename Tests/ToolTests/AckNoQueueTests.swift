import Support
import Testing

@Suite struct AckNoQueueTests {
    @Test func aReceiptOfNoQueueHarmsOnlyItself() async throws {
        let server = try ackServer()
        let ack = try await Ack(text([receipt("a", queueURL: "none"), receipt("b")]), at: server, ["--all"])
        #expect(ack.run.status == 65)
        #expect(ack.statuses["b"] == "deleted")
    }
}
