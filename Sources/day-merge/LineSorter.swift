import Records

/// Sorts any number of lines in bounded memory: what does not fit goes to disk in sorted runs.
final class LineSorter {
    private let name: String
    private let memory: Int
    private let directory: WorkDirectory
    private var lines = LineArena()
    private var runs: [File] = []

    /// - Parameters:
    ///   - name: of the runs' files; another one for each sorter at work in the folder.
    ///   - memory: bytes that are held at the most, but for a single longer line.
    init(_ name: String, memory: Int, _ directory: WorkDirectory) {
        self.name = name
        self.memory = memory
        self.directory = directory
    }

    func add(_ line: UnsafeRawBufferPointer) throws(Failure) {
        if !lines.isEmpty, lines.footprint + LineArena.footprint(of: line) > memory { try spill() }
        lines.append(line)
    }

    /// All lines in order, equal ones as often as they came. The sorter is of no use afterwards.
    func sorted() throws(Failure) -> any SortedLines {
        lines.sort()
        guard !runs.isEmpty else { return lines }
        let spilled = runs
        let sources = try spilled.map { run throws(Failure) in try FileLines(run) }
        return MergedLines(sources + [lines])
    }

    /// A run's name is gone as soon as it is written: the disk is given back when it was read,
    /// whatever ends the process.
    private func spill() throws(Failure) {
        lines.sort()
        let path = directory.run(name, runs.count)
        let writer = LineWriter(try File.replacing(path))
        while let line = lines.current {
            try writer.write(line)
            try writer.write([Ascii.newline])
            lines.advance()
        }
        try writer.flush()
        runs.append(try File.reading(path))
        directory.remove(path)
        lines = LineArena()
    }
}

/// Lines in memory, one behind the other, and their order.
private final class LineArena: SortedLines {
    private struct Entry {
        let start: Int
        let count: Int
    }

    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    private var used = 0
    private var entries: [Entry] = []
    private var next = 0

    deinit { memory.deallocate() }

    var isEmpty: Bool { entries.isEmpty }

    /// Bytes that the lines take, with their places and with what growing and sorting take on top.
    var footprint: Int { 2 * used + 2 * entries.count * MemoryLayout<Entry>.stride }

    static func footprint(of line: UnsafeRawBufferPointer) -> Int {
        2 * line.count + 2 * MemoryLayout<Entry>.stride
    }

    func append(_ line: UnsafeRawBufferPointer) {
        if used + line.count > memory.count { grow(used + line.count) }
        UnsafeMutableRawBufferPointer(rebasing: memory[used...]).copyMemory(from: line)
        entries.append(Entry(start: used, count: line.count))
        used += line.count
    }

    func sort() {
        entries.sort { System.compare(line($0), line($1)) < 0 }
        next = 0
    }

    var current: UnsafeRawBufferPointer? { next < entries.count ? line(entries[next]) : nil }

    func advance() { next += 1 }

    private func line(_ entry: Entry) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: memory[entry.start..<entry.start + entry.count])
    }

    private func grow(_ needed: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(needed, 2 * memory.count), alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<used]))
        memory.deallocate()
        memory = larger
    }
}
