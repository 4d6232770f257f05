import Foundation
import Support
import Testing

@testable import AWS

/// What holds for the encoding of every text.
@Suite struct EncodingPropertyTests {
    @Test func anyTextComesBackFromItsEncoding() throws {
        var random = SplitMix(seed: 17)
        for _ in 0..<4000 {
            let text = random.text()
            let encoded = Encoding.uri(text)
            try #require(encoded.removingPercentEncoding == text, "\(encoded)")
            try #require(isWellFormed(encoded) && !encoded.contains("/"), "\(encoded)")
            let path = Encoding.uri(text, keepingSlashes: true)
            try #require(path.removingPercentEncoding == text, "\(path)")
            try #require(path.count { $0 == "/" } == text.unicodeScalars.count { $0 == "/" }, "\(path)")
            try #require(isWellFormed(path), "\(path)")
        }
    }

    @Test func eachByteHasOneEncoding() {
        for byte in UInt8.min...0x7f {
            let text = String(decoding: [byte], as: UTF8.self)
            let isKept = Encoding.isUnreserved(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            #expect(Encoding.uri(text) == (isKept ? text : "%" + (byte < 16 ? "0" : "") + digits))
        }
        let unreserved = (UInt8.min...UInt8.max).filter(Encoding.isUnreserved).count
        #expect(unreserved == 26 + 26 + 10 + 4)
    }

    /// What is signed is what is sent: a key's path, and the names and values of a query.
    @Test func theURLHasWhatIsSigned() throws {
        var random = SplitMix(seed: 18)
        for _ in 0..<1000 {
            var request = HTTPRequest(
                method: "GET", endpoint: Endpoint(host: "h"), path: "/" + random.text())
            request.query = (0..<3).map { _ in (random.text(), random.text()) }
            try #require(request.url == "https://h\(request.encodedPath)?\(request.encodedQuery)")
            try #require(request.encodedPath.removingPercentEncoding == request.path)
            let signer = Signer(credentials: exampleKeys, region: "r", service: "s3")
            let lines = signer.canonicalRequest(request, "").text.split(separator: "\n")
            try #require(lines[1] == request.encodedPath && lines[2] == request.encodedQuery)
        }
    }

    /// Only unreserved characters, slashes, and percent signs with two upper-case digits behind them.
    private func isWellFormed(_ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                guard Encoding.isUnreserved(byte) || byte == UInt8(ascii: "/") else { return false }
                continue
            }
            guard let high = bytes.popFirst(), let low = bytes.popFirst(), isDigit(high), isDigit(low) else {
                return false
            }
        }
        return true
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte)
    }
}

extension SplitMix {
    /// Up to twenty scalars from all over Unicode, reserved characters more often than others.
    fileprivate mutating func text() -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...20, using: &self) {
            let top: UInt32 = [0x7f, 0x7f, 0x7ff, 0xffff, 0x10ffff].randomElement(using: &self) ?? 0x7f
            text.append(Unicode.Scalar(UInt32.random(in: 0...top, using: &self)) ?? "/")
        }
        return String(text)
    }
}
