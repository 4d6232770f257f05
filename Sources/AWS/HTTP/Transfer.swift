import CCurl
import Records

/// One request on its way: what libcurl's callbacks read and write.
///
/// Lifetime: retained by the transport from submission until its continuation was resumed; all
/// callbacks come on the transport's thread.
final class Transfer: @unchecked Sendable {
    // @unchecked: after submission only the transport's thread touches it.
    typealias Outcome = Result<HTTPResponse, TransportError>

    let identifier: UInt64
    let easy: EasyHandle
    private let request: HTTPRequest
    private let responseLimit: Int
    private let sink: (any ResponseSink)?
    private unowned let loop: TransferLoop
    private let finish: @Sendable (Outcome) -> Void
    private var headerList = HeaderList()
    private var sent = 0
    private var wasResent = false
    private var response = HTTPResponse(status: 0)
    private var hasBegunSink = false
    private var ownFailure: TransportError.Kind?

    /// - Parameters:
    ///   - sink: takes the body of a 2xx answer; other bodies are kept in the response.
    ///   - responseLimit: the largest body that is kept, in bytes.
    init?(
        _ request: HTTPRequest, on loop: TransferLoop, identifier: UInt64, settings: TransportSettings,
        sink: (any ResponseSink)?,
        responseLimit: Int, finish: @escaping @Sendable (Outcome) -> Void
    ) {
        guard let easy = EasyHandle(from: loop.idleHandles) else { return nil }
        self.loop = loop
        self.identifier = identifier
        self.easy = easy
        self.request = request
        self.responseLimit = responseLimit
        self.sink = sink
        self.finish = finish
        configure(settings)
    }

    private func configure(_ settings: TransportSettings) {
        let this = Unmanaged.passUnretained(self).toOpaque()
        easy.set(CURLOPT_PRIVATE, pointer: this)
        easy.set(CURLOPT_URL, request.url)
        easy.set(CURLOPT_PATH_AS_IS, 1)
        easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
        easy.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        easy.set(CURLOPT_NOSIGNAL, 1)
        easy.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        easy.set(CURLOPT_CONNECTTIMEOUT_MS, 10_000)
        easy.set(CURLOPT_LOW_SPEED_LIMIT, 1)
        easy.set(CURLOPT_LOW_SPEED_TIME, request.stallSeconds)
        // S3 closes idle connections after some tens of seconds; libcurl would use them for 118.
        easy.set(CURLOPT_MAXAGE_CONN, 20)
        easy.set(CURLOPT_BUFFERSIZE, 256 << 10)
        easy.set(CURLOPT_USERAGENT, settings.userAgent)
        if let bundle = settings.caBundle { easy.set(CURLOPT_CAINFO, bundle) }
        configureReach(settings)
        for (name, value) in request.headers { headerList.append("\(name): \(value)") }
        configureBody(this)
        easy.set(CURLOPT_HTTPHEADER, list: headerList)
        _ = ccurl_set_write_callback(easy.handle, CURLOPT_HEADERFUNCTION, takeHeader)
        easy.set(CURLOPT_HEADERDATA, pointer: this)
        _ = ccurl_set_write_callback(easy.handle, CURLOPT_WRITEFUNCTION, takeBody)
        easy.set(CURLOPT_WRITEDATA, pointer: this)
    }

    /// How far away the server may be, in space and time.
    private func configureReach(_ settings: TransportSettings) {
        if let seconds = request.timeoutSeconds {
            easy.set(CURLOPT_TIMEOUT_MS, Int(seconds * 1000))
            easy.set(CURLOPT_CONNECTTIMEOUT_MS, Int(seconds * 1000))
        }
        if request.isLocal {
            easy.set(CURLOPT_NOPROXY, "*")
        } else if request.endpoint.scheme == "http", let proxy = settings.httpProxy {
            easy.set(CURLOPT_PROXY, proxy)
        }
    }

    private func configureBody(_ this: UnsafeMutableRawPointer) {
        let count = request.body.count
        // libcurl asks for a "100 Continue" above 1 MiB: good for large files (a refusal then
        // comes before the body), a second lost for all else.
        if case .file = request.body, count > 1 << 20 {} else { headerList.append("Expect:") }
        switch request.method {
        case "GET": easy.set(CURLOPT_HTTPGET, 1)
        case "PUT":
            easy.set(CURLOPT_UPLOAD, 1)
            easy.set(CURLOPT_INFILESIZE_LARGE, size: count)
            easy.set(CURLOPT_UPLOAD_BUFFERSIZE, 1 << 20)
        default:
            easy.set(CURLOPT_POST, 1)
            easy.set(CURLOPT_POSTFIELDSIZE_LARGE, size: count)
            easy.set(CURLOPT_CUSTOMREQUEST, request.method)
        }
        _ = ccurl_set_read_callback(easy.handle, giveBody)
        easy.set(CURLOPT_READDATA, pointer: this)
        _ = ccurl_set_seek_callback(easy.handle, seekBody)
        easy.set(CURLOPT_SEEKDATA, pointer: this)
    }

    // MARK: Callbacks

    /// The next bytes of the body; nil when they cannot be read.
    fileprivate func readBody(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        let count = min(buffer.count, request.body.count - sent)
        let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        switch request.body {
        case .none: return 0
        case .bytes(let bytes): part.copyBytes(from: bytes[sent..<sent + count])
        case .file(let file, let offset, _):
            var filled = 0
            while filled < count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: part[filled...])
                guard let read = try? file.read(at: offset + sent + filled, into: rest), read > 0 else {
                    return nil
                }
                filled += read
            }
        }
        sent += count
        return count
    }

    /// libcurl sends again by itself when a connection that was used before died without a byte.
    fileprivate func seek(to offset: Int) {
        if sent > 0 { wasResent = true }
        sent = offset
    }

    fileprivate func take(header line: UnsafeRawBufferPointer) {
        if line.starts(with: "HTTP/".utf8) {
            // The last status line is the answer's; those before it are "100 Continue".
            let words = String(decoding: Self.trimmed(line[...]), as: UTF8.self).split(separator: " ")
            response = HTTPResponse(status: words.count > 1 ? Int(words[1]) ?? 0 : 0)
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            let name = String(decoding: line[..<colon].map(Ascii.lowercased), as: UTF8.self)
            response.headers[name] = String(decoding: Self.trimmed(line[(colon + 1)...]), as: UTF8.self)
        }
    }

    /// Without the blanks around it, and the line's end.
    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var rest = bytes
        while let first = rest.first, Ascii.isSpace(first) { rest.removeFirst() }
        while let last = rest.last, Ascii.isSpace(last) { rest.removeLast() }
        return rest
    }

    fileprivate enum Taking { case taken, waiting, failed }

    fileprivate func take(body bytes: UnsafeRawBufferPointer) -> Taking {
        do throws(Failure) {
            if let sink, response.isSuccess {
                try beginSink()
                try sink.write(bytes)
                return .taken
            }
        } catch {
            ownFailure = .sink(error)
            return .failed
        }
        guard response.body.count + bytes.count <= responseLimit else {
            ownFailure = .tooLarge
            return .failed
        }
        guard loop.takeRoom(bytes.count, for: identifier) else { return .waiting }
        if response.body.isEmpty { response.body.reserveCapacity(expectedCount) }
        response.body.append(contentsOf: bytes)
        return .taken
    }

    /// Of the body, where it is known, so that it need not be moved as it grows, nor as a reader pads it; no more
    /// than is believed of a header.
    private var expectedCount: Int {
        max(0, min(response.headers["content-length"].flatMap { Int($0) } ?? 0, 1 << 20)) + 64
    }

    private func beginSink() throws(Failure) {
        if hasBegunSink { return }
        hasBegunSink = true
        try sink?.begin(response)
    }

    // MARK: The end

    func complete(_ code: CURLcode) {
        if code == CURLE_OK, ownFailure == nil, response.isSuccess {
            // An empty body calls nothing, but it is an answer.
            do { try beginSink() } catch { ownFailure = .sink(error) }
        }
        if let ownFailure {
            end(TransportError(kind: ownFailure, reason: "the answer could not be taken"))
        } else if code == CURLE_OK {
            response.wasResent = wasResent
            response.lease = loop.lease(response.body.count, of: identifier)
            finish(.success(response))
        } else {
            let reason = String(cString: curl_easy_strerror(code))
            end(TransportError(kind: Self.kind(of: code), reason: reason))
        }
    }

    /// Ends without a whole answer.
    func end(_ error: TransportError) {
        loop.abandonRoom(response.body.count, of: identifier)
        finish(.failure(error))
    }

    private static func kind(of code: CURLcode) -> TransportError.Kind {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT,
            CURLE_SSL_CONNECT_ERROR:
            .notConnected
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER,
            CURLE_SSL_ISSUER_ERROR:
            .security
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_FAILED_INIT,
            CURLE_OUT_OF_MEMORY, CURLE_UNKNOWN_OPTION:
            .misuse
        default: .broken
        }
    }
}

private func transfer(_ pointer: UnsafeMutableRawPointer?) -> Transfer? {
    pointer.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private let takeHeader: curl_write_callback = { bytes, size, count, data in
    transfer(data)?.take(header: UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
}

private let takeBody: curl_write_callback = { bytes, size, count, data in
    switch transfer(data)?.take(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) {
    case .taken: return size * count
    case .waiting: return Int(CURL_WRITEFUNC_PAUSE)
    case .failed, nil: return 0
    }
}

private let giveBody: curl_read_callback = { buffer, size, count, data in
    let room = UnsafeMutableRawBufferPointer(start: buffer, count: size * count)
    return transfer(data)?.readBody(into: room) ?? Int(CURL_READFUNC_ABORT)
}

private let seekBody: curl_seek_callback = { data, offset, origin in
    guard origin == 0 else { return CURL_SEEKFUNC_CANTSEEK }
    transfer(data)?.seek(to: Int(offset))
    return CURL_SEEKFUNC_OK
}
