import AWS
import Records

/// The SHA-256 of bytes that are not kept.
final class RunningHash: ObjectDestination, @unchecked Sendable {
    // @unchecked: a transfer writes, and its caller looks after it has ended.
    private var digest: Digest? = Digest(.sha256)

    func restart() { digest = Digest(.sha256) }

    func write(_ bytes: UnsafeRawBufferPointer) { digest?.update(bytes) }

    /// In hex; the hash is of no use afterwards.
    func finish() -> String {
        guard let digest = digest.take() else { return "" }
        return Encoding.hex(digest.finish())
    }

    static func hash(of file: File) throws(Failure) -> String {
        let hash = RunningHash()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var offset = 0
        while true {
            let count = try file.read(at: offset, into: buffer)
            if count == 0 { return hash.finish() }
            hash.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += count
        }
    }
}
