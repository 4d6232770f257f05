import AWS
import Records

/// All days of a run, some at once: downloads, merges and disk overlap.
struct MergeRun {
    let store: any ObjectStore
    let target: S3URL
    let directory: WorkDirectory
    /// Bytes for the new events and for the sorting of objects, but that a quarter more is had for
    /// these where the events take it all.
    let memory: Int
    let console: Console

    private static let concurrency = 4

    /// Prints the days' lines in their order, each as soon as it and those before it are done. A
    /// day that fails does not stop others.
    func run(_ new: [NewDay]) async throws(Failure) -> MergedDays {
        let output = LineWriter(.standardOutput)
        var days = MergedDays()
        var progress = Progress(console)
        var early: [Day: DayRecord] = [:]
        var rest = new[...]
        let held = new.map(\.footprint).max() ?? 0
        let share = max(memory - held, memory / 4) / Self.concurrency
        try await inParallel(new, concurrency: Self.concurrency) { day in
            await job(day, memory: share).run()
        } take: { record throws(Failure) in
            progress.clear()
            early[record.day] = record
            while let next = rest.first, let record = early.removeValue(forKey: next.day) {
                rest.removeFirst()
                days.add(record, console)
                try output.write(record)
            }
            try output.flush()
            progress.update { Progress.bar(days.count, of: new.count) + " days" }
        }
        progress.clear()
        return days
    }

    private func job(_ new: NewDay, memory: Int) -> DayJob {
        DayJob(
            new: new, url: target.appending(new.day.description), store: store, directory: directory,
            memory: memory)
    }
}

/// What became of the days, for the operator and the exit status.
struct MergedDays {
    private(set) var count = 0
    private var statuses: Set<ExitStatus> = []
    private var byStatus: [DayRecord.Status: Int] = [:]
    private var added = 0
    private var new = 0

    var status: ExitStatus { .worst(of: statuses) }

    mutating func add(_ record: DayRecord, _ console: Console) {
        count += 1
        new += record.counts?.new ?? 0
        if let status = record.status { byStatus[status, default: 0] += 1 }
        if record.status == .failed {
            statuses.insert(record.exitStatus)
            console.error("\(record.day): \(record.message ?? "failed")")
            return
        }
        let counts = record.counts ?? DayRecord.Counts(new: 0)
        added += counts.added ?? 0
        let unproven = record.condition == .ifNoneMatch(absence: .unproven) ? ", absence unproven" : ""
        console.notice(
            "\(record.day): \(counts.new) new, \(counts.existing ?? 0) existing, \(counts.added ?? 0) added\(unproven)"
        )
    }

    func record(in statistics: inout Statistics) {
        statistics.set("days", count)
        statistics.set("unchanged", byStatus[.unchanged] ?? 0)
        statistics.set("failed", byStatus[.failed] ?? 0)
        statistics.set("new", new)
        statistics.set("added", added)
    }
}
