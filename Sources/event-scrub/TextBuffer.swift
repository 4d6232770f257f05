import Records

/// Memory for unescaped text, used again for each line.
///
/// What it hands out is laid out for `JSONCursor` (a NUL and 64 bytes behind it) and valid until
/// the next `clear`.
final class TextBuffer {
    private static let padding = 64
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    private var used = 0

    deinit { memory.deallocate() }

    /// Forgets everything and makes room for texts that were `count` bytes together when they
    /// were escaped, in at most `pieces` pieces.
    func clear(count: Int, pieces: Int) {
        used = 0
        let needed = count + pieces * Self.padding
        guard needed > memory.count else { return }
        memory.deallocate()
        memory = .allocate(byteCount: max(needed, 2 * memory.count), alignment: 16)
    }

    /// A string's value, given its raw bytes.
    func unescape(_ raw: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[used...])
        precondition(room.count >= raw.count + Self.padding, "clear was called with too small a count")
        let count = JSONString.unescape(raw, into: room.baseAddress!)  // not empty, by the line above
        room[count] = 0
        used += count + Self.padding
        return UnsafeRawBufferPointer(rebasing: room[..<count])
    }
}
