import AWS
import Records

/// All days of a run, one after the other.
struct MergeRun {
    let store: any ObjectStore
    let target: S3URL
    let directory: WorkDirectory
    let memory: Int
    let console: Console

    /// Prints each day's line as soon as the day is done. A day that fails does not stop others.
    func run(_ new: NewEvents) async throws(Failure) -> MergedDays {
        let output = LineWriter(.standardOutput)
        var days = MergedDays()
        var progress = Progress(console)
        while let first = new.lines.current, let day = Event.day(of: first) {
            progress.update { "day \(day), \(days.count) of \(new.counts.count) days done" }
            let lines = LinesWithPrefix(new.lines, length: NewEvents.prefixLength)
            let job = DayJob(
                day: day, url: target.appending(day.description), store: store, directory: directory,
                memory: memory)
            let record = await job.run(lines, count: new.counts[day] ?? 0)
            // What a failed day did not take is passed over.
            while lines.current != nil { try lines.advance() }
            progress.clear()
            days.add(record, console)
            try output.write(record)
            try output.flush()
        }
        return days
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
