import Records

/// A running checksum of one of the kinds that S3 sends with an object.
enum Checksum: ~Copyable {
    case digest(Digest)
    case crc(CyclicCheck)

    /// The strongest checksum of the whole body that the headers hold, with the value in base64;
    /// nil where there is none that is known. One of a multipart upload's parts is none of these.
    static func sent(_ response: HTTPResponse) -> (name: String, value: String)? {
        guard response.header("x-amz-checksum-type")?.uppercased() != "COMPOSITE" else { return nil }
        for name in ["sha256", "sha1", "crc64nvme", "crc32c", "crc32"] {
            if let value = response.header("x-amz-checksum-\(name)"), !value.contains("-") {
                return (name, value)
            }
        }
        return nil
    }

    init?(_ name: String) {
        switch name {
        case "sha256": self = .digest(Digest(.sha256))
        case "sha1": self = .digest(Digest(.sha1))
        case "crc64nvme": self = .crc(CyclicCheck(polynomial: 0x9a6c_9329_ac4b_c9b5, width: 64))
        case "crc32c": self = .crc(CyclicCheck(polynomial: 0x82f6_3b78, width: 32))
        case "crc32": self = .crc(CyclicCheck(polynomial: 0xedb8_8320, width: 32))
        default: return nil
        }
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch consume self {
        case .digest(var digest):
            digest.update(bytes)
            self = .digest(digest)
        case .crc(var crc):
            crc.update(bytes)
            self = .crc(crc)
        }
    }

    /// In base64, as the headers have it.
    consuming func finish() -> String {
        switch consume self {
        case .digest(let digest): Encoding.base64(digest.finish())
        case .crc(let crc): Encoding.base64(crc.value)
        }
    }
}

/// A cyclic redundancy check, bits reflected, all ones at the start and inverted at the end.
struct CyclicCheck {
    private let table: [UInt64]
    private let width: Int
    private var state: UInt64

    init(polynomial: UInt64, width: Int) {
        table = (0..<256).map { index in
            (0..<8).reduce(UInt64(index)) { value, _ in value >> 1 ^ (value & 1 == 1 ? polynomial : 0) }
        }
        self.width = width
        state = .max >> UInt64(64 - width)
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { state = state >> 8 ^ table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] }
    }

    /// Most significant byte first.
    var value: [UInt8] {
        let final = ~state
        return stride(from: width - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: final >> UInt64($0))
        }
    }
}
