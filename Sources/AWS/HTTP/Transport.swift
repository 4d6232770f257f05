import Records

/// What all transfers of a tool have in common.
struct TransportSettings: Sendable {
    var userAgent: String
    /// A file of CA certificates instead of the system's.
    var caBundle: String?
}

/// Sends HTTP requests side by side: one multi handle on one thread drives all transfers of a
/// tool, with connections kept alive between them.
final class Transport: Sendable {
    private let loop: TransferLoop
    private let settings: TransportSettings

    init(_ settings: TransportSettings) throws(Failure) {
        guard let loop = TransferLoop() else { throw Failure(.bug, "libcurl cannot be set up") }
        self.loop = loop
        self.settings = settings
        System.startThread { loop.run() }
    }

    deinit { loop.stop() }

    /// Sends the request and waits for the answer, whatever its status.
    ///
    /// Cancelling the task ends the transfer with `.cancelled`.
    ///
    /// - Parameters:
    ///   - sink: takes the body of a 2xx answer; other bodies are kept in the response.
    ///   - responseLimit: the largest body that is kept, in bytes.
    func send(
        _ request: HTTPRequest, sink: (any ResponseSink)? = nil, responseLimit: Int = 1 << 20
    ) async throws(TransportError) -> HTTPResponse {
        let identifier = loop.nextIdentifier()
        let outcome: Transfer.Outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let transfer = Transfer(
                    request, on: loop, identifier: identifier, settings: settings, sink: sink,
                    responseLimit: responseLimit
                ) { continuation.resume(returning: $0) }
                if let transfer {
                    loop.submit(transfer)
                } else {
                    continuation.resume(
                        returning: .failure(TransportError(kind: .misuse, reason: "out of memory")))
                }
            }
        } onCancel: {
            loop.cancel(identifier)
        }
        return try outcome.get()
    }
}
