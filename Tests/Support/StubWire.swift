/// Reads the requests of one connection.
struct StubRequestReader {
    private let socket: Socket
    private let connection: Int
    private var buffer: [UInt8] = []

    init(socket: Socket, connection: Int) {
        self.socket = socket
        self.connection = connection
    }

    /// The next request without its body; nil when the peer has closed, or sends what is no HTTP.
    mutating func readHead() -> StubRequest? {
        guard let start = readLine() else { return nil }
        let words = start.split(separator: " ")
        guard words.count == 3 else { return nil }
        var headers: [(name: String, value: String)] = []
        while let line = readLine() {
            if line.isEmpty {
                return StubRequest(
                    method: String(words[0]), target: String(words[1]), headers: headers, body: [],
                    connection: connection)
            }
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers.append((String(line[..<colon]), String(value)))
        }
        return nil
    }

    /// The request with its body; nil when it does not come whole.
    mutating func readBody(of head: StubRequest) -> StubRequest? {
        if head.header("Expect")?.lowercased() == "100-continue" {
            guard socket.write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)[...]) else { return nil }
        }
        let body: [UInt8]?
        if head.header("Transfer-Encoding")?.lowercased() == "chunked" {
            body = readChunks()
        } else {
            body = readBytes(head.header("Content-Length").flatMap { Int($0) } ?? 0)
        }
        return body.map {
            StubRequest(
                method: head.method, target: head.target, headers: head.headers, body: $0,
                connection: head.connection)
        }
    }

    private mutating func readChunks() -> [UInt8]? {
        var body: [UInt8] = []
        while let size = readLine().flatMap({ Int($0.prefix { $0 != ";" }, radix: 16) }) {
            guard size > 0 else {
                // Trailers, and the empty line that ends them.
                while let line = readLine() { if line.isEmpty { return body } }
                return nil
            }
            guard let chunk = readBytes(size), readLine() == "" else { return nil }
            body += chunk
        }
        return nil
    }

    /// A line without its CRLF.
    private mutating func readLine() -> String? {
        let newline = UInt8(ascii: "\n")
        while true {
            if let end = buffer.firstIndex(of: newline) {
                defer { buffer.removeSubrange(...end) }
                let hasReturn = end > 0 && buffer[end - 1] == UInt8(ascii: "\r")
                return String(decoding: buffer[..<(hasReturn ? end - 1 : end)], as: UTF8.self)
            }
            guard fill() else { return nil }
        }
    }

    private mutating func readBytes(_ count: Int) -> [UInt8]? {
        while buffer.count < count { guard fill() else { return nil } }
        defer { buffer.removeSubrange(..<count) }
        return Array(buffer[..<count])
    }

    private mutating func fill() -> Bool {
        let bytes = socket.read()
        buffer += bytes
        return !bytes.isEmpty
    }
}

extension StubReply {
    /// The status line and headers, with the framing that the delivery asks for.
    func head(for method: String) -> ArraySlice<UInt8> {
        var text = "HTTP/1.1 \(status) \(reasons[status] ?? "Status")\r\n"
        for header in headers { text += "\(header.name): \(header.value)\r\n" }
        if let framing { text += framing + "\r\n" }
        return Array((text + "\r\n").utf8)[...]
    }

    /// Whether the connection ends with a reset, not in good order.
    var resets: Bool {
        switch delivery {
        case .reset, .resetWithoutAnswer: true
        default: false
        }
    }

    private var framing: String? {
        switch delivery {
        case .untilClose: return nil
        case .chunked: return "Transfer-Encoding: chunked"
        default:
            if status == 204 || status == 304 { return nil }
            let isGiven = headers.contains { $0.name.lowercased() == "content-length" }
            return isGiven ? nil : "Content-Length: \(body.count)"
        }
    }

    /// The body in chunks of 4,000 bytes, and the last, empty one.
    var chunks: [ArraySlice<UInt8>] {
        let size = 4_000
        var chunks: [ArraySlice<UInt8>] = []
        for start in stride(from: 0, to: body.count, by: size) {
            let part = body[start..<min(start + size, body.count)]
            chunks.append(Array("\(String(part.count, radix: 16))\r\n".utf8) + part + Array("\r\n".utf8))
        }
        return chunks + [Array("0\r\n\r\n".utf8)[...]]
    }
}

private let reasons = [
    100: "Continue", 200: "OK", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently",
    304: "Not Modified", 307: "Temporary Redirect", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
    409: "Conflict", 412: "Precondition Failed", 416: "Range Not Satisfiable", 429: "Too Many Requests",
    500: "Internal Server Error", 501: "Not Implemented", 503: "Service Unavailable",
]
