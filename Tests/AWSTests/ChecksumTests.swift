import Testing

@testable import AWS

@Suite struct ChecksumTests {
    /// The check values of the published catalogues, over "123456789", in base64.
    @Test(arguments: [
        ("crc32", "y/Q5Jg=="), ("crc32c", "4waSgw=="), ("crc64nvme", "rosUhgp5mIg="),
        ("sha1", "98O8HYCOBHMq32eZZczDTKeuNEE="), ("sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="),
    ])
    func knownVectors(_ name: String, _ expected: String) throws {
        #expect(try value(name, ["123456789"]) == expected)
        #expect(try value(name, ["1", "", "2345678", "9"]) == expected)
    }

    @Test(arguments: [
        ("crc32", "AAAAAA=="), ("crc32c", "AAAAAA=="), ("crc64nvme", "AAAAAAAAAAA="),
        ("sha1", "2jmj7l5rSw0yVb/vlWAYkK/YBwk="), ("sha256", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    ])
    func ofNothing(_ name: String, _ expected: String) throws {
        #expect(try value(name, []) == expected)
    }

    @Test func theStrongestOneOfTheWholeBodyCounts() {
        #expect(sent(["crc32": "a", "sha1": "b", "sha256": "c"])?.name == "sha256")
        #expect(sent(["crc32": "a", "crc64nvme": "b"])?.name == "crc64nvme")
        #expect(sent(["xxhash3": "a", "crc32": "b"])?.name == "crc32")
        #expect(sent(["md5000": "a"]) == nil)
    }

    @Test func aChecksumOfPartsIsNoneOfTheBody() {
        #expect(sent(["sha256": "c-3"]) == nil)
        let headers = ["x-amz-checksum-crc32c": "a", "x-amz-checksum-type": "COMPOSITE"]
        #expect(Checksum.sent(HTTPResponse(status: 200, headers: headers)) == nil)
        let whole = ["x-amz-checksum-crc32c": "a", "x-amz-checksum-type": "FULL_OBJECT"]
        #expect(Checksum.sent(HTTPResponse(status: 200, headers: whole))?.name == "crc32c")
    }

    private func sent(_ checksums: [String: String]) -> (name: String, value: String)? {
        let headers = checksums.map { ("x-amz-checksum-\($0)", $1) }
        return Checksum.sent(
            HTTPResponse(status: 200, headers: [String: String](uniqueKeysWithValues: headers)))
    }

    private func value(_ name: String, _ parts: [String]) throws -> String {
        guard var checksum = Checksum(name) else { throw UnknownChecksum(name: name) }
        for part in parts { Array(part.utf8).withUnsafeBytes { checksum.update($0) } }
        return checksum.finish()
    }
}

private struct UnknownChecksum: Error { let name: String }
