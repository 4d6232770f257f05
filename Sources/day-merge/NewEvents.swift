import Records

/// The event lines of a run, all read and sorted, and how many each day has.
struct NewEvents {
    /// In byte order, which is the days' order too, since all begin with the timestamp.
    let lines: DistinctLines
    /// Repeated lines included.
    let counts: [Day: Int]

    /// The bytes of a line up to its day's end: `{"timestamp": "2026-01-01`
    static let prefixLength = 25

    /// Reads the inputs to their end. A line that is no event in exactly the form of event-scrub
    /// ends the run before anything else is done: it may be what is left of an event of any day,
    /// and a day put without it would prove its message done.
    ///
    /// - Throws: status 65 for such a line.
    init(_ inputs: [File], memory: Int, _ directory: WorkDirectory, _ console: Console) throws(Failure) {
        let sorter = LineSorter("new", memory: memory, directory)
        var counts: [Day: Int] = [:]
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
                try sorter.add(text)
            }
        }
        guard refused == 0 else {
            throw Failure(.badData, "\(refused) lines are no event lines; nothing was merged")
        }
        self.counts = counts
        lines = try DistinctLines(sorter.sorted())
    }
}
