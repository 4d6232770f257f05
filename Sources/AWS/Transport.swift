import CCurl
import Records
import Synchronization

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
                    identifier, request, settings: settings, sink: sink, responseLimit: responseLimit
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

/// The thread that drives the multi handle.
private final class TransferLoop: @unchecked Sendable {
    // @unchecked: `multi` and `active` are the thread's alone, but for curl_multi_wakeup, which
    // libcurl allows from any thread.
    private struct Inbox {
        var submitted: [Transfer] = []
        var cancelled: Set<UInt64> = []
        var isStopped = false
    }

    private let multi: MultiHandle
    private let inbox = Mutex(Inbox())
    private let identifiers = Atomic<UInt64>(0)
    private var active: [UInt64: Transfer] = [:]

    init?() {
        guard let multi = MultiHandle() else { return nil }
        _ = ccurl_multi_set_long(multi.handle, CURLMOPT_MAXCONNECTS, 64)
        self.multi = multi
    }

    func nextIdentifier() -> UInt64 { identifiers.add(1, ordering: .relaxed).newValue }

    func submit(_ transfer: Transfer) {
        inbox.withLock { $0.submitted.append(transfer) }
        curl_multi_wakeup(multi.handle)
    }

    /// Nothing happens where the transfer has ended; one not yet submitted ends at once when it is.
    func cancel(_ identifier: UInt64) {
        inbox.withLock { _ = $0.cancelled.insert(identifier) }
        curl_multi_wakeup(multi.handle)
    }

    func stop() {
        inbox.withLock { $0.isStopped = true }
        curl_multi_wakeup(multi.handle)
    }

    func run() {
        while takeInbox() {
            var running: Int32 = 0
            curl_multi_perform(multi.handle, &running)
            completeFinished()
            curl_multi_poll(multi.handle, nil, 0, 1000, nil)
        }
        for identifier in Array(active.keys) { remove(identifier)?.end(.failure(Self.cancelled)) }
    }

    private static let cancelled = TransportError(kind: .cancelled, reason: "cancelled")

    /// False when the loop is to end.
    private func takeInbox() -> Bool {
        let inbox = inbox.withLock { inbox in
            defer { inbox = Inbox(cancelled: inbox.cancelled, isStopped: inbox.isStopped) }
            return inbox
        }
        for transfer in inbox.submitted {
            active[transfer.identifier] = transfer
            let code = curl_multi_add_handle(multi.handle, transfer.easy.handle)
            if code != CURLM_OK { remove(transfer.identifier)?.complete(CURLE_FAILED_INIT) }
        }
        for identifier in inbox.cancelled {
            guard let transfer = remove(identifier) else { continue }
            transfer.end(.failure(Self.cancelled))
        }
        return !inbox.isStopped
    }

    private func completeFinished() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi.handle, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            // The message's memory is gone once the handle is removed.
            let code = ccurl_message_result(message)
            var pointer: UnsafeMutablePointer<CChar>?
            _ = ccurl_get_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &pointer)
            guard let pointer else { continue }
            let transfer = Unmanaged<Transfer>.fromOpaque(pointer).takeUnretainedValue()
            remove(transfer.identifier)?.complete(code)
        }
    }

    private func remove(_ identifier: UInt64) -> Transfer? {
        guard let transfer = active.removeValue(forKey: identifier) else { return nil }
        curl_multi_remove_handle(multi.handle, transfer.easy.handle)
        return transfer
    }
}
