import AWS
import Records

/// A merged day on its way to disk, with what s3-put needs to know of it.
struct MergedFile: ~Copyable {
    private let file: File
    private var buffer: [UInt8] = []
    private var size = 0
    private var digest = Digest(.sha256)
    private static let capacity = 256 << 10

    /// - Parameter path: the file's name while it is not complete.
    init(_ path: String) throws(Failure) {
        file = try File.replacing(path)
        buffer.reserveCapacity(Self.capacity)
    }

    mutating func append(_ line: UnsafeRawBufferPointer) throws(Failure) {
        if buffer.count + line.count >= Self.capacity { try flush() }
        buffer.append(contentsOf: line)
        buffer.append(Ascii.newline)
    }

    /// Gives the complete file its name. Not synchronized: s3-put checks size and hash, so what a
    /// power cut takes is noticed.
    consuming func finish(as path: String) throws(Failure) -> DayRecord.Upload {
        try flush()
        do { try System.rename(file.path, path) } catch { throw .inputOutput("rename", file.path, error) }
        return DayRecord.Upload(file: path, size: size, sha256: Encoding.hex(digest.finish()))
    }

    private mutating func flush() throws(Failure) {
        var failure: Failure?
        buffer.withUnsafeBytes { bytes in
            digest.update(bytes)
            do throws(Failure) { try file.write(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
        size += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }
}
