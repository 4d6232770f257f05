import AWS
import Records

/// Deletes what is proven, in batches, several at once.
struct AckRun {
    let session: Session
    /// Instead of deleting: seconds for which the messages are to stay hidden.
    let visibilityTimeout: Int?
    let concurrency: Int

    /// What a batch came to: an outcome for each receipt, or the error of the whole call.
    private struct BatchResult: Sendable {
        let receipts: [Receipt]
        let outcome: Result<[EntryOutcome], AWSError>
    }

    /// Prints an ack line for every message of the spool.
    func run(_ spool: Spool, proven: Set<String>, _ tally: inout AckTally) async throws(Failure) {
        let output = LineWriter(.standardOutput)
        for id in spool.receipts.keys.filter({ !proven.contains($0) }).sorted() {
            try tally.add(Acknowledgement(messageID: id, status: .kept, code: "NotProven"), output)
        }
        try output.flush()
        let receipts = spool.receipts.values.filter { proven.contains($0.messageID) }
        let now = UTCTime.now
        tally.countStale(receipts.count { $0.visibleAt < now })
        let batches = try batches(of: receipts, &tally, output)
        let timeout = visibilityTimeout
        var progress = Progress(tally.console)
        var answered = 0
        try await inParallel(batches, concurrency: concurrency) {
            await Self.send($0, timeout)
        } take: { result throws(Failure) in
            try take(result, &tally, output)
            try output.flush()
            answered += result.receipts.count
            progress.update { Progress.bar(answered, of: proven.count) + " messages" }
        }
        progress.clear()
    }

    private func batches(
        of receipts: [Receipt], _ tally: inout AckTally, _ output: LineWriter
    ) throws(Failure) -> [ReceiptBatch] {
        var batches: [ReceiptBatch] = []
        for (url, receipts) in Dictionary(grouping: receipts, by: \.queueURL).sorted(by: { $0.key < $1.key })
        {
            guard let queue = try queue(url) else {
                tally.refuse("\(receipts.count) receipts name no queue: \(visible(url))")
                for receipt in receipts {
                    try tally.add(
                        Acknowledgement(messageID: receipt.messageID, status: .failed, code: "NoQueue"),
                        output)
                }
                continue
            }
            batches += ReceiptBatch.batches(of: receipts, queue)
        }
        return batches
    }

    /// Nil where the URL is none; all else that is wrong concerns every queue.
    private func queue(_ url: String) throws(Failure) -> (any Queue)? {
        do { return try session.queue(url) } catch {
            if error.status == .usage { return nil }
            throw error
        }
    }

    private static func send(_ batch: ReceiptBatch, _ visibilityTimeout: Int?) async -> BatchResult {
        do throws(AWSError) {
            let outcomes =
                if let visibilityTimeout {
                    try await batch.queue.changeVisibility(batch.handles, to: visibilityTimeout)
                } else {
                    try await batch.queue.delete(batch.handles)
                }
            return BatchResult(receipts: batch.receipts, outcome: .success(outcomes))
        } catch {
            return BatchResult(receipts: batch.receipts, outcome: .failure(error))
        }
    }

    private func take(_ result: BatchResult, _ tally: inout AckTally, _ output: LineWriter) throws(Failure) {
        switch result.outcome {
        case .success(let outcomes):
            for (receipt, outcome) in zip(result.receipts, outcomes) {
                let id = receipt.messageID
                switch outcome {
                case .done where visibilityTimeout != nil:
                    try tally.add(Acknowledgement(messageID: id, status: .kept), output)
                case .done: try tally.add(Acknowledgement(messageID: id, status: .deleted), output)
                case .failed(let code):
                    tally.countFailure(.tryAgain)
                    try tally.add(Acknowledgement(messageID: id, status: .failed, code: code), output)
                }
            }
        case .failure(let error):
            tally.countFailure(error)
            for receipt in result.receipts {
                let acknowledgement = Acknowledgement(
                    messageID: receipt.messageID, status: .failed, code: error.code)
                try tally.add(acknowledgement, output)
            }
        }
    }
}
