import Records

/// Lines in byte order, one after the other.
protocol SortedLines: AnyObject {
    /// Valid until `advance`; nil at the end.
    var current: UnsafeRawBufferPointer? { get }
    func advance() throws(Failure)
}

/// The lines of a file, trimmed at the right, without empty ones, in the file's order.
///
/// The trimming is what the replaced program's reading did: space, tab, CR, VT and FF.
final class FileLines: SortedLines {
    private let reader: LineReader
    private(set) var current: UnsafeRawBufferPointer?

    init(_ file: File) throws(Failure) {
        reader = LineReader(file, capacity: 256 << 10)
        try advance()
    }

    func advance() throws(Failure) {
        current = nil
        while current == nil, let line = try reader.next() {
            guard let text = line.text else {
                throw Failure(.badData, "line \(line.number) of the object is longer than 16 MiB")
            }
            let trimmed = Self.trimmed(text)
            if !trimmed.isEmpty { current = trimmed }
        }
    }

    private static func trimmed(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var count = line.count
        while count > 0, isTrailing(line[count - 1]) { count -= 1 }
        return UnsafeRawBufferPointer(rebasing: line[..<count])
    }

    private static func isTrailing(_ byte: UInt8) -> Bool {
        byte == Ascii.space || (Ascii.tab...Ascii.carriageReturn).contains(byte) && byte != Ascii.newline
    }
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

/// The lines of a sorted source that begin as its current one does, up to the first that does not.
final class LinesWithPrefix: SortedLines {
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
            memory = .allocate(byteCount: bytes.count * 2, alignment: 16)
        }
        memory.copyMemory(from: bytes)
        line = UnsafeRawBufferPointer(rebasing: memory[..<bytes.count])
    }
}
