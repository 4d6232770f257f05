import Records

/// Lines in memory, and their order.
///
/// Sendable once it is sorted: nothing changes it any more.
final class LineArena: @unchecked Sendable {
    private struct Entry {
        let start: UnsafeMutableRawPointer
        let count: Int
        /// The sixteen bytes behind what all lines begin with, most significant first: they settle
        /// nearly every comparison without a look at the lines.
        var key: (UInt64, UInt64) = (0, 0)
    }

    private static let blockSize = 1 << 20

    private var blocks: [UnsafeMutableRawBufferPointer] = []
    /// Of the last block.
    private var used = 0
    private var entries: [Entry] = []
    /// Bytes that all lines have in common at their start.
    private var common = 0
    private var bytes = 0

    deinit { releaseBlocks() }

    var count: Int { entries.count }

    /// Bytes that the lines take, with their entries and what growing and sorting those takes on top.
    var footprint: Int { bytes + 2 * entries.count * MemoryLayout<Entry>.stride }

    static func footprint(of line: UnsafeRawBufferPointer) -> Int {
        line.count + 2 * MemoryLayout<Entry>.stride
    }

    /// Adds a copy of a line that is not empty.
    func append(_ line: UnsafeRawBufferPointer) {
        if blocks.last.map({ $0.count - used < line.count }) ?? true {
            blocks.append(.allocate(byteCount: max(Self.blockSize, line.count), alignment: 16))
            used = 0
        }
        let start = blocks[blocks.count - 1].baseAddress! + used  // a block is never empty
        UnsafeMutableRawBufferPointer(start: start, count: line.count).copyMemory(from: line)
        common = entries.isEmpty ? line.count : commonCount(with: line)
        entries.append(Entry(start: start, count: line.count))
        used += line.count
        bytes += line.count
    }

    /// Brings the lines into byte order.
    func sort() {
        for place in entries.indices {
            entries[place].key = (word(entries[place], common), word(entries[place], common + 8))
        }
        entries.sort { a, b in
            if a.key.0 != b.key.0 { return a.key.0 < b.key.0 }
            if a.key.1 != b.key.1 { return a.key.1 < b.key.1 }
            return System.compare(Self.line(a), Self.line(b)) < 0
        }
    }

    func clear() {
        releaseBlocks()
        entries.removeAll(keepingCapacity: true)
        bytes = 0
    }

    subscript(_ place: Int) -> UnsafeRawBufferPointer { Self.line(entries[place]) }

    private static func line(_ entry: Entry) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: entry.start, count: entry.count)
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
        if offset + 8 <= entry.count {
            return UInt64(bigEndian: entry.start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        var word: UInt64 = 0
        for place in offset..<offset + 8 {
            word = word << 8
            if place < entry.count { word |= UInt64(entry.start.load(fromByteOffset: place, as: UInt8.self)) }
        }
        return word
    }
}

/// Some of an arena's lines, which it has sorted.
final class ArenaLines: SortedLines {
    private let arena: LineArena
    private var next: Int
    private let end: Int
    private(set) var current: UnsafeRawBufferPointer?

    init(_ arena: LineArena, _ range: Range<Int>) {
        self.arena = arena
        next = range.lowerBound
        end = range.upperBound
        advance()
    }

    func advance() {
        current = next < end ? arena[next] : nil
        next += 1
    }
}
