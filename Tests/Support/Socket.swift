import Foundation

/// A TCP socket on loopback. Whoever got it closes it, once.
struct Socket: Sendable {
    private let descriptor: Int32

    /// A socket that listens at a free port of 127.0.0.1.
    static func listen() throws -> (Socket, port: UInt16) {
        let listener = Socket(descriptor: socket(AF_INET, streamType, 0))
        var address = loopback(port: 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener.descriptor, $0, size) | Foundation.listen(listener.descriptor, 128)
                    | getsockname(listener.descriptor, $0, &size)
            }
        }
        guard status == 0 else {
            defer { listener.close() }
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        listener.prepare()
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    /// A connection to a port of 127.0.0.1; nil when nobody listens there.
    static func connect(port: UInt16) -> Socket? {
        let connection = Socket(descriptor: socket(AF_INET, streamType, 0))
        var address = loopback(port: port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(connection.descriptor, $0, size)
            }
        }
        guard status == 0 else {
            connection.close()
            return nil
        }
        connection.prepare()
        return connection
    }

    /// The next connection; waits for it. Nil when the socket does not listen any more.
    func accept() -> Socket? {
        while true {
            let accepted = Foundation.accept(descriptor, nil, nil)
            if accepted >= 0 {
                let connection = Socket(descriptor: accepted)
                connection.prepare()
                return connection
            }
            guard errno == EINTR || errno == ECONNABORTED else { return nil }
        }
    }

    /// What has come, 256 KiB at most; waits for it. Empty at the end, and after an error.
    func read() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, count in
            while true {
                let got = recv(descriptor, buffer.baseAddress, buffer.count, 0)
                if got < 0, errno == EINTR { continue }
                count = max(got, 0)
                return
            }
        }
    }

    /// Sends all of it; false when the peer takes no more.
    func write(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var sent = 0
            while sent < buffer.count {
                let rest = UnsafeRawBufferPointer(rebasing: buffer[sent...])
                let count = send(descriptor, rest.baseAddress, rest.count, noSignal)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    /// Ends both directions, which wakes whoever waits in read(), but leaves the descriptor.
    func shutdown() {
        Foundation.shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Says that nothing more will be sent, and reads away what still comes until the peer closes too.
    func drain() {
        Foundation.shutdown(descriptor, Int32(SHUT_WR))
        while !read().isEmpty {}
    }

    /// Makes the close a reset (RST) instead of an orderly end.
    func resetOnClose() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    func close() {
        Foundation.close(descriptor)
    }

    /// No program that a test starts may inherit it: it would keep the connection open.
    private func prepare() {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
        #if canImport(Darwin)
            setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, size)
        #endif
    }
}

private func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
}

// A write to a closed connection is to fail, not to end the test run by SIGPIPE; each system has its own way.
#if canImport(Darwin)
    private let streamType = SOCK_STREAM
    private let noSignal: Int32 = 0
#else
    private let streamType = Int32(SOCK_STREAM.rawValue)
    private let noSignal = Int32(MSG_NOSIGNAL)
#endif
