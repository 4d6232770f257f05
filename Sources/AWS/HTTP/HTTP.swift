package import Records

/// A request as it is signed and sent. Paths and query values are given as they mean, and
/// encoded once, when the request goes out.
package struct HTTPRequest: Sendable {
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// So many of the file's bytes, from the offset on.
        case file(File, offset: Int, size: Int)

        var count: Int {
            switch self {
            case .none: 0
            case .bytes(let bytes): bytes.count
            case .file(_, _, let size): size
            }
        }
    }

    package var method: String
    package var endpoint: Endpoint
    /// Begins with a slash; not encoded.
    package var path: String
    package var query: [(name: String, value: String)] = []
    package var headers: [(name: String, value: String)] = []
    package var body = Body.none
    /// Seconds without a byte in either direction after which the transfer has stalled.
    package var stallSeconds = 30
    /// Seconds for the whole of it, where there is such a limit.
    package var timeoutSeconds: Double?
    /// The server is this machine's own, as that of its metadata is: no proxy stands in between.
    package var isLocal = false

    package init(method: String, endpoint: Endpoint, path: String) {
        self.method = method
        self.endpoint = endpoint
        self.path = path
    }

    var encodedPath: String { endpoint.path + Encoding.uri(path, keepingSlashes: true) }

    /// In the order of the encoded names and values, as signatures want it.
    var encodedQuery: String {
        query.map { (Encoding.uri($0.name), Encoding.uri($0.value)) }
            .sorted { $0 < $1 }
            .map { "\($0)=\($1)" }
            .joined(separator: "&")
    }

    var url: String {
        let query = encodedQuery
        return "\(endpoint.scheme)://\(endpoint.authority)\(encodedPath)" + (query.isEmpty ? "" : "?\(query)")
    }
}

package struct HTTPResponse: Sendable {
    package var status: Int
    /// Names in lower case.
    package var headers: [String: String]
    /// Empty where the body went to a sink.
    package var body: [UInt8]
    /// The request went out twice, as the first connection died without an answer.
    var wasResent = false
    /// Counts the body as held; to be kept as long as the body, or what was made of it.
    var lease: ResponseLease?

    package init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package var isSuccess: Bool { (200..<300).contains(status) }

    /// The body, which the response then no longer has: whoever changes it need not copy it.
    package mutating func takeBody() -> [UInt8] {
        defer { body = [] }
        return body
    }

    package func header(_ name: String) -> String? { headers[name] }
}

/// Takes the body of a successful answer as it arrives, on the transport's thread.
package protocol ResponseSink: AnyObject, Sendable {
    /// An answer begins, with its headers; called again for each attempt.
    func begin(_ response: HTTPResponse) throws(Failure)
    func write(_ bytes: UnsafeRawBufferPointer) throws(Failure)
}

/// Why no answer, or only a part of one, was had.
package struct TransportError: Error, Sendable {
    package enum Kind: Sendable {
        /// Name resolution, connecting or the TLS handshake failed: the request cannot have had an effect.
        case notConnected
        /// The connection broke, the time ran out, or the body was cut short: it may have had.
        case broken
        /// The peer could not be verified; trying again is of no use.
        case security
        case cancelled
        /// The answer is larger than this program takes.
        case tooLarge
        /// The sink could not take the body.
        case sink(Failure)
        /// A bug of ours, or an address that is none.
        case misuse
    }

    package let kind: Kind
    /// libcurl's own words; no secret is in them.
    package let reason: String

    var isCancelled: Bool { if case .cancelled = kind { true } else { false } }
}
