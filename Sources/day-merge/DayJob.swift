import AWS
import Records

/// The merge of one day: its object and its new lines.
struct DayJob: Sendable {
    let new: NewDay
    let url: S3URL
    let store: any ObjectStore
    let directory: WorkDirectory
    /// For the sorting of an object that is not sorted, in bytes.
    let memory: Int

    /// Merges the object with the new lines while it arrives; the day's line, also for a day that
    /// failed.
    func run() async -> DayRecord {
        var record = DayRecord(day: new.day, url: "\(url)", counts: DayRecord.Counts(new: new.count))
        defer {
            directory.remove(directory.partial(new.day))
            directory.remove(directory.new(new.day))
        }
        do {
            let union = try DayUnion(new, directory)
            switch try await read(into: union) {
            case .found(let etag): record.condition = .ifMatch(etag)
            case .absent(let absence): record.condition = .ifNoneMatch(absence: absence)
            }
            record.upload = try union.finish()
            if record.upload == nil { record.status = .unchanged }
            record.counts?.existing = union.existing
            record.counts?.added = union.added
            record.counts?.merged = union.existing + union.added
        } catch let error as AWSError {
            record.fail(code: error.local?.status == .badData ? "BadObject" : error.code, error)
        } catch let failure as Failure {
            record.fail(code: failure.status == .badData ? "BadObject" : "InputOutput", failure)
        } catch {
            record.fail(code: "Bug", Failure(.bug, "\(error)"))
        }
        return record
    }

    /// Merges the object as it arrives. One that turns out to be out of order is read again and
    /// sorted first; what counts then is that second read alone, whatever it finds.
    private func read(into union: DayUnion) async throws -> ObjectState {
        let lines = ObjectLines(union)
        do {
            let state = try await store.get(url, into: lines)
            try end(lines, state)
            return state
        } catch  where union.isOutOfOrder {
            let lines = ObjectLines(LineSorter("\(new.day)", memory: memory, directory))
            let state = try await store.get(url, into: lines)
            try end(lines, state)
            try union.restart()
            let sorted = try lines.taker.sorted().lines
            while let line = sorted.current {
                try union.take(line)
                try sorted.advance()
            }
            return state
        }
    }

    private func end(_ lines: ObjectLines<some LineTaker>, _ state: ObjectState) throws(Failure) {
        switch state {
        case .found: try lines.finish()
        // An attempt before the last may have brought a part of an object deleted since.
        case .absent: try lines.restart()
        }
    }
}
