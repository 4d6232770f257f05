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
}
