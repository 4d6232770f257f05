import Records

/// Where scrubbed chunks go: events to standard output, and what became of each message to the
/// ledger, never before the events it speaks of.
final class ScrubSink {
    /// What a chunk must bring along.
    struct Wants: Sendable {
        let ledger: Bool
        let rejectedMessages: Bool
    }

    let wants: Wants
    private let console: Console
    private let events = LineWriter(.standardOutput)
    private let ledger: LineWriter?
    private let rejects: LineWriter?
    private let namesInputs: Bool
    /// A file keeps nothing that power took before it was synchronized; a pipe has handed it on.
    private let mustSynchronize: Bool
    private var shownRejects = 0

    /// Rejects named on standard error when they are recorded in a file anyway.
    private static let shownWhenRecorded = 5

    init(_ console: Console, ledger: String?, rejects: String?, namesInputs: Bool) throws(Failure) {
        self.console = console
        self.namesInputs = namesInputs
        self.ledger = if let ledger { LineWriter(try File.creating(ledger), capacity: 1 << 20) } else { nil }
        self.rejects = if let rejects { LineWriter(try File.creating(rejects)) } else { nil }
        wants = Wants(ledger: ledger != nil, rejectedMessages: rejects != nil)
        let output = try? System.status(System.standardOutput)
        mustSynchronize = ledger != nil && output?.isRegular == true
    }

    var recordsRejects: Bool { ledger != nil || rejects != nil }

    /// Writes a chunk's outcome.
    ///
    /// - Parameter firstLine: the number of its first line in `input`.
    func write(_ chunk: borrowing ScrubbedChunk, of input: String, firstLine: Int) throws(Failure) {
        try events.write(chunk.events.bytes)
        try flushEvents()
        if let ledger {
            if ledger.room < chunk.ledger.count { try flushLedger(ledger) }
            try ledger.write(chunk.ledger.bytes)
        }
        for reject in chunk.rejects {
            try write(reject, of: input, line: firstLine + reject.index)
        }
    }

    /// Nothing more comes.
    func finish() throws(Failure) {
        try flushEvents()
        if let ledger { try flushLedger(ledger) }
        try rejects?.flush()
        if recordsRejects, shownRejects > Self.shownWhenRecorded {
            console.notice("… and \(shownRejects - Self.shownWhenRecorded) more rejected lines")
        }
    }

    private func flushEvents() throws(Failure) {
        try events.flush()
    }

    /// The ledger says "kept" only of events that are out.
    private func flushLedger(_ ledger: LineWriter) throws(Failure) {
        if mustSynchronize { try File.standardOutput.synchronize() }
        try ledger.flush()
    }

    private func write(_ reject: ScrubbedChunk.Reject, of input: String, line: Int) throws(Failure) {
        shownRejects += 1
        if !reject.isRecorded {
            console.error("\(place(input, line)): rejected: \(reject.reason.rawValue)")
        } else if shownRejects <= Self.shownWhenRecorded {
            console.notice("\(place(input, line)): rejected: \(reject.reason.rawValue)")
        }
        guard let rejects else { return }
        let record = RejectRecord(
            file: namesInputs ? input : nil, line: line, reason: reject.reason.rawValue,
            message: reject.message)
        try rejects.write(record)
    }

    private func place(_ input: String, _ line: Int) -> String {
        namesInputs ? "\(escaped(input)), line \(line)" : "line \(line)"
    }
}
