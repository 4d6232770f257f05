import AWS
import Records

/// Hands received messages on, each after its receipt is in the spool.
///
/// The spool is not synchronized: a receipt that is lost only means that its message comes again.
actor Handover {
    private let queueURL: String
    private let console: Console
    private let spool: LineWriter
    private let output = LineWriter(.standardOutput)
    private(set) var counts = PullCounts()
    private var progress: Progress
    /// Messages that were waiting at the start, where that is known.
    private var expected: Int?

    init(_ queueURL: String, spool: File, _ console: Console) {
        self.queueURL = queueURL
        self.console = console
        self.spool = LineWriter(spool)
        progress = Progress(console)
    }

    func expect(_ messages: Int?) { expected = messages }

    /// - Parameter visibleAt: when the messages may be given to somebody else.
    func hand(on batch: ReceivedBatch, visibleAt: UTCTime) throws(Failure) {
        let messages = batch.messages
        counts.count(messages)
        let intact = messages.filter(\.isIntact)
        for message in messages where !message.isIntact {
            console.error(
                "message \(escaped(message.messageID)): its body does not have its MD5; left in the queue")
        }
        for message in intact {
            try spool.write(
                Receipt(
                    queueURL: queueURL, messageID: message.messageID, receiptHandle: message.receiptHandle,
                    visibleAt: visibleAt))
        }
        try spool.flush()
        for message in intact {
            try output.write(message.line)
            try output.write([Ascii.newline])
        }
        try output.flush()
        progress.update { Progress.bar(counts.received, of: expected) + " messages" }
    }

    func finish() { progress.clear() }
}
