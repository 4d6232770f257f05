package import Records

/// AWS Signature Version 4, in headers. Pure: the time is an argument.
///
/// Source: "Create a signed AWS API request" in the IAM user guide. The path is encoded once: only
/// S3 is spoken to at paths that need encoding.
package struct Signer: Sendable {
    package let credentials: Credentials
    package let region: String
    package let service: String
    /// All services but S3 normalise a path before they look at its signature.
    let normalizesPath: Bool

    package init(
        credentials: Credentials, region: String, service: String, normalizesPath: Bool? = nil
    ) {
        self.credentials = credentials
        self.region = region
        self.service = service
        self.normalizesPath = normalizesPath ?? (service != Service.s3.name)
    }

    /// Adds Host, X-Amz-Date, the session token and Authorization; all other headers must be there
    /// already, as they are signed too.
    ///
    /// - Parameter payloadHash: the body's SHA-256 in hex.
    package func sign(_ request: HTTPRequest, payloadHash: String, at time: UTCTime) -> HTTPRequest {
        var request = request
        request.headers.append(("Host", request.endpoint.authority))
        request.headers.append(("X-Amz-Date", time.basic))
        if let token = credentials.sessionToken { request.headers.append(("X-Amz-Security-Token", token)) }
        let (canonical, signedHeaders) = canonicalRequest(request, payloadHash)
        let scope = "\(time.basic.prefix(8))/\(region)/\(service)/aws4_request"
        let signature = Encoding.hex(Digest.hmacSHA256(key: key(time), stringToSign(canonical, scope, time)))
        request.headers.append(
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
                    + "SignedHeaders=\(signedHeaders), Signature=\(signature)"
            ))
        return request
    }

    func canonicalRequest(
        _ request: HTTPRequest, _ payloadHash: String
    ) -> (text: String, signedHeaders: String) {
        var values: [String: [String]] = [:]
        for (name, value) in request.headers {
            let name = name.lowercased()
            if !Self.unsigned.contains(name) { values[name, default: []].append(Self.collapsed(value)) }
        }
        let names = values.keys.sorted()
        let headers = names.map { "\($0):\((values[$0] ?? []).joined(separator: ","))\n" }.joined()
        let signedHeaders = names.joined(separator: ";")
        let path = normalizesPath ? Self.normalized(request.encodedPath) : request.encodedPath
        let text = [
            request.method, path, request.encodedQuery, headers, signedHeaders, payloadHash,
        ].joined(separator: "\n")
        return (text, signedHeaders)
    }

    func stringToSign(_ canonicalRequest: String, _ scope: String, _ time: UTCTime) -> String {
        let hash = Encoding.hex(Digest.sha256(Array(canonicalRequest.utf8)))
        return "AWS4-HMAC-SHA256\n\(time.basic)\n\(scope)\n\(hash)"
    }

    private func key(_ time: UTCTime) -> [UInt8] {
        var key = Array("AWS4\(credentials.secretAccessKey)".utf8)
        for part in [String(time.basic.prefix(8)), region, service, "aws4_request"] {
            key = Digest.hmacSHA256(key: key, part)
        }
        return key
    }

    /// Without empty parts, "." and what ".." takes back (RFC 3986, 5.2.4).
    private static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        let isFolder = path.hasSuffix("/") && !parts.isEmpty
        return "/" + parts.joined(separator: "/") + (isFolder ? "/" : "")
    }

    /// What proxies and libcurl may change on the way.
    private static let unsigned: Set<String> = ["authorization", "connection", "expect", "user-agent"]

    /// Without blanks at the ends, and runs of blanks within made one.
    private static func collapsed(_ value: String) -> String {
        value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
    }
}
