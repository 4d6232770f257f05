/// The name of an object: s3://bucket/key.
package struct S3URL: Sendable, CustomStringConvertible {
    package let bucket: String
    /// Empty for a bucket alone.
    package let key: String

    /// Nil for anything but s3://bucket or s3://bucket/key.
    package init?(_ text: String) {
        guard text.hasPrefix("s3://") else { return nil }
        let rest = text.dropFirst(5)
        bucket = String(rest.prefix { $0 != "/" })
        key = String(rest.dropFirst(bucket.count + 1))
        guard (3...63).contains(bucket.utf8.count), bucket.utf8.allSatisfy(Self.isBucketByte) else {
            return nil
        }
    }

    private init(bucket: String, key: String) {
        self.bucket = bucket
        self.key = key
    }

    /// The object of this name in the folder that this URL is, with or without its last slash.
    package func appending(_ name: String) -> S3URL {
        let folder = key.isEmpty || key.hasSuffix("/") ? key : key + "/"
        return S3URL(bucket: bucket, key: folder + name)
    }

    /// The object of this name in the same folder.
    package func sibling(_ name: String) -> S3URL {
        let folder = key.lastIndex(of: "/").map { key[...$0] } ?? ""
        return S3URL(bucket: bucket, key: folder + name)
    }

    package var description: String { "s3://\(bucket)/\(key)" }

    /// Old buckets may have capitals and underscores.
    private static func isBucketByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
