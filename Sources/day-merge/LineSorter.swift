import Records

/// Sorts any number of lines in bounded memory: what does not fit goes to disk in sorted runs.
///
/// Runs are merged by the dozen into longer ones, so that neither buffers nor open files grow with
/// the number of lines.
final class LineSorter: LineTaker {
    /// Runs of about one length that are merged into one of the next length.
    private static let fanIn = 48

    private let name: String
    private let memory: Int
    private let directory: WorkDirectory
    private let arena: LineArena
    /// By length: those of the first have been in memory, those of each other were merged from the last.
    private var tiers: [[File]] = []
    private var runCount = 0

    /// - Parameters:
    ///   - name: of the runs' files; another one for each sorter at work in the folder.
    ///   - memory: bytes that are held at the most, but for a single longer line.
    init(_ name: String, memory: Int, _ directory: WorkDirectory) {
        self.name = name
        self.memory = memory
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
        return .onDisk(try merged(tiers.flatMap(\.self)))
    }

    private func spill() throws(Failure) {
        arena.sort()
        let run = try write(ArenaLines(arena, 0..<arena.count))
        arena.clear()
        try add(run, tier: 0)
    }

    private func add(_ run: File, tier: Int) throws(Failure) {
        if tier == tiers.count { tiers.append([]) }
        tiers[tier].append(run)
        guard tiers[tier].count == Self.fanIn else { return }
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
        try lines.write(to: path)
        defer { directory.remove(path) }
        return try File.reading(path)
    }
}
