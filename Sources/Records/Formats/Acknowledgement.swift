/// An ack line (sqs-ack →): what became of one message of the spool.
package struct Acknowledgement: Record, Sendable {
    package enum Status: String, Sendable {
        case deleted
        /// Left in the queue: nothing proves that it may go.
        case kept
        case failed
    }

    package let messageID: String
    package let status: Status
    /// AWS's name of the failure, or why the message was kept.
    package let code: String?

    package init(messageID: String, status: Status, code: String? = nil) {
        self.messageID = messageID
        self.status = status
        self.code = code
    }

    package func line() -> [UInt8] {
        var builder = JSONBuilder()
        builder.add("MessageId", messageID)
        builder.add("status", status.rawValue)
        builder.add("code", code)
        return builder.object
    }
}
