import Synchronization

/// Bounds the bytes of answers that are held at a time: those that are arriving, and those that
/// have arrived and are not let go yet. What does not fit waits on its connection.
///
/// One arriving answer may go beyond the bound when nothing else could ever make room: then all
/// that is held belongs to answers that are not complete.
final class ResponseBudget: Sendable {
    private struct State {
        var held = 0
        /// Answers that have arrived: whoever has them will let them go.
        var complete = 0
        /// The transfer that may go beyond the bound.
        var leader: UInt64?
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: in bytes.
    init(limit: Int) { self.limit = limit }

    /// Whether the transfer may hold so many bytes more; if not, it is to wait for a release.
    func take(_ count: Int, for transfer: UInt64) -> Bool {
        state.withLock { state in
            if state.held + count > limit, state.leader != transfer {
                guard state.leader == nil, state.complete == 0 else { return false }
                state.leader = transfer
            }
            state.held += count
            return true
        }
    }

    /// The transfer is complete; its bytes are held until the lease is let go.
    func lease(_ count: Int, of transfer: UInt64, onRelease: @escaping @Sendable () -> Void) -> ResponseLease
    {
        state.withLock { state in
            state.complete += 1
            if state.leader == transfer { state.leader = nil }
        }
        return ResponseLease { [self] in
            state.withLock { state in
                state.complete -= 1
                state.held -= count
            }
            onRelease()
        }
    }

    /// The transfer has failed; nothing of it is held any more.
    func abandon(_ count: Int, of transfer: UInt64) {
        state.withLock { state in
            state.held -= count
            if state.leader == transfer { state.leader = nil }
        }
    }
}

/// Keeps an answer's bytes counted as held, until nobody refers to it any more.
package final class ResponseLease: Sendable {
    private let release: @Sendable () -> Void

    fileprivate init(_ release: @escaping @Sendable () -> Void) { self.release = release }

    deinit { release() }
}
