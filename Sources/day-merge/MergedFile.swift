import AWS
import Records

/// A merged day on its way to disk, with what s3-put needs to know of it.
///
/// Hashing takes longer than merging, so a thread of its own hashes and writes what another one
/// merges. `finish` or `discard` must be called: they wait for that thread's end.
final class MergedFile: @unchecked Sendable {
    // @unchecked: the merging thread has `filling`, the writing thread `digest` and the block that
    // it is at; everything else is looked at under the monitor.
    private final class Block {
        // Filled line by line, so that the checks would show; the monitor hands it over.
        @exclusivity(unchecked) var buffer = ByteBuffer(capacity: MergedFile.blockSize)
    }

    private static let blockSize = 512 << 10
    /// Blocks that are filled, wait and are written.
    private static let blockCount = 3

    private let file: File
    private var size = 0
    @exclusivity(unchecked) private var filling = Block()
    private let monitor = Monitor()
    private var full: [Block] = []
    private var free: [Block] = []
    /// The line that was appended last; valid until the next but one.
    @exclusivity(unchecked) private(set) var last: UnsafeRawBufferPointer?
    private var isClosed = false
    private var hasEnded = false
    private var failure: Failure?
    private var digest: Digest? = Digest(.sha256)

    /// - Parameter path: the file's name while it is not complete.
    init(_ path: String) throws(Failure) {
        file = try File.making(path)
        free = (1..<Self.blockCount).map { _ in Block() }
        System.startThread { self.write() }
    }

    /// - Throws: also for a line before, whose writing has failed meanwhile.
    func append(_ line: UnsafeRawBufferPointer) throws(Failure) {
        if filling.buffer.count + line.count >= Self.blockSize { try hand() }
        last = filling.buffer.append(line: line)
    }

    /// Forgets all lines.
    func restart() throws(Failure) {
        try monitor.locked { () throws(Failure) in
            full.removeAll { block in
                free.append(block)
                return true
            }
            monitor.wait { free.count == Self.blockCount - 1 }
            for block in free { block.buffer.clear() }
            if let failure { throw failure }
        }
        filling.buffer.clear()
        last = nil
        size = 0
        digest = Digest(.sha256)
        try file.truncate()
    }

    /// Gives the complete file its name. Not synchronized: s3-put checks size and hash, so what a
    /// power cut takes is noticed.
    func finish(as path: String) throws(Failure) -> DayRecord.Upload {
        try hand()
        close()
        if let failure { throw failure }
        try file.checkWrites()
        guard let digest = digest.take() else { throw Failure(.bug, "a file was finished twice") }
        do { try System.rename(file.path, path) } catch { throw .inputOutput("rename", file.path, error) }
        return DayRecord.Upload(file: path, size: size, sha256: Encoding.hex(digest.finish()))
    }

    /// Nothing more is written. Doing it twice, or after `finish`, changes nothing.
    func discard() {
        monitor.locked { full.removeAll() }
        close()
    }

    /// Hands the block that was filled to the writing thread, and waits for an empty one.
    private func hand() throws(Failure) {
        size += filling.buffer.count
        try monitor.locked { () throws(Failure) in
            full.append(filling)
            monitor.announce()
            monitor.wait { !free.isEmpty || failure != nil }
            if let failure { throw failure }
            filling = free.removeLast()
        }
    }

    private func close() {
        monitor.locked {
            isClosed = true
            monitor.announce()
            monitor.wait { hasEnded }
        }
    }

    /// The writing thread: until the file is closed and nothing is left.
    private func write() {
        while let block = nextBlock() {
            var failed: Failure?
            digest?.update(block.buffer.bytes)
            do throws(Failure) { try file.write(block.buffer.bytes) } catch { failed = error }
            block.buffer.clear()
            monitor.locked {
                failure = failure ?? failed
                free.append(block)
                monitor.announce()
            }
        }
        monitor.locked {
            hasEnded = true
            monitor.announce()
        }
    }

    private func nextBlock() -> Block? {
        monitor.locked {
            monitor.wait { !full.isEmpty || isClosed || failure != nil }
            return full.isEmpty || failure != nil ? nil : full.removeFirst()
        }
    }
}
