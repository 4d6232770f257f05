/// Bytes that grow at their end, in memory that is used again: where arrays cost too much, as in
/// what is written for each line of an archive.
package struct ByteBuffer: ~Copyable {
    private var memory: UnsafeMutableRawPointer
    private var capacity: Int
    package private(set) var count = 0

    package init(capacity: Int = 64 << 10) {
        memory = .allocate(byteCount: capacity, alignment: 16)
        self.capacity = capacity
    }

    deinit { memory.deallocate() }

    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory, count: count) }

    /// Forgets the bytes and keeps the memory.
    package mutating func clear() { count = 0 }

    /// Has `room` bytes written at the end.
    ///
    /// - Parameter write: gets the end's address, and gives back the new end's.
    @inline(__always)
    package mutating func append(
        room: Int, _ write: (UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8>
    ) {
        if capacity - count < room { grow(room) }
        let end = (memory + count).assumingMemoryBound(to: UInt8.self)
        count += write(end) - end
    }

    /// Appends the line and a newline; the copy, without it, is valid while the buffer does not grow.
    package mutating func append(line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        append(room: line.count + 1) { $0.put(line).put(Ascii.newline) }
        return UnsafeRawBufferPointer(start: memory + (count - line.count - 1), count: line.count)
    }

    private mutating func grow(_ room: Int) {
        capacity = max(2 * capacity, count + room)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        larger.copyMemory(from: memory, byteCount: count)
        memory.deallocate()
        memory = larger
    }
}

extension UnsafeMutablePointer<UInt8> {
    /// Writes the text here; the address behind it.
    @inline(__always)
    func put(_ text: StaticString) -> UnsafeMutablePointer<UInt8> {
        UnsafeMutableRawPointer(self).copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        return self + text.utf8CodeUnitCount
    }

    /// Writes the bytes here; the address behind them.
    @inline(__always)
    func put(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutablePointer<UInt8> {
        if let start = bytes.baseAddress {
            UnsafeMutableRawPointer(self).copyMemory(from: start, byteCount: bytes.count)
        }
        return self + bytes.count
    }

    /// Writes the byte here; the address behind it.
    @inline(__always)
    func put(_ byte: UInt8) -> UnsafeMutablePointer<UInt8> {
        pointee = byte
        return self + 1
    }
}
