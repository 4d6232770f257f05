import Records

/// The new lines of a day.
struct NewDay: Sendable {
    private enum Place {
        case memory(LineArena, Range<Int>)
        case file(String)
    }

    let day: Day
    /// Lines that were read, repeated ones included.
    let count: Int
    /// Its file is wanted even where nothing is added.
    fileprivate(set) var isWanted = false
    private let place: Place

    /// Bytes of memory that it shares with all other days of the run.
    var footprint: Int {
        switch place {
        case .memory(let arena, _): arena.footprint
        case .file: 0
        }
    }

    fileprivate init(_ day: Day, count: Int, in arena: LineArena, _ range: Range<Int>) {
        self.day = day
        self.count = count
        place = .memory(arena, range)
    }

    fileprivate init(_ day: Day, count: Int, path: String) {
        self.day = day
        self.count = count
        place = .file(path)
    }

    /// The distinct ones in order. Can be asked for again, as often as the object is read again.
    func lines() throws(Failure) -> any SortedLines {
        switch place {
        case .memory(let arena, let range): ArenaLines(arena, range)
        case .file(let path): try FileLines(File.reading(path))
        }
    }
}

/// Reads the event lines of a run, and sorts them by days.
struct NewEvents {
    private let directory: WorkDirectory
    private let sorter: LineSorter
    private var counts: [Day: Int] = [:]

    /// The bytes of a line up to its day's end: `{"timestamp": "2026-01-01`
    private static let prefixLength = 25

    /// Reads the inputs to their end. A line that is no event in exactly the form of event-scrub
    /// ends the run before anything else is done: it may be what is left of an event of any day,
    /// and a day put without it would prove its message done.
    ///
    /// - Throws: status 65 for such a line.
    init(_ inputs: [File], memory: Int, _ directory: WorkDirectory, _ console: Console) throws(Failure) {
        self.directory = directory
        sorter = LineSorter("new", memory: memory, directory)
        var refused = 0
        for input in inputs {
            let reader = LineReader(input, capacity: 256 << 10)
            while let line = try reader.next() {
                guard let text = line.text, let day = Event.day(of: text) else {
                    refused += 1
                    if refused <= 10 {
                        console.error("\(escaped(input.path)), line \(line.number): not an event line")
                    }
                    continue
                }
                counts[day, default: 0] += 1
                try sorter.take(text)
            }
        }
        guard refused == 0 else {
            throw Failure(.badData, "\(refused) lines are no event lines; nothing was merged")
        }
    }

    /// The days in order. Where the lines did not fit into memory, a file holds those of each day.
    ///
    /// - Parameter wanted: days whose files are wanted in any case.
    consuming func days(and wanted: [Day] = []) throws(Failure) -> [NewDay] {
        var days =
            switch try sorter.sorted() {
            case .inMemory(let arena): inMemory(arena)
            case .onDisk(let lines): try onDisk(lines)
            }
        for day in Set(wanted) {
            if counts[day] == nil { days.append(NewDay(day, count: 0, in: LineArena(limit: 0), 0..<0)) }
            for place in days.indices where days[place].day == day { days[place].isWanted = true }
        }
        return days.sorted { $0.day < $1.day }
    }

    private func inMemory(_ arena: LineArena) -> [NewDay] {
        var days: [NewDay] = []
        var start = 0
        // Sorted lines are sorted by days, since all begin with the timestamp, and each line of a
        // day was counted.
        while start < arena.count {
            let day = Event.knownDay(of: arena[start])
            let count = counts[day] ?? 0
            days.append(NewDay(day, count: count, in: arena, start..<start + count))
            start += count
        }
        return days
    }

    private func onDisk(_ lines: any SortedLines) throws(Failure) -> [NewDay] {
        var days: [NewDay] = []
        while let first = lines.current {
            let day = Event.knownDay(of: first)
            let path = directory.new(day)
            try LinesWithPrefix(lines, length: Self.prefixLength).write(to: path)
            days.append(NewDay(day, count: counts[day] ?? 0, path: path))
        }
        return days
    }
}

/// The lines of a sorted source that begin as its current one does, up to the first that does not.
private final class LinesWithPrefix: SortedLines {
    private let source: any SortedLines
    private let prefix = HeldLine()

    /// - Parameter length: of the prefix; every line is as long or longer.
    init(_ source: any SortedLines, length: Int) {
        self.source = source
        prefix.hold(source.current.map { UnsafeRawBufferPointer(rebasing: $0.prefix(length)) })
    }

    var current: UnsafeRawBufferPointer? {
        guard let line = source.current, let prefix = prefix.line else { return nil }
        return System.compare(UnsafeRawBufferPointer(rebasing: line.prefix(prefix.count)), prefix) == 0
            ? line : nil
    }

    func advance() throws(Failure) { try source.advance() }
}
