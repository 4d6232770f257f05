import AWS
import Records

/// Keeps messages hidden while somebody else works on them: whenever half of the time is left to the
/// first of them, all are hidden anew. Ends with standard input, or when no message can be kept any more.
struct KeepRun {
    let session: Session
    /// Seconds for which the messages stay hidden from each renewal on.
    let visibilityTimeout: Int
    let concurrency: Int

    /// Prints a receipt with the new VisibleAt for every message that is hidden anew. One that cannot be, such as a
    /// message that was given to somebody else meanwhile, is left alone from then on.
    ///
    /// - Throws: what a call fails with as a whole: it would fail for all others too.
    func run(_ spool: Spool, _ tally: inout AckTally) async throws {
        Self.endWithStandardInput()
        let output = LineWriter(.standardOutput)
        var receipts = Array(spool.receipts.values)
        while let first = receipts.map(\.visibleAt).min() {
            let wait = first.milliseconds - Int64(visibilityTimeout) * 500 - UTCTime.now.milliseconds
            if wait > 0 { try await Task.sleep(for: .milliseconds(wait)) }
            receipts = try await renew(receipts, &tally)
            for receipt in receipts { try output.write(receipt) }
            try output.flush()
        }
    }

    /// Whoever holds the other end has let go, or died: messages must not be kept hidden for nobody. Ends in the middle of
    /// whatever is done, as a signal does.
    private static func endWithStandardInput() {
        System.startThread {
            var byte: UInt8 = 0
            while (withUnsafeMutableBytes(of: &byte) {
                (try? System.read(System.standardInput, into: $0)) ?? 0
            }) > 0 {}
            System.exitAtOnce(ExitStatus.done.rawValue)
        }
    }

    /// The receipts of the messages that are hidden anew.
    private func renew(_ receipts: [Receipt], _ tally: inout AckTally) async throws -> [Receipt] {
        var renewed: [Receipt] = []
        let timeout = visibilityTimeout
        var batches: [ReceiptBatch] = []
        for (url, receipts) in Dictionary(grouping: receipts, by: \.queueURL) {
            batches += ReceiptBatch.batches(of: receipts, try session.queue(url))
        }
        try await inParallel(batches, concurrency: concurrency) {
            await Self.renew($0, timeout)
        } take: { (result: Result<[Receipt?], AWSError>) throws(AWSError) in
            for receipt in try result.get() {
                if let receipt { renewed.append(receipt) } else { tally.countFailure(.tryAgain) }
            }
        }
        return renewed
    }

    /// Nil for a message that could not be hidden anew.
    private static func renew(_ batch: ReceiptBatch, _ seconds: Int) async -> Result<[Receipt?], AWSError> {
        let visibleAt = UTCTime.now.adding(seconds: seconds)
        do throws(AWSError) {
            let outcomes = try await batch.queue.changeVisibility(batch.handles, to: seconds)
            return .success(
                zip(batch.receipts, outcomes).map { receipt, outcome in
                    if case .done = outcome { receipt.renewed(until: visibleAt) } else { nil }
                })
        } catch {
            return .failure(error)
        }
    }
}
