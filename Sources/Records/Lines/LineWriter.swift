/// Buffered bytes on their way to a file or a pipe.
///
/// Nothing is written behind the caller's back at the end: `flush` must be called, and its
/// failure means that what was given is not out. A closed pipe is `LineWriter.readerLeft`.
package final class LineWriter {
    package let file: File
    private var buffer: [UInt8] = []
    private let capacity: Int

    /// Standard output's reader went away: not a fault of ours, and nothing to complain about.
    package static let readerLeft = Failure(.brokenPipe, "")

    /// - Parameter capacity: bytes held before they are written.
    package init(_ file: File, capacity: Int = 256 << 10) {
        self.file = file
        self.capacity = capacity
        buffer.reserveCapacity(capacity)
    }

    /// Bytes that can be given before anything is written.
    package var room: Int { capacity - buffer.count }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        if buffer.count + bytes.count > capacity { try flush() }
        if bytes.count >= capacity { return try put(bytes) }
        buffer.append(contentsOf: bytes)
    }

    package func write(_ bytes: [UInt8]) throws(Failure) {
        var failure: Failure?
        bytes.withUnsafeBytes { raw in
            do throws(Failure) { try write(raw) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// The record's line and its newline.
    package func write(_ record: some Record) throws(Failure) {
        try write(record.line())
        try write([Ascii.newline])
    }

    package func flush() throws(Failure) {
        var failure: Failure?
        buffer.withUnsafeBytes { raw in
            do throws(Failure) { try put(raw) } catch { failure = error }
        }
        // What failed is not tried again: a part of it may be out.
        buffer.removeAll(keepingCapacity: true)
        if let failure { throw failure }
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        do { try System.write(file.descriptor, bytes) } catch .brokenPipe where file === File.standardOutput {
            throw Self.readerLeft
        } catch {
            throw .inputOutput("write", file.path, error)
        }
    }
}
