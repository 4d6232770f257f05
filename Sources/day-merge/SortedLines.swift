import Records

/// Lines in byte order, one after the other.
protocol SortedLines: AnyObject {
    /// Valid until `advance`; nil at the end.
    var current: UnsafeRawBufferPointer? { get }
    func advance() throws(Failure)
}

extension SortedLines {
    /// Writes the lines that are left to a file.
    func write(to path: String) throws(Failure) {
        let writer = LineWriter(try File.making(path))
        while let line = current {
            try writer.write(line)
            try writer.write([Ascii.newline])
            try advance()
        }
        try writer.flush()
        try writer.file.checkWrites()
    }
}

/// The lines of a file that was written by this run.
final class FileLines: SortedLines {
    private let reader: LineReader
    private(set) var current: UnsafeRawBufferPointer?

    init(_ file: File) throws(Failure) {
        reader = LineReader(file)
        try advance()
    }

    func advance() throws(Failure) { current = try reader.next()?.text }
}

/// The union of sorted sources; lines that stand in several come several times.
final class MergedLines: SortedLines {
    /// A heap: each source's line is not greater than those of its two children.
    private var heap: [any SortedLines] = []

    init(_ sources: [any SortedLines]) {
        heap = sources.filter { $0.current != nil }
        for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
    }

    var current: UnsafeRawBufferPointer? { heap.first?.current }

    func advance() throws(Failure) {
        guard let first = heap.first else { return }
        try first.advance()
        if first.current == nil {
            heap.swapAt(0, heap.count - 1)
            heap.removeLast()
        }
        if !heap.isEmpty { sink(0) }
    }

    private func sink(_ start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && isLess(child, least) {
                least = child
            }
            if least == place { return }
            heap.swapAt(place, least)
            place = least
        }
    }

    private func isLess(_ a: Int, _ b: Int) -> Bool {
        guard let first = heap[a].current, let second = heap[b].current else { return false }
        return System.compare(first, second) < 0
    }
}

/// Hands each line of a sorted source out once.
final class DistinctLines: SortedLines {
    private let source: any SortedLines
    private let held = HeldLine()

    init(_ source: any SortedLines) throws(Failure) {
        self.source = source
        try advance()
    }

    var current: UnsafeRawBufferPointer? { held.line }

    func advance() throws(Failure) {
        held.hold(source.current)
        guard let line = held.line else { return }
        while let following = source.current, System.compare(following, line) == 0 { try source.advance() }
    }
}

/// A copy of one line, in memory that is used again.
final class HeldLine {
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1024, alignment: 16)
    private(set) var line: UnsafeRawBufferPointer?

    deinit { memory.deallocate() }

    func hold(_ bytes: UnsafeRawBufferPointer?) {
        guard let bytes else {
            line = nil
            return
        }
        if bytes.count > memory.count {
            memory.deallocate()
            memory = .allocate(byteCount: max(bytes.count, 2 * memory.count), alignment: 16)
        }
        memory.copyMemory(from: bytes)
        line = UnsafeRawBufferPointer(rebasing: memory[..<bytes.count])
    }
}
