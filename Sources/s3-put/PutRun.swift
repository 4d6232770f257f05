import AWS
import Records

/// All day lines of a run, several at once.
struct PutRun {
    let store: any ObjectStore
    let policy: PutPolicy
    let console: Console

    /// Prints a stored line for each day line as soon as it is settled. A day that fails does not
    /// stop others.
    func run(_ inputs: [File], concurrency: Int) async throws(Failure) -> PutDays {
        let output = LineWriter(.standardOutput)
        var days = PutDays()
        var lines: [DayRecord] = []
        for input in inputs {
            try RecordReader(input, torn: .counts).read(DayRecord.init) { day in
                lines.append(day)
            } refuse: {
                days.refuse($0, console)
            }
        }
        let upload = DayUpload(store: store, policy: policy)
        var progress = Progress(console)
        try await inParallel(lines, concurrency: concurrency, upload.run) { outcome throws(Failure) in
            progress.clear()
            days.add(outcome, console)
            try output.write(outcome.record)
            try output.flush()
            progress.update { Progress.bar(days.count, of: lines.count) + " days" }
        }
        progress.clear()
        return days
    }
}

/// What became of the days, for the operator and the exit status.
struct PutDays {
    private(set) var count = 0
    private var statuses: Set<ExitStatus> = []
    private var byStatus: [DayRecord.Status: Int] = [:]
    private var bytes = 0
    private var repeats = 0

    var status: ExitStatus { .worst(of: statuses) }

    mutating func add(_ outcome: DayUpload.Outcome, _ console: Console) {
        let record = outcome.record
        count += 1
        repeats += outcome.repeats
        if let status = record.status { byStatus[status, default: 0] += 1 }
        switch record.status {
        case .stored:
            bytes += record.upload?.size ?? 0
            console.notice("\(record.day): stored, \(record.upload?.size ?? 0) bytes")
        case .conflict:
            statuses.insert(.tryAgain)
            console.notice(
                "\(record.day): conflict: somebody else wrote \(escaped(record.url)) in between; merge it again"
            )
        case .failed:
            statuses.insert(record.exitStatus)
            console.error("\(record.day): \(escaped(record.message ?? "failed", limit: 500))")
        case .unchanged, nil: console.detail("\(record.day): unchanged")
        }
    }

    mutating func refuse(_ reason: String, _ console: Console) {
        statuses.insert(.badData)
        console.error(reason)
    }

    func record(in statistics: inout Statistics) {
        statistics.set("days", count)
        for status in [DayRecord.Status.stored, .unchanged, .conflict, .failed] {
            statistics.set(status.rawValue, byStatus[status] ?? 0)
        }
        statistics.set("bytes", bytes)
        statistics.set("repeats", repeats)
    }
}
