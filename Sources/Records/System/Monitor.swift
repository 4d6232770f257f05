#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A mutex with a condition, for threads that take turns.
package final class Monitor: @unchecked Sendable {
    // @unchecked: both pointers are made once, freed once, and only handed to pthread calls.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    package init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    package func locked<Result, Failure: Error>(
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Within `locked`: sleeps until somebody announces a change and the condition holds.
    package func wait(until condition: () -> Bool) {
        while !condition() { pthread_cond_wait(self.condition, mutex) }
    }

    /// Within `locked`.
    package func announce() { pthread_cond_broadcast(condition) }
}
