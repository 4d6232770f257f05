/// A line of the spool: what it takes to delete a message that was received.
package struct Receipt: Record, Sendable {
    package let queueURL: String
    package let messageID: String
    package let receiptHandle: String
    /// The time before the request went out plus the visibility timeout: from then on another
    /// consumer may have received the message, and the handle may be stale.
    package let visibleAt: UTCTime

    package init(queueURL: String, messageID: String, receiptHandle: String, visibleAt: UTCTime) {
        self.queueURL = queueURL
        self.messageID = messageID
        self.receiptHandle = receiptHandle
        self.visibleAt = visibleAt
    }

    /// Nil where a key is missing or of another type.
    ///
    /// - Parameter knownQueueURL: that of another receipt; where it is the same they share its memory.
    package init?(_ object: JSONObject, knownQueueURL: String = "") {
        guard let queueURL = object.string("QueueUrl"), let messageID = object.string("MessageId"),
            let receiptHandle = object.string("ReceiptHandle"), let visibleAt = object.string("VisibleAt"),
            let time = UTCTime(iso8601: visibleAt)
        else { return nil }
        self.init(
            queueURL: queueURL == knownQueueURL ? knownQueueURL : queueURL, messageID: messageID,
            receiptHandle: receiptHandle, visibleAt: time)
    }

    /// The same message, hidden for longer.
    package func renewed(until visibleAt: UTCTime) -> Receipt {
        Receipt(
            queueURL: queueURL, messageID: messageID, receiptHandle: receiptHandle, visibleAt: visibleAt)
    }

    package func line() -> [UInt8] {
        var builder = JSONBuilder(capacity: 768)
        builder.add("QueueUrl", queueURL)
        builder.add("MessageId", messageID)
        builder.add("ReceiptHandle", receiptHandle)
        builder.add("VisibleAt", visibleAt.iso8601)
        return builder.object
    }
}
