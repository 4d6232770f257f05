import AWS
import Records

/// What became of the messages, for the operator and the exit status.
struct AckTally {
    let console: Console
    private var counts: [Acknowledgement.Status: Int] = [:]
    private var failedByCode: [String: Int] = [:]
    private var stale = 0
    private var refused = 0
    private var statuses: Set<ExitStatus> = []
    private var reported: Set<String> = []

    init(_ console: Console) { self.console = console }

    var status: ExitStatus { .worst(of: statuses) }

    /// A line of spool, ledger or stored that is none: it proves nothing.
    mutating func refuse(_ reason: String) {
        refused += 1
        statuses.insert(.badData)
        console.error(reason)
    }

    /// Receipts past their VisibleAt: still tried, but their messages may come again.
    mutating func countStale(_ count: Int) { stale += count }

    mutating func countFailure(_ status: ExitStatus) { statuses.insert(status) }

    /// A call that failed as a whole; the same reason is told once.
    mutating func countFailure(_ error: AWSError) {
        statuses.insert(error.status)
        if reported.insert(error.code).inserted { console.error(error) }
    }

    mutating func add(_ acknowledgement: Acknowledgement, _ output: LineWriter) throws(Failure) {
        counts[acknowledgement.status, default: 0] += 1
        if acknowledgement.status == .failed {
            failedByCode[acknowledgement.code ?? "Unknown", default: 0] += 1
        }
        try output.write(acknowledgement)
    }

    func report() {
        console.notice(
            "\(counts[.deleted] ?? 0) deleted, \(counts[.kept] ?? 0) kept, \(counts[.failed] ?? 0) failed")
        for (code, count) in failedByCode.sorted(by: { $0.key < $1.key }) {
            console.notice("  failed, \(visible(code)): \(count) (they stay in the queue and come again)")
        }
        if stale > 0 {
            console.notice(
                "  \(stale) receipts were past their visibility timeout: those messages may come again")
        }
    }

    func record(in statistics: inout Statistics) {
        for status in [Acknowledgement.Status.deleted, .kept, .failed] {
            statistics.set(status.rawValue, counts[status] ?? 0)
        }
        statistics.set("stale", stale)
        statistics.set("refused", refused)
    }
}
