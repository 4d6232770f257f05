import Records

/// Memory for unescaped texts, used again for each line.
///
/// What it hands out is laid out for `JSONCursor` (a NUL and 64 bytes behind it) and valid until
/// the next `clear`.
final class TextBuffer {
    private static let padding = 64
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    // Cleared for each line, so that the checks would show.
    @exclusivity(unchecked) private var used = 0
    /// Memory that was too small, with texts in it that are still valid.
    @exclusivity(unchecked) private var outgrown: [UnsafeMutableRawBufferPointer] = []

    deinit {
        clear()
        memory.deallocate()
    }

    /// Forgets all texts.
    func clear() {
        used = 0
        guard !outgrown.isEmpty else { return }
        for memory in outgrown { memory.deallocate() }
        outgrown.removeAll()
    }

    /// A string's value, given its raw bytes.
    func unescape(_ raw: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        hold(atMost: raw.count) { JSONString.unescape(raw, into: $0) }
    }

    /// A copy of the bytes.
    func copy(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
        hold(atMost: bytes.count) {
            $0.copyMemory(from: bytes, byteCount: bytes.count)
            return bytes.count
        }
    }

    /// A text of at most `count` bytes.
    ///
    /// - Parameter write: writes it at the address, and returns its length.
    @inline(__always)
    func hold<Failure: Error>(
        atMost count: Int, _ write: (UnsafeMutableRawPointer) throws(Failure) -> Int
    ) throws(Failure) -> UnsafeRawBufferPointer {
        let needed = count + Self.padding
        if memory.count - used < needed {
            outgrown.append(memory)
            memory = .allocate(byteCount: max(needed, 2 * memory.count), alignment: 16)
            used = 0
        }
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[used...])
        let count = try write(room.baseAddress!)  // not empty: room was made
        room[count] = 0
        used += count + Self.padding
        return UnsafeRawBufferPointer(rebasing: room[..<count])
    }
}
