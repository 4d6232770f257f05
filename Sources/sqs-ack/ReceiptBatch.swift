import AWS
import Records

/// Receipts of one queue, as many as go into one call.
struct ReceiptBatch: Sendable {
    let queue: any Queue
    let receipts: [Receipt]

    var handles: [String] { receipts.map(\.receiptHandle) }

    static func batches(of receipts: [Receipt], _ queue: any Queue) -> [ReceiptBatch] {
        stride(from: 0, to: receipts.count, by: queueBatchSize).map { start in
            let end = min(start + queueBatchSize, receipts.count)
            return ReceiptBatch(queue: queue, receipts: Array(receipts[start..<end]))
        }
    }
}
