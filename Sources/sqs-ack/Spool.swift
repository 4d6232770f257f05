import Records

/// The receipts of a spool, one a message.
struct Spool {
    /// By MessageId. Of two receipts for one message the later VisibleAt counts: a handle changes
    /// at each delivery, and only the newest is sure to work.
    private(set) var receipts: [String: Receipt] = [:]

    init(_ files: [File], _ tally: inout AckTally) throws(Failure) {
        var url = ""
        for file in files {
            try RecordReader(file, torn: .ignored).read {
                Receipt($0, knownQueueURL: url)
            } take: { receipt in
                url = receipt.queueURL
                if let other = receipts[receipt.messageID], other.visibleAt >= receipt.visibleAt { return }
                receipts[receipt.messageID] = receipt
            } refuse: {
                tally.refuse($0)
            }
        }
    }
}
