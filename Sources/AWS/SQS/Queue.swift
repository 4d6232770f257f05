/// A message as it was received.
package struct ReceivedMessage: Sendable {
    package let messageID: String
    package let receiptHandle: String
    /// When it was sent to the queue, in milliseconds since 1970.
    package let sent: Int64?
    /// Whether the body is the one that was sent, by its MD5.
    package let isIntact: Bool
    /// The entry as AWS wrote it, on one line.
    package let line: [UInt8]

    package init(
        messageID: String, receiptHandle: String, sent: Int64?, isIntact: Bool, line: [UInt8]
    ) {
        self.messageID = messageID
        self.receiptHandle = receiptHandle
        self.sent = sent
        self.isIntact = isIntact
        self.line = line
    }
}

/// The messages of one answer. Their bytes count as held as long as this is referred to.
package struct ReceivedBatch: Sendable {
    package let messages: [ReceivedMessage]
    private let lease: ResponseLease?

    package init(_ messages: [ReceivedMessage]) { self.init(messages: messages, lease: nil) }

    init(messages: [ReceivedMessage], lease: ResponseLease?) {
        self.messages = messages
        self.lease = lease
    }
}

package struct QueueAttributes: Sendable {
    package let waiting: Int?
    package let inFlight: Int?
    package let hasDeadLetterQueue: Bool

    package init(waiting: Int?, inFlight: Int?, hasDeadLetterQueue: Bool) {
        self.waiting = waiting
        self.inFlight = inFlight
        self.hasDeadLetterQueue = hasDeadLetterQueue
    }
}

/// What became of an entry of a batch.
package enum EntryOutcome: Sendable {
    case done
    case failed(code: String)
}

/// The most messages of an answer, and entries of a batch, that SQS knows.
package let queueBatchSize = 10

/// A queue of messages. A test can stand in for it.
package protocol Queue: Sendable {
    var url: String { get }

    /// Up to ten messages, after waiting for the first one up to `wait` seconds; none are given to
    /// anybody else for `visibility` seconds. Not repeatable: each answer hides its messages.
    func receive(
        wait: Int, visibility: Int, atMost count: Int
    ) async throws(AWSError) -> ReceivedBatch

    /// Deletes up to ten messages; an outcome for each, in order. Repeating is safe.
    func delete(_ receiptHandles: [String]) async throws(AWSError) -> [EntryOutcome]

    /// Sets how long up to ten messages stay hidden, from now on, in seconds. Repeating is safe.
    func changeVisibility(
        _ receiptHandles: [String], to seconds: Int
    ) async throws(AWSError) -> [EntryOutcome]

    func attributes() async throws(AWSError) -> QueueAttributes
}
