import Records

/// The days that are in S3, by the stored lines. Of several lines of a day the last counts: a
/// conflict that was resolved, or a day that was stored and then had something to add that was not.
struct StoredDays {
    private var days: Set<Day> = []

    init(_ files: [File], _ tally: inout AckTally) throws(Failure) {
        for file in files {
            try RecordReader(file, torn: .ignored).read(Self.line) { line in
                if line.isStored { days.insert(line.day) } else { days.remove(line.day) }
            } refuse: {
                tally.refuse($0)
            }
        }
    }

    /// Only what is needed here of a stored line; a status that is not known is no proof.
    private static func line(_ object: JSONObject) -> (day: Day, isStored: Bool)? {
        guard let day = object.string("day").flatMap(Day.init), let status = object.string("status") else {
            return nil
        }
        return (day, [DayRecord.Status.stored, .unchanged].contains(DayRecord.Status(rawValue: status)))
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
        try RecordReader(ledger, torn: .ignored).read(LedgerEntry.init) { entry in
            guard candidates.contains(entry.messageID) else { return }
            switch entry {
            case .dropped: messages.insert(entry.messageID)
            case .kept(_, let day) where stored.contains(day): messages.insert(entry.messageID)
            case .kept, .rejected: open.insert(entry.messageID)
            }
        } refuse: {
            tally.refuse($0)
        }
        messages.subtract(open)
    }
}
