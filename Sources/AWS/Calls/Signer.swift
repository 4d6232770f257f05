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
    private let keys: SigningKeys

    /// - Parameter keys: to be handed on from one signer to the next.
    package init(
        credentials: Credentials, region: String, service: String, normalizesPath: Bool? = nil,
        keys: SigningKeys = SigningKeys()
    ) {
        self.keys = keys
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
        let date = time.basic
        request.headers.append(("X-Amz-Date", date))
        if let token = credentials.sessionToken { request.headers.append(("X-Amz-Security-Token", token)) }
        let (canonical, signedHeaders) = canonicalRequest(request, payloadHash)
        let scope = "\(date.prefix(8))/\(region)/\(service)/aws4_request"
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
        let (headers, signedHeaders) = Self.canonical(request.headers)
        let path = normalizesPath ? Self.normalized(request.encodedPath) : request.encodedPath
        let text = [
            request.method, path, request.encodedQuery, headers, signedHeaders, payloadHash,
        ].joined(separator: "\n")
        return (text, signedHeaders)
    }

    /// The headers that are signed, by name; the values of one name in their order.
    private static func canonical(
        _ headers: [(name: String, value: String)]
    ) -> (lines: String, names: String) {
        var values: [(name: String, value: String)] = []
        for (name, value) in headers {
            let name = name.lowercased()
            if unsigned.contains(name) { continue }
            // They are few: each is put where it belongs.
            let place = values.firstIndex { $0.name > name } ?? values.endIndex
            if place > 0, values[place - 1].name == name {
                values[place - 1].value += "," + collapsed(value)
            } else {
                values.insert((name, collapsed(value)), at: place)
            }
        }
        var lines = ""
        for (name, value) in values { lines += name + ":" + value + "\n" }
        return (lines, values.map(\.name).joined(separator: ";"))
    }

    func stringToSign(_ canonicalRequest: String, _ scope: String, _ time: UTCTime) -> String {
        let hash = Encoding.hex(Digest.sha256(Array(canonicalRequest.utf8)))
        return "AWS4-HMAC-SHA256\n\(time.basic)\n\(scope)\n\(hash)"
    }

    private func key(_ time: UTCTime) -> [UInt8] {
        keys.key(
            of: credentials.secretAccessKey,
            scope: [String(time.basic.prefix(8)), region, service, "aws4_request"])
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
        // Most have no blank at all.
        guard value.utf8.contains(where: { $0 == Ascii.space || $0 == Ascii.tab }) else { return value }
        return value.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
    }
}
