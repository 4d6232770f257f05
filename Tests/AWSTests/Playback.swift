import Records
import Support
import Synchronization

@testable import AWS

/// Sends each request, wherever it was meant to go, to a server that gives a case's recorded answers one
/// after the other, and remembers where it was meant to go. Past the last one nobody can be reached.
final class Playback: HTTPSender {
    private let transport: Transport
    private let server: StubServer
    private let count: Int
    private let urls = Mutex([String]())

    init(_ exchanges: [CredentialCase.Exchange]) throws {
        transport = try Transport(TransportSettings(userAgent: "tests"))
        let replies = exchanges.map(\.reply)
        let next = Mutex(0)
        server = try StubServer { _ in
            let place = next.withLock { place in
                defer { place += 1 }
                return place
            }
            return place < replies.count ? replies[place] : .closed
        }
        count = exchanges.count
    }

    func send(
        _ request: HTTPRequest, sink: (any ResponseSink)?, responseLimit: Int
    ) async throws(TransportError) -> HTTPResponse {
        let number = urls.withLock { urls in
            urls.append("\(request.method) \(request.url)")
            return urls.count
        }
        guard number <= count, let here = Endpoint(server.url) else {
            throw TransportError(kind: .notConnected, reason: "nothing more was recorded")
        }
        var request = request
        request.endpoint = here
        return try await transport.send(request, sink: sink, responseLimit: responseLimit)
    }

    /// What was sent: method and URL as they were meant, and the request as it came over the wire.
    /// Those that were not recorded have none.
    var sent: [(url: String, request: StubRequest?)] {
        let requests = server.requests
        return urls.withLock { urls in
            urls.enumerated().map { ($1, $0 < requests.count ? requests[$0] : nil) }
        }
    }
}
