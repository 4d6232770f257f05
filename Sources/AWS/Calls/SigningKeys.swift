import Synchronization

/// The key that signatures were made with last. It holds for a day, and making it is most of a signature's work.
package final class SigningKeys: Sendable {
    private struct Last {
        let secret: String
        let scope: [String]
        let key: [UInt8]
    }

    private let last = Mutex<Last?>(nil)

    package init() {}

    /// - Parameter scope: day, region, service and "aws4_request".
    func key(of secret: String, scope: [String]) -> [UInt8] {
        last.withLock { last in
            if let last, last.scope == scope, last.secret == secret { return last.key }
            let key = scope.reduce(Array("AWS4\(secret)".utf8)) { Digest.hmacSHA256(key: $0, $1) }
            last = Last(secret: secret, scope: scope, key: key)
            return key
        }
    }
}
