import Records

/// The days that are in S3, by the stored lines. Of several lines of a day the last counts: a
/// conflict that was resolved, or a day that was stored and then had something to add that was not.
struct StoredDays {
    private var days: Set<Day> = []

    init(_ files: [File], _ tally: inout AckTally) throws(Failure) {
        for file in files {
            try RecordReader(file, torn: .ignored).forEach(DayRecord.init) { refusal in
                tally.refuse(refusal)
            } _: { (record: DayRecord) throws(Failure) in
                if record.status == .stored || record.status == .unchanged {
                    days.insert(record.day)
                } else {
                    days.remove(record.day)
                }
            }
        }
    }

    func contains(_ day: Day) -> Bool { days.contains(day) }
}

/// The messages that may be deleted: those that the ledger speaks of, and of which everything it
/// says is done with, dropped by a filter or in a day that is in S3.
struct Proof {
    private(set) var messages: Set<String> = []

    /// - Parameter candidates: MessageIds; the ledger may hold many more.
    init(
        _ ledger: File, of candidates: Set<String>, _ stored: StoredDays, _ tally: inout AckTally
    ) throws(Failure) {
        var open: Set<String> = []
        try RecordReader(ledger, torn: .ignored).forEach(LedgerEntry.init) { refusal in
            tally.refuse(refusal)
        } _: { (entry: LedgerEntry) throws(Failure) in
            guard candidates.contains(entry.messageID) else { return }
            switch entry {
            case .dropped: messages.insert(entry.messageID)
            case .kept(_, let day) where stored.contains(day): messages.insert(entry.messageID)
            case .kept, .rejected: open.insert(entry.messageID)
            }
        }
        messages.subtract(open)
    }
}
