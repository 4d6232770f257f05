import Support

/// A small TLS server on 127.0.0.1 that takes part in every test as a program of its own, with a
/// certificate that is made for the test and nobody trusts by itself. It answers `{}` to all requests.
struct TLSServer: Sendable {
    /// Such as `https://127.0.0.1:40123`.
    let url: String
    /// The certificate, as a bundle for those who are to trust it.
    let bundle: String
    private let folder: TemporaryDirectory

    /// The request lines that came, such as `POST / HTTP/1.1`.
    var requests: [String] { get throws { try log("request") } }

    /// The versions of the handshakes that succeeded, each with the protocol agreed on.
    var handshakes: [String] { get throws { try log("handshake") } }

    private func log(_ kind: String) throws -> [String] {
        guard folder.exists("log") else { return [] }
        let lines = try folder.readText("log").split(separator: "\n")
        return lines.filter { $0.hasPrefix("\(kind) ") }.map { String($0.dropFirst(kind.count + 1)) }
    }

    /// Runs the server, and the closure while it listens.
    ///
    /// - Parameters:
    ///   - names: for the certificate, such as "IP:127.0.0.1".
    ///   - newest: the newest version of TLS that it speaks.
    static func with(
        names: String = "IP:127.0.0.1,DNS:localhost", newest: String = "TLSv1_3",
        _ body: @escaping @Sendable (TLSServer) async throws -> Void
    ) async throws {
        let folder = try TemporaryDirectory()
        try folder.write("server.py", program)
        let made = try await shell(
            """
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
                -subj /CN=test -addext "subjectAltName=$1" -keyout key.pem -out certificate.pem
            """, [names], directory: folder.path)
        guard made.status == 0 else { throw NoCertificate(reason: made.err) }
        _ = try await withRunning(
            "/usr/bin/env", ["python3", "server.py", newest], environment: withToolsOnPath([:]),
            directory: folder.path
        ) { running in
            try await running.wait { $0.out.contains(UInt8(ascii: "\n")) }
            let port = String(decoding: running.out, as: UTF8.self).filter(\.isNumber)
            try await body(
                TLSServer(
                    url: "https://127.0.0.1:\(port)", bundle: folder.path("certificate.pem"), folder: folder))
        }
    }

    /// Ends when its standard input does.
    private static let program = """
        import os, socket, ssl, sys, threading

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain("certificate.pem", "key.pem")
        context.set_alpn_protocols(["h2", "http/1.1"])
        if sys.argv[1] == "TLSv1_1":
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion[sys.argv[1]]
        log = open("log", "a", buffering=1)

        def converse(connection):
            try:
                stream = context.wrap_socket(connection, server_side=True)
                log.write(f"handshake {stream.version()} {stream.selected_alpn_protocol()}\\n")
                lines = stream.makefile("rb")
                while line := lines.readline():
                    log.write(f"request {line.decode().strip()}\\n")
                    length = 0
                    while (header := lines.readline().strip().lower()):
                        if header.startswith(b"content-length:"):
                            length = int(header.split(b":")[1])
                    lines.read(length)
                    stream.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n{}")
            except OSError:
                pass

        def listen(listener):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=converse, args=[connection], daemon=True).start()

        listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=listen, args=[listener], daemon=True).start()
        print(listener.getsockname()[1], flush=True)
        sys.stdin.read()
        os._exit(0)

        """
}

struct NoCertificate: Error { let reason: String }
