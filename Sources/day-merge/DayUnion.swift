import Records

/// The union of a day's object, whose lines it takes in byte order, and the day's new lines.
final class DayUnion: LineTaker {
    private let new: NewDay
    private let directory: WorkDirectory
    private let file: MergedFile
    private var newLines: any SortedLines
    /// The next of the new lines.
    private var newLine: UnsafeRawBufferPointer?
    /// Distinct lines of the object.
    @exclusivity(unchecked) private(set) var existing = 0
    /// New lines that the object did not have.
    @exclusivity(unchecked) private(set) var added = 0
    /// A line came after a greater one: it ended there.
    private(set) var isOutOfOrder = false

    init(_ new: NewDay, _ directory: WorkDirectory) throws(Failure) {
        self.new = new
        self.directory = directory
        file = try MergedFile(directory.partial(new.day))
        newLines = try new.lines()
        newLine = newLines.current
    }

    deinit { file.discard() }

    func restart() throws(Failure) {
        try file.restart()
        newLines = try new.lines()
        newLine = newLines.current
        existing = 0
        added = 0
        isOutOfOrder = false
    }

    func take(_ line: UnsafeRawBufferPointer) throws(Failure) {
        // All new lines before an old one were written before it: the last line is the last old one.
        if let last = file.last {
            let order = System.compare(last, line)
            if order == 0 { return }
            if order > 0 {
                isOutOfOrder = true
                throw Failure(.bug, "an object that is out of order was not sorted")
            }
        }
        try addNew(before: line)
        existing += 1
        try file.append(line)
    }

    /// The object had no more lines. Gives the union its name; nil where nothing was added and the
    /// file is not wanted, or where it would be empty.
    func finish() throws(Failure) -> DayRecord.Upload? {
        while let line = newLine { try add(line) }
        if added > 0 || new.isWanted && existing > 0 {
            return try file.finish(as: directory.merged(new.day))
        }
        file.discard()
        return nil
    }

    private func addNew(before line: UnsafeRawBufferPointer) throws(Failure) {
        while let fresh = newLine {
            let order = System.compare(fresh, line)
            if order > 0 { return }
            if order == 0 { return try advance() }
            try add(fresh)
        }
    }

    private func add(_ line: UnsafeRawBufferPointer) throws(Failure) {
        try file.append(line)
        added += 1
        try advance()
    }

    private func advance() throws(Failure) {
        try newLines.advance()
        newLine = newLines.current
    }
}
