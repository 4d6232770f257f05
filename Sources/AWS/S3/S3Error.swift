import Records

/// Reads the error document of S3. Its few flat elements are all that is wanted of XML here, which
/// does not pay for an XML parser and its start-up time.
enum S3Error {
    static func parse(_ response: HTTPResponse) -> ServiceError {
        let text = String(decoding: response.body.prefix(64 << 10), as: UTF8.self)
        return ServiceError(
            code: element("Code", in: text) ?? code(ofStatus: response.status),
            requestID: response.header("x-amz-request-id") ?? element("RequestId", in: text),
            region: [response.header("x-amz-bucket-region"), element("Region", in: text)]
                .compactMap { $0 }.first(where: isRegion))
    }

    /// The name becomes part of the host that signed requests are sent to.
    private static func isRegion(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                Ascii.isDigit($0) || (0x61...0x7a).contains($0) || $0 == UInt8(ascii: "-")
            }
    }

    /// Our own name for an answer that names none. A bare 404 or 403 must not be taken for proof.
    private static func code(ofStatus status: Int) -> String {
        switch status {
        case 412: "PreconditionFailed"
        case 409: "ConditionalRequestConflict"
        case 501: "NotImplemented"
        default: "HTTP\(status)"
        }
    }

    private static func element(_ name: String, in text: String) -> String? {
        guard let open = text.firstRange(of: "<\(name)>"),
            let close = text[open.upperBound...].firstRange(of: "</\(name)>")
        else { return nil }
        return String(text[open.upperBound..<close.lowerBound]).trimmingBlanks()
    }
}
