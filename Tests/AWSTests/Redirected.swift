import Records
import Support
import Synchronization

@testable import AWS

/// Sends what was meant for an address of the machine's own, such as 169.254.170.2, to a server of ours,
/// and remembers where it was meant to go.
final class Redirected: HTTPSender {
    private let transport: Transport
    private let server: StubServer
    private let home: CredentialHome
    private let sent = Mutex([String]())

    init(to replies: StubReply..., config: String = "") throws {
        transport = try Transport(TransportSettings(userAgent: "tests"))
        let next = Mutex(0)
        server = try StubServer { _ in
            next.withLock { place in
                defer { place += 1 }
                return replies[min(place, replies.count - 1)]
            }
        }
        home = try CredentialHome(config: config)
    }

    var urls: [String] { sent.withLock { $0 } }

    func send(
        _ request: HTTPRequest, sink: (any ResponseSink)?, responseLimit: Int
    ) async throws(TransportError) -> HTTPResponse {
        sent.withLock { $0.append(request.url) }
        guard let here = Endpoint(server.url) else {
            throw TransportError(kind: .misuse, reason: "no server")
        }
        var request = request
        request.endpoint = here
        return try await transport.send(request, sink: sink, responseLimit: responseLimit)
    }

    /// What the chain gives whose requests come here.
    func keys(_ environment: [String: String]) async throws(Failure) -> Credentials {
        let configuration = home.configuration(environment)
        let context = CredentialContext(
            configuration: configuration, http: self, retry: RetryPolicy(maxAttempts: 1))
        return try await CredentialChain(context).credentials()
    }

    /// The failure of a chain that must have none to give; no secret is in it.
    func failure(_ environment: [String: String]) async throws -> Failure {
        let found: Credentials
        do { found = try await keys(environment) } catch {
            expectNoSecret(in: error)
            return error
        }
        throw UnexpectedKeys(id: found.accessKeyID)
    }
}
