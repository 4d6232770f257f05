/// Reads the error documents of S3 and STS. Their few flat elements are all that is wanted of XML
/// here, which does not pay for an XML parser and its start-up time.
enum XMLError {
    static func parse(_ response: HTTPResponse) -> ServiceError {
        let text = String(decoding: response.body.prefix(64 << 10), as: UTF8.self)
        return ServiceError(
            code: element("Code", in: text) ?? code(ofStatus: response.status),
            requestID: response.header("x-amz-request-id") ?? response.header("x-amzn-requestid")
                ?? element("RequestId", in: text),
            // The name becomes part of the host that signed requests are sent to.
            region: [response.header("x-amz-bucket-region"), element("Region", in: text)]
                .compactMap { $0 }.first(where: EndpointRules.isRegion))
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

    /// The text of the first such element; entities are left as they are, as no value that is
    /// asked for can hold one.
    static func element(_ name: String, in text: String) -> String? {
        guard let open = text.firstRange(of: "<\(name)>"),
            let close = text[open.upperBound...].firstRange(of: "</\(name)>")
        else { return nil }
        return String(text[open.upperBound..<close.lowerBound]).trimmingBlanks()
    }
}
