import Records
import Synchronization

/// When and after how long a call is made again: the SDKs' standard mode.
///
/// Source: "Retry behavior" in the AWS SDKs and Tools reference guide.
package final class RetryPolicy: Sendable {
    /// Attempts in all, the first included.
    package let maxAttempts: Int
    /// What is left for retries, so that a service in trouble is not stormed.
    private let tokens = Mutex(500)

    package init(maxAttempts: Int = 3) { self.maxAttempts = maxAttempts }

    /// What a first try that succeeded gives back.
    func succeeded(attempt: Int) {
        if attempt == 1 { tokens.withLock { $0 = min(500, $0 + 1) } }
    }

    /// Seconds to wait before the next attempt, or nil where there is to be none.
    ///
    /// - Parameters:
    ///   - attempt: of the one that failed, from 1.
    ///   - wanted: what the answer asked for, in seconds.
    ///   - random: in 0..<1.
    func delay(after error: AWSError, attempt: Int, wanted: Double?, random: Double) -> Double? {
        guard error.isRetryable, attempt < maxAttempts else { return nil }
        let cost = error.httpStatus == nil ? 10 : 5
        let isPaid = tokens.withLock { tokens in
            guard tokens >= cost else { return false }
            tokens -= cost
            return true
        }
        guard isPaid else { return nil }
        return max(Self.backoff(before: attempt + 1, random: random), min(wanted ?? 0, 60))
    }

    /// Full jitter: somewhere between nothing and 1, 2, 4, … 20 seconds.
    static func backoff(before attempt: Int, random: Double) -> Double {
        random * min(Double(1 << min(max(attempt - 2, 0), 5)), 20)
    }
}
