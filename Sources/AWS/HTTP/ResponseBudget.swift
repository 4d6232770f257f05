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
        /// Somebody found no room, and waits for a release.
        var isAwaited = false

        /// Whether somebody waited for it.
        mutating func release(_ count: Int) -> Bool {
            held -= count
            defer { isAwaited = false }
            return isAwaited
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: in bytes.
    init(limit: Int) { self.limit = limit }

    /// Whether the transfer may hold so many bytes more; if not, it is to wait for a release.
    func take(_ count: Int, for transfer: UInt64) -> Bool {
        state.withLock { state in
            if state.held + count > limit, state.leader != transfer {
                guard state.leader == nil, state.complete == 0 else {
                    state.isAwaited = true
                    return false
                }
                state.leader = transfer
            }
            state.held += count
            return true
        }
    }

    /// The transfer is complete; its bytes are held until the lease is let go.
    ///
    /// - Parameter onRelease: called where somebody waits for room.
    func lease(_ count: Int, of transfer: UInt64, onRelease: @escaping @Sendable () -> Void) -> ResponseLease
    {
        state.withLock { state in
            state.complete += 1
            if state.leader == transfer { state.leader = nil }
        }
        return ResponseLease { [self] in
            let isAwaited = state.withLock { state in
                state.complete -= 1
                return state.release(count)
            }
            if isAwaited { onRelease() }
        }
    }

    /// The transfer has failed; nothing of it is held any more. Whether somebody waits for room.
    func abandon(_ count: Int, of transfer: UInt64) -> Bool {
        state.withLock { state in
            if state.leader == transfer { state.leader = nil }
            return state.release(count)
        }
    }
}

/// Keeps an answer's bytes counted as held, until nobody refers to it any more.
package final class ResponseLease: Sendable {
    private let release: @Sendable () -> Void

    fileprivate init(_ release: @escaping @Sendable () -> Void) { self.release = release }

    deinit { release() }
}
