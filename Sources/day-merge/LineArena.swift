import Records

/// Lines in memory, and their order.
///
/// Sendable once it is sorted: nothing changes it any more.
final class LineArena: @unchecked Sendable {
    /// The twelve bytes behind what all lines begin with settle nearly every comparison without a
    /// look at the lines.
    private struct Entry {
        let start: UnsafeMutableRawPointer
        let count: UInt32
        /// Bytes 9 to 12, the first most significant.
        var minor: UInt32 = 0
        var major: UInt64 = 0
    }

    private static let blockSize = 1 << 20

    private static let mostReserved = 1 << 24

    private let limit: Int

    private var blocks: [UnsafeMutableRawBufferPointer] = []
    /// Of the last block.
    // These change with each line, so that the checks would show.
    @exclusivity(unchecked) private var used = 0
    @exclusivity(unchecked) private var entries: [Entry] = []
    /// Bytes that all lines have in common at their start.
    private var common = 0

    /// - Parameter limit: what the footprint will be at the most, but for a single larger line.
    init(limit: Int) { self.limit = limit }

    deinit { releaseBlocks() }

    var count: Int { entries.count }

    /// Bytes that the lines take, with their entries and the half of them that sorting takes on top.
    @exclusivity(unchecked) private(set) var footprint = 0

    static func footprint(of line: UnsafeRawBufferPointer) -> Int {
        line.count + MemoryLayout<Entry>.stride * 3 / 2
    }

    /// Adds a copy of a line that is not empty.
    func append(_ line: UnsafeRawBufferPointer) {
        if blocks.last.map({ $0.count - used < line.count }) ?? true { addBlock(for: line) }
        let start = blocks[blocks.count - 1].baseAddress! + used  // a block is never empty
        UnsafeMutableRawBufferPointer(start: start, count: line.count).copyMemory(from: line)
        common = entries.isEmpty ? line.count : commonCount(with: line)
        entries.append(Entry(start: start, count: UInt32(line.count)))
        used += line.count
        footprint += Self.footprint(of: line)
    }

    /// Brings the lines into byte order.
    func sort() {
        for place in entries.indices {
            entries[place].major = word(entries[place], common)
            entries[place].minor = UInt32(truncatingIfNeeded: word(entries[place], common + 8) >> 32)
        }
        entries.sort { a, b in
            if a.major != b.major { return a.major < b.major }
            if a.minor != b.minor { return a.minor < b.minor }
            return System.compare(Self.line(a), Self.line(b)) < 0
        }
    }

    func clear() {
        releaseBlocks()
        entries.removeAll(keepingCapacity: true)
        footprint = 0
    }

    /// Whether the line is the one before it once more, in sorted lines.
    func isRepeated(_ place: Int) -> Bool {
        let (a, b) = (entries[place - 1], entries[place])
        return a.major == b.major && a.minor == b.minor && System.compare(Self.line(a), Self.line(b)) == 0
    }

    subscript(_ place: Int) -> UnsafeRawBufferPointer { Self.line(entries[place]) }

    private static func line(_ entry: Entry) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: entry.start, count: Int(entry.count))
    }

    private func addBlock(for line: UnsafeRawBufferPointer) {
        // The first block shows how many lines there will be: growing by copying would double the
        // entries' memory at the worst time.
        if blocks.count == 1 {
            entries.reserveCapacity(min(entries.count * limit / max(footprint, 1), Self.mostReserved))
        }
        blocks.append(.allocate(byteCount: max(Self.blockSize, line.count), alignment: 16))
        used = 0
    }

    private func releaseBlocks() {
        for block in blocks { block.deallocate() }
        blocks = []
    }

    private func commonCount(with line: UnsafeRawBufferPointer) -> Int {
        let first = Self.line(entries[0])
        let most = min(common, line.count)
        if System.compare(
            UnsafeRawBufferPointer(rebasing: first[..<most]), UnsafeRawBufferPointer(rebasing: line[..<most]))
            == 0
        {
            return most
        }
        return zip(first, line).prefix(most).prefix { $0 == $1 }.count
    }

    /// Eight bytes of the line from an offset on; zeros where it has ended.
    private func word(_ entry: Entry, _ offset: Int) -> UInt64 {
        if offset + 8 <= Int(entry.count) {
            return UInt64(bigEndian: entry.start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        var word: UInt64 = 0
        for place in offset..<offset + 8 {
            word = word << 8
            if place < Int(entry.count) {
                word |= UInt64(entry.start.load(fromByteOffset: place, as: UInt8.self))
            }
        }
        return word
    }
}

/// Some of an arena's lines, which it has sorted, each once.
final class ArenaLines: SortedLines {
    private let arena: LineArena
    private var next: Int
    private let end: Int
    private(set) var current: UnsafeRawBufferPointer?

    init(_ arena: LineArena, _ range: Range<Int>) {
        self.arena = arena
        next = range.lowerBound
        end = range.upperBound
        current = next < end ? arena[next] : nil
    }

    func advance() {
        repeat { next += 1 } while next < end && arena.isRepeated(next)
        current = next < end ? arena[next] : nil
    }
}
