/// Some whole lines of an input, in memory that is used again for the next ones.
///
/// The memory is laid out for `JSONCursor`: behind each line stands a NUL (where its newline was,
/// or the carriage return before it), and 64 bytes can be read beyond the last one.
package final class LineChunk {
    static let padding = 64

    /// What the chunk holds.
    package enum Content {
        case lines
        /// One line longer than `Limits.lineLength`; its bytes were let go.
        case overlongLine
    }

    package fileprivate(set) var content = Content.lines
    /// The input ended in the middle of the last line: it has no newline.
    package fileprivate(set) var endsTorn = false
    fileprivate var memory: UnsafeMutableRawBufferPointer
    /// Bytes of whole lines, newlines included.
    fileprivate var count = 0

    package init(capacity: Int = 1 << 20) {
        memory = .allocate(byteCount: capacity + Self.padding, alignment: 64)
    }

    deinit { memory.deallocate() }

    fileprivate var capacity: Int { memory.count - Self.padding }

    fileprivate func grow() {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(capacity * 2, Limits.lineLength + 1) + Self.padding, alignment: 64)
        larger.copyMemory(from: UnsafeRawBufferPointer(memory))
        memory.deallocate()
        memory = larger
    }

    /// Bytes of input that the chunk stands for, newlines included.
    package var byteCount: Int { count }

    /// The line that begins at the position, without its newline and a carriage return before it,
    /// and moves on; nil at the end. The bytes are valid until the chunk is filled again.
    @inline(__always)
    func line(from position: inout Int) -> UnsafeRawBufferPointer? {
        guard position < count else { return nil }
        let rest = UnsafeRawBufferPointer(rebasing: memory[position..<count])
        var length = System.index(of: Ascii.newline, in: rest) ?? rest.count
        let next = position + length + 1
        if length > 0, rest[length - 1] == Ascii.carriageReturn { length -= 1 }
        memory[position + length] = 0
        position = next
        return UnsafeRawBufferPointer(rebasing: rest[..<length])
    }

    func isEnd(_ position: Int) -> Bool { position >= count }

    /// The bytes of the lines, their newlines included; behind them a NUL, and 64 more to read.
    package var bytes: UnsafeMutableRawBufferPointer {
        memory[count] = 0
        return UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
    }
}

/// Cuts an input into chunks of whole lines. Memory: the chunk, and a copy of one line at most.
package final class LineChunkReader {
    private let file: File
    /// The start of a line whose end has not been read yet.
    private var carry: [UInt8] = []
    private var isAtEnd = false

    package init(_ file: File) { self.file = file }

    /// Fills the chunk with the next lines; false when there are none. Reads once where that
    /// brings the end of a line, so that lines from a pipe are handed on as they come.
    package func fill(_ chunk: LineChunk) throws(Failure) -> Bool {
        chunk.content = .lines
        chunk.endsTorn = false
        while chunk.capacity < carry.count + 1 { chunk.grow() }
        chunk.memory.copyBytes(from: carry)
        var filled = carry.count
        if let last = carry.lastIndex(of: Ascii.newline) { return take(chunk, upTo: last + 1, of: filled) }
        while !isAtEnd {
            if filled == chunk.capacity {
                if filled > Limits.lineLength { return try skipLine(chunk) }
                chunk.grow()
            }
            let fresh = UnsafeMutableRawBufferPointer(rebasing: chunk.memory[filled..<chunk.capacity])
            let count = try read(into: fresh)
            if let last = fresh[..<count].lastIndex(of: Ascii.newline) {
                return take(chunk, upTo: filled + last + 1, of: filled + count)
            }
            filled += count
        }
        if filled > Limits.lineLength { return try skipLine(chunk) }
        chunk.endsTorn = filled > 0
        return take(chunk, upTo: filled, of: filled)
    }

    /// The chunk keeps its whole lines; what follows them waits for the next one.
    private func take(_ chunk: LineChunk, upTo end: Int, of filled: Int) -> Bool {
        carry.removeAll(keepingCapacity: true)
        carry.append(contentsOf: chunk.memory[end..<filled])
        chunk.count = end
        return end > 0
    }

    /// Lets the rest of a line go that is too long already.
    private func skipLine(_ chunk: LineChunk) throws(Failure) -> Bool {
        chunk.content = .overlongLine
        chunk.count = 0
        carry.removeAll(keepingCapacity: true)
        while !isAtEnd {
            let all = UnsafeMutableRawBufferPointer(rebasing: chunk.memory[..<chunk.capacity])
            let count = try read(into: all)
            if let end = System.index(of: Ascii.newline, in: UnsafeRawBufferPointer(rebasing: all[..<count]))
            {
                carry.append(contentsOf: all[(end + 1)..<count])
                break
            }
        }
        return true
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        do {
            let count = try System.read(file.descriptor, into: buffer)
            if count == 0 { isAtEnd = true }
            return count
        } catch {
            throw .inputOutput("read", file.path, error)
        }
    }
}
