/// An open file: the only owner of its descriptor, which goes with it.
package final class File: Sendable {
    package let descriptor: Int32
    /// As the user gave it; for messages.
    package let path: String
    private let isOwned: Bool
    /// Where it was asked for.
    private let atOpening: System.FileStatus?

    private init(
        _ descriptor: Int32, _ path: String, isOwned: Bool = true, atOpening: System.FileStatus? = nil
    ) {
        self.descriptor = descriptor
        self.path = path
        self.isOwned = isOwned
        self.atOpening = atOpening
    }

    deinit {
        if isOwned { try? System.close(descriptor) }
    }

    package static let standardInput = File(System.standardInput, "standard input", isOwned: false)
    package static let standardOutput = File(System.standardOutput, "standard output", isOwned: false)

    /// A tool's operands; none is standard input.
    package static func operands(_ paths: [String]) throws(Failure) -> [File] {
        try (paths.isEmpty ? ["-"] : paths).map { path throws(Failure) in try operand(path) }
    }

    /// An operand: `-` is standard input.
    package static func operand(_ path: String) throws(Failure) -> File {
        path == "-" ? standardInput : try reading(path)
    }

    package static func reading(_ path: String) throws(Failure) -> File {
        do { return File(try System.open(path, .read), path) } catch {
            throw .inputOutput("open", path, error)
        }
    }

    /// A file of this run's alone, mode 0600. One that is there and not empty is refused with
    /// status 64, so that nothing of an earlier run is taken for this one's.
    package static func creating(_ path: String) throws(Failure) -> File {
        do {
            let file = File(try System.open(path, .appendPrivate), path)
            let status = try System.status(file.descriptor)
            if status.isRegular, status.size > 0 {
                throw Failure(
                    .usage, "\(escaped(path)) is not empty",
                    advice: "it may be of an earlier run: move it away or name another file")
            }
            return file
        } catch let error as Errno {
            throw .inputOutput("create", path, error)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.bug, "\(error)")
        }
    }

    /// A file whose former content does not matter, mode 0600.
    package static func replacing(_ path: String) throws(Failure) -> File {
        do { return File(try System.open(path, .replacePrivate), path) } catch {
            throw .inputOutput("create", path, error)
        }
    }

    /// A file of this run's alone, mode 0600, of a name that nothing has yet: in a folder that
    /// others can write to, a link of that name would lead to a file of theirs, or of the user's.
    package static func making(_ path: String) throws(Failure) -> File {
        do { return File(try System.open(path, .createPrivate), path) } catch {
            throw .inputOutput("create", path, error)
        }
    }

    /// A file whose content nobody looks at, to be locked.
    package static func lockable(_ path: String) throws(Failure) -> File {
        do { return File(try System.open(path, .lockPrivate), path) } catch {
            throw .inputOutput("create", path, error)
        }
    }

    /// A file that is a file: no pipe that never ends, nor one that waits for its writer.
    ///
    /// - Throws: status 65 for what is none.
    package static func readingRegular(_ path: String) throws(Failure) -> File {
        do {
            let descriptor = try System.open(path, .readAtOnce)
            let status: System.FileStatus
            do { status = try System.status(descriptor) } catch {
                try? System.close(descriptor)
                throw error
            }
            let file = File(descriptor, path, atOpening: status)
            guard status.isRegular else {
                throw Failure(.badData, "\(escaped(path)) is not a regular file")
            }
            return file
        } catch let error as Errno {
            throw .inputOutput("open", path, error)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(.bug, "\(error)")
        }
    }

    /// - Throws: status 65 where a file opened by `readingRegular` was written to since.
    package func checkUnchanged() throws(Failure) {
        let now: System.FileStatus
        do { now = try System.status(descriptor) } catch { throw .inputOutput("examine", path, error) }
        if let atOpening, now != atOpening {
            throw Failure(.badData, "\(escaped(path)) was written to while it was put")
        }
    }

    package func size() throws(Failure) -> Int {
        do { return try System.status(descriptor).size } catch { throw .inputOutput("examine", path, error) }
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        do { try System.write(descriptor, bytes) } catch { throw .inputOutput("write", path, error) }
    }

    /// Bytes read at the offset; 0 at the end.
    package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        do { return try System.read(descriptor, at: offset, into: buffer) } catch {
            throw .inputOutput("read", path, error)
        }
    }

    /// The whole of a small file: its first bytes, up to the limit.
    package func contents(atMost limit: Int = 1 << 20) throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: min(try size(), limit))
        let result = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(Failure) in try read(at: 0, into: buffer) }
        }
        bytes.removeLast(bytes.count - (try result.get()))
        return bytes
    }

    /// Fails where what was written is known to be lost.
    package func checkWrites() throws(Failure) {
        do { try System.reportWrites(descriptor) } catch { throw .inputOutput("write", path, error) }
    }

    /// Waits until the disk has what was written.
    package func synchronize() throws(Failure) {
        do { try System.synchronize(descriptor) } catch { throw .inputOutput("synchronize", path, error) }
    }

    /// Empties the file, so that it can be written anew.
    package func truncate() throws(Failure) {
        do { try System.truncate(descriptor) } catch { throw .inputOutput("truncate", path, error) }
    }
}
