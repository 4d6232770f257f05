import Records

/// What all transfers of a tool have in common.
struct TransportSettings: Sendable {
    var userAgent: String
    /// A file of CA certificates instead of the system's.
    var caBundle: String?
    /// The proxy for plain http, where no variable names one that libcurl reads itself.
    var httpProxy: String?
}

/// Sends HTTP requests side by side: one multi handle on one thread drives all transfers of a
/// tool, with connections kept alive between them.
final class Transport: HTTPSender {
    private let loop: TransferLoop
    private let settings: TransportSettings

    init(_ settings: TransportSettings) throws(Failure) {
        guard let loop = TransferLoop() else { throw Failure(.bug, "libcurl cannot be set up") }
        self.loop = loop
        self.settings = settings
        System.startThread { loop.run() }
    }

    deinit { loop.stop() }

    /// Cancelling the task ends the transfer with `.cancelled`.
    func send(
        _ request: HTTPRequest, sink: (any ResponseSink)?, responseLimit: Int
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
