import CCurl
import Records
import Synchronization

/// The thread that drives the multi handle.
final class TransferLoop: @unchecked Sendable {
    // @unchecked: `multi` and `active` are the thread's alone, but for curl_multi_wakeup, which
    // libcurl allows from any thread.
    private struct Inbox {
        var submitted: [Transfer] = []
        var cancelled: Set<UInt64> = []
        var isStopped = false
        /// Room was made for transfers that wait for some.
        var hasRoom = false
    }

    /// Bytes of answers held at a time.
    private static let budgetLimit = 16 << 20

    let idleHandles = IdleHandles()
    private let multi: MultiHandle
    private let inbox = Mutex(Inbox())
    private let identifiers = Atomic<UInt64>(0)
    private let budget = ResponseBudget(limit: budgetLimit)
    private var active: [UInt64: Transfer] = [:]
    /// Transfers that wait for room for their answers.
    private var waiting: Set<UInt64> = []

    init?() {
        guard let multi = MultiHandle() else { return nil }
        _ = ccurl_multi_set_long(multi.handle, CURLMOPT_MAXCONNECTS, 64)
        self.multi = multi
    }

    func nextIdentifier() -> UInt64 { identifiers.add(1, ordering: .relaxed).newValue }

    func submit(_ transfer: Transfer) {
        let isFirst = inbox.withLock { inbox in
            inbox.submitted.append(transfer)
            return inbox.submitted.count == 1
        }
        // The first one has woken the thread, or is about to.
        if isFirst { curl_multi_wakeup(multi.handle) }
    }

    /// Nothing happens where the transfer has ended; one not yet submitted ends at once when it is.
    func cancel(_ identifier: UInt64) {
        inbox.withLock { _ = $0.cancelled.insert(identifier) }
        curl_multi_wakeup(multi.handle)
    }

    private func makeRoom() {
        inbox.withLock { $0.hasRoom = true }
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
        for identifier in Array(active.keys) { remove(identifier)?.end(Self.cancelled) }
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
            transfer.end(Self.cancelled)
        }
        if inbox.hasRoom { resumeWaiting() }
        return !inbox.isStopped
    }

    /// Lets those go on that wait for room; who finds none waits again.
    private func resumeWaiting() {
        let resumed = waiting
        waiting = []
        for identifier in resumed {
            guard let transfer = active[identifier] else { continue }
            curl_easy_pause(transfer.easy.handle, CURLPAUSE_CONT)
        }
    }

    // MARK: Room for answers, asked for by transfers on this thread

    /// False: the transfer is to pause, and goes on when there is room.
    func takeRoom(_ count: Int, for identifier: UInt64) -> Bool {
        if budget.take(count, for: identifier) { return true }
        waiting.insert(identifier)
        return false
    }

    func lease(_ count: Int, of identifier: UInt64) -> ResponseLease {
        budget.lease(count, of: identifier) { [self] in makeRoom() }
    }

    func abandonRoom(_ count: Int, of identifier: UInt64) {
        if budget.abandon(count, of: identifier) { makeRoom() }
    }

    // MARK: The end of transfers

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
