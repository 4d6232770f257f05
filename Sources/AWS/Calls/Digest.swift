private import COpenSSL
package import Records

/// A running hash, made by libcrypto.
package struct Digest: ~Copyable {
    package enum Algorithm: Sendable {
        case sha256, sha1, md5

        /// Looked for once: libcrypto would look for it at every hash, which takes longer than hashing a small text.
        fileprivate var implementation: OpaquePointer? {
            switch self {
            case .sha256: Self.sha256Implementation
            case .sha1: Self.sha1Implementation
            case .md5: Self.md5Implementation
            }
        }

        // Never freed, and libcrypto allows them on any thread.
        private nonisolated(unsafe) static let sha256Implementation = EVP_MD_fetch(nil, "SHA256", nil)
        private nonisolated(unsafe) static let sha1Implementation = EVP_MD_fetch(nil, "SHA1", nil)
        private nonisolated(unsafe) static let md5Implementation = EVP_MD_fetch(nil, "MD5", nil)
    }

    private let context: OpaquePointer
    private let size: Int

    package init(_ algorithm: Algorithm) {
        let type = algorithm.implementation
        // Both fail only where memory is out or the algorithm forbidden; nothing could go on then.
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, type, nil) == 1 else {
            preconditionFailure("libcrypto has no \(algorithm)")
        }
        self.context = context
        size = Int(EVP_MD_get_size(type))
    }

    deinit { EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// The hash of all that was given.
    package consuming func finish() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
            count = size
        }
    }

    package static func hash(_ algorithm: Algorithm, _ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var digest = Digest(algorithm)
        digest.update(bytes)
        return digest.finish()
    }

    package static func sha256(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { hash(.sha256, $0) } }

    /// The SHA-256 of so many of the file's bytes, from the offset on.
    ///
    /// - Throws: status 65 where the file ends before.
    package static func sha256(_ file: File, offset: Int, size: Int) throws(Failure) -> [UInt8] {
        var digest = Digest(.sha256)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var done = 0
        while done < size {
            let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, size - done)])
            let count = try file.read(at: offset + done, into: room)
            guard count > 0 else { throw Failure(.badData, "\(escaped(file.path)) is shorter than it was") }
            digest.update(UnsafeRawBufferPointer(rebasing: room[..<count]))
            done += count
        }
        return digest.finish()
    }

    static func hmacSHA256(key: [UInt8], _ message: String) -> [UInt8] {
        let bytes = Array(message.utf8)
        return [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, buffer.baseAddress, nil)
            count = 32
        }
    }
}
