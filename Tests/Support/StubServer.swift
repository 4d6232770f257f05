import Foundation
import Synchronization

/// A small HTTP/1.1 server on 127.0.0.1, for what no real server can be made to do.
///
/// One thread a connection; connections are kept alive. The handler is called on these threads, several at
/// once when there are several connections: state of its own belongs in a `Mutex`. The server stops with its
/// last reference.
///
///     let server = try StubServer { request in
///         request.method == "GET" ? StubReply(404, body: "<Error>…") : .reset
///     }
package final class StubServer: Sendable {
    package typealias Handler = @Sendable (StubRequest) -> StubReply

    package let port: UInt16
    private let state: StubServerState

    /// - Parameters:
    ///   - early: asked when a request's head was read and its body was not. What it answers is sent at once
    ///     and the connection closed, as S3 does when it refuses what waits for `100 Continue`; with nil the
    ///     body is read, and the handler asked.
    ///   - handler: asked when all of a request was read.
    package init(
        early: @escaping @Sendable (StubRequest) -> StubReply? = { _ in nil }, _ handler: @escaping Handler
    ) throws {
        let (listener, port) = try Socket.listen()
        self.port = port
        state = StubServerState(listener: listener, early: early, handler: handler)
        state.spawn { [state] in state.acceptAll() }
    }

    deinit {
        stop()
    }

    /// Such as `http://127.0.0.1:40123`.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// All requests so far, in the order in which they were complete.
    package var requests: [StubRequest] { state.shared.withLock { $0.requests } }

    /// How many connections were accepted so far.
    package var connectionCount: Int { state.shared.withLock { $0.connectionCount } }

    /// Cuts every connection, and returns when all threads have ended. Repeating it is safe.
    package func stop() {
        state.stop(port: port)
    }

    /// A URL of a port at which nobody listens.
    package static func deadURL() throws -> String {
        let (listener, port) = try Socket.listen()
        listener.close()
        return "http://127.0.0.1:\(port)"
    }
}

/// What the threads share. They hold it, and not the server, whose end would else never come.
private final class StubServerState: Sendable {
    struct Shared {
        var requests: [StubRequest] = []
        var connectionCount = 0
        var open: [Int: Socket] = [:]
        var stopped = false
    }

    let shared = Mutex(Shared())
    private let listener: Socket
    private let early: @Sendable (StubRequest) -> StubReply?
    private let handler: StubServer.Handler
    private let threads = DispatchGroup()

    init(
        listener: Socket, early: @escaping @Sendable (StubRequest) -> StubReply?,
        handler: @escaping StubServer.Handler
    ) {
        self.listener = listener
        self.early = early
        self.handler = handler
    }

    func spawn(_ work: @escaping @Sendable () -> Void) {
        threads.enter()
        Thread.detachNewThread { [threads] in
            work()
            threads.leave()
        }
    }

    func acceptAll() {
        while let socket = listener.accept() {
            let number: Int? = shared.withLock {
                if $0.stopped { return nil }
                $0.connectionCount += 1
                $0.open[$0.connectionCount] = socket
                return $0.connectionCount
            }
            guard let number else {
                socket.close()
                break
            }
            spawn { [self] in
                converse(on: socket, number)
                // Out of the list before it is closed: its number may be another file's at once.
                shared.withLock { $0.open[number] = nil }
                socket.close()
            }
        }
        listener.close()
    }

    func stop(port: UInt16) {
        let wasRunning = shared.withLock { shared in
            for socket in shared.open.values { socket.shutdown() }
            defer { shared.stopped = true }
            return !shared.stopped
        }
        // accept(2) cannot be woken in the same way on all systems, but for a connection.
        if wasRunning { Socket.connect(port: port)?.close() }
        // A handler that hangs must not hang the test run.
        _ = threads.wait(timeout: .now() + 10)
    }

    private func converse(on socket: Socket, _ number: Int) {
        var reader = StubRequestReader(socket: socket, connection: number)
        while let head = reader.readHead() {
            if let reply = early(head) {
                record(head)
                _ = deliver(reply, to: head, on: socket)
                // With a body unread a close is a reset, and the answer would be lost with it.
                if !reply.resets { socket.drain() }
                return
            }
            guard let request = reader.readBody(of: head) else { return }
            record(request)
            guard deliver(handler(request), to: request, on: socket) else { return }
        }
    }

    private func record(_ request: StubRequest) {
        shared.withLock { $0.requests.append(request) }
    }

    /// False when the connection is at its end.
    private func deliver(_ reply: StubReply, to request: StubRequest, on socket: Socket) -> Bool {
        guard pause(reply.delay) else { return false }
        func send(_ count: Int?) -> Bool {
            socket.write(reply.head(for: request.method)) && socket.write(reply.body.prefix(count ?? .max))
        }
        switch reply.delivery {
        case .whole, .chunked:
            guard socket.write(reply.head(for: request.method)) else { return false }
            guard request.method == "HEAD" || sendBody(reply, socket) else { return false }
            return !reply.thenCloses && request.header("Connection")?.lowercased() != "close"
        case .cut(let count):
            _ = send(count)
        case .reset(let count):
            _ = send(count)
            // What is sent must have been read, since a reset discards it.
            _ = pause(0.1)
            socket.resetOnClose()
        case .stalled(let count, let seconds):
            if send(count), pause(seconds) { _ = socket.write(reply.body.dropFirst(count)) }
        case .untilClose(let count):
            _ = send(count)
        case .closed:
            break
        case .resetWithoutAnswer:
            socket.resetOnClose()
        }
        return false
    }

    private func sendBody(_ reply: StubReply, _ socket: Socket) -> Bool {
        guard case .chunked = reply.delivery else { return socket.write(reply.body[...]) }
        return reply.chunks.allSatisfy { socket.write($0) }
    }

    /// Sleeps, but not past the server's stop: then false.
    private func pause(_ seconds: Double) -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while !shared.withLock({ $0.stopped }) {
            let left = end.timeIntervalSinceNow
            if left <= 0 { return true }
            Thread.sleep(forTimeInterval: min(left, 0.02))
        }
        return false
    }
}
