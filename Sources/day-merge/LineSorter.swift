import Records

/// Sorts any number of lines in bounded memory: what does not fit goes to disk in sorted runs.
///
/// Runs are merged by the dozen into longer ones, so that neither buffers nor open files grow with
/// the number of lines.
final class LineSorter: LineTaker {
    /// Runs that are merged at once, at the most.
    private static let widest = 48

    private let name: String
    private let memory: Int
    private let forReaders: Int
    private let directory: WorkDirectory
    private let arena: LineArena
    /// By length: those of the first have been in memory, those of each other were merged from the last.
    private var tiers: [[File]] = []
    private var runCount = 0
    /// Of all lines so far, in bytes.
    @exclusivity(unchecked) private var longest = 0

    /// - Parameters:
    ///   - name: of the runs' files; another one for each sorter at work in the folder.
    ///   - memory: bytes that are held at the most, but for a single longer line.
    ///   - forReaders: bytes that the readers of runs may hold, where this is more than `memory`.
    init(_ name: String, memory: Int, forReaders: Int = 4 << 20, _ directory: WorkDirectory) {
        self.name = name
        self.memory = memory
        self.forReaders = max(memory, forReaders)
        arena = LineArena(limit: memory)
        self.directory = directory
    }

    func restart() {
        arena.clear()
        tiers = []
    }

    func take(_ line: UnsafeRawBufferPointer) throws(Failure) {
        if arena.count > 0, arena.footprint + LineArena.footprint(of: line) > memory { try spill() }
        arena.append(line)
        if line.count > longest { longest = line.count }
    }

    enum Sorted {
        case inMemory(LineArena)
        case onDisk(any SortedLines)

        var lines: any SortedLines {
            switch self {
            case .inMemory(let arena): ArenaLines(arena, 0..<arena.count)
            case .onDisk(let lines): lines
            }
        }
    }

    /// All lines in order, each once. The sorter is of no use afterwards.
    func sorted() throws(Failure) -> Sorted {
        guard !tiers.isEmpty else {
            arena.sort()
            return .inMemory(arena)
        }
        if arena.count > 0 { try spill() }
        var runs = tiers.flatMap(\.self)
        tiers = []
        while runs.count > fanIn {
            // The shortest, and no more of them than must be: what is merged here is written once more.
            let count = min(fanIn, runs.count - fanIn + 1)
            let longer = try write(try merged(Array(runs.prefix(count))))
            runs.removeFirst(count)
            runs.append(longer)
        }
        return .onDisk(try merged(runs))
    }

    /// Runs that are merged at once. A run's reader holds a line, and the start of the next one.
    private var fanIn: Int { max(2, min(Self.widest, forReaders / (2 * max(longest, 1)))) }

    private func spill() throws(Failure) {
        arena.sort()
        let run = try write(ArenaLines(arena, 0..<arena.count))
        arena.clear()
        try add(run, tier: 0)
    }

    private func add(_ run: File, tier: Int) throws(Failure) {
        if tier == tiers.count { tiers.append([]) }
        tiers[tier].append(run)
        guard tiers[tier].count >= fanIn else { return }
        let longer = try write(try merged(tiers[tier]))
        tiers[tier] = []
        try add(longer, tier: tier + 1)
    }

    private func merged(_ runs: [File]) throws(Failure) -> any SortedLines {
        let sources = try runs.map { run throws(Failure) -> any SortedLines in try FileLines(run) }
        return try DistinctLines(MergedLines(sources))
    }

    /// A run's name is gone as soon as it is written: the disk is given back when it was read,
    /// whatever ends the process.
    private func write(_ lines: any SortedLines) throws(Failure) -> File {
        let path = directory.run(name, runCount)
        runCount += 1
        defer { directory.remove(path) }
        try lines.write(to: path)
        return try File.reading(path)
    }
}
