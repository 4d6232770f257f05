import AWS
import Records

/// The merge of one day: its object and its new lines.
struct DayJob {
    let day: Day
    let url: S3URL
    let store: any ObjectStore
    let directory: WorkDirectory
    let memory: Int

    /// Reads the object and writes the union; the day's line, also for a day that failed.
    ///
    /// - Parameters:
    ///   - new: the day's distinct new lines, in order.
    ///   - count: of new lines, repeated ones included.
    func run(_ new: any SortedLines, count: Int) async -> DayRecord {
        var record = DayRecord(day: day, url: "\(url)", counts: DayRecord.Counts(new: count))
        defer {
            directory.remove(directory.object(day))
            directory.remove(directory.partial(day))
        }
        do throws(Failure) {
            let object = try File.replacing(directory.object(day))
            switch try await read(into: object, &record) {
            case .found(let etag)?: record.condition = .ifMatch(etag)
            case .absent(let absence)?:
                // An attempt before the last may have brought a part of an object deleted since.
                try object.truncate()
                record.condition = .ifNoneMatch(absence: absence)
            case nil: return record
            }
            try merge(new, with: File.reading(object.path), &record)
        } catch {
            record.fail(code: error.status == .badData ? "BadObject" : "InputOutput", error)
        }
        return record
    }

    /// Nil, and a failed record, where the object's state could not be learned.
    private func read(into object: File, _ record: inout DayRecord) async throws(Failure) -> ObjectState? {
        do throws(AWSError) { return try await store.get(url, into: object) } catch {
            record.fail(code: error.code, error)
            return nil
        }
    }

    /// Writes the union, or finds that nothing is new.
    private func merge(_ new: any SortedLines, with object: File, _ record: inout DayRecord) throws(Failure) {
        let existing = try DistinctLines(inOrder(object))
        var file = try MergedFile(directory.partial(day))
        var existingCount = 0
        var added = 0
        while true {
            let line: UnsafeRawBufferPointer
            let isOld: Bool
            let isNew: Bool
            switch (existing.current, new.current) {
            case (let old?, let fresh?):
                let order = System.compare(old, fresh)
                (line, isOld, isNew) = (order <= 0 ? old : fresh, order <= 0, order >= 0)
            case (let old?, nil): (line, isOld, isNew) = (old, true, false)
            case (nil, let fresh?): (line, isOld, isNew) = (fresh, false, true)
            case (nil, nil):
                record.counts?.existing = existingCount
                record.counts?.added = added
                record.counts?.merged = existingCount + added
                if added == 0 {
                    record.status = .unchanged
                } else {
                    record.upload = try file.finish(as: directory.merged(day))
                }
                return
            }
            try file.append(line)
            if isOld { existingCount += 1 } else { added += 1 }
            if isOld { try existing.advance() }
            if isNew { try new.advance() }
        }
    }

    /// The object's lines in byte order: as they are, or sorted where they are not.
    private func inOrder(_ object: File) throws(Failure) -> any SortedLines {
        if try isSorted(object) { return try FileLines(File.reading(object.path)) }
        let sorter = LineSorter("\(day)", memory: memory, directory)
        let lines = try FileLines(File.reading(object.path))
        while let line = lines.current {
            try sorter.add(line)
            try lines.advance()
        }
        return try sorter.sorted()
    }

    private func isSorted(_ object: File) throws(Failure) -> Bool {
        let lines = try FileLines(File.reading(object.path))
        let last = HeldLine()
        while let line = lines.current {
            if let last = last.line, System.compare(last, line) > 0 { return false }
            last.hold(line)
            try lines.advance()
        }
        return true
    }
}
