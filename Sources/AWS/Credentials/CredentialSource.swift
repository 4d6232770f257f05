import Records

/// One of the places where keys can come from.
protocol CredentialSource: Sendable {
    /// For messages, such as "environment".
    var name: String { get }

    /// - Throws: where the source is configured but has no keys to give: then no other is asked.
    func load() async throws(CredentialRefusal) -> CredentialAnswer
}

enum CredentialAnswer: Sendable {
    case found(Credentials)
    /// The source is not configured, or not there; why.
    case none(String)
}

/// A source that is configured, and gave nothing.
struct CredentialRefusal: Error {
    /// Without any secret.
    let reason: String
    var advice: String?
    var status = ExitStatus.accessDenied

    init(_ reason: String, advice: String? = nil) {
        self.reason = reason
        self.advice = advice
    }

    /// A call that a source made and that failed: what may work later keeps its status, all else
    /// is a refusal.
    init(_ error: AWSError, advice: String? = nil) {
        self.init(error.message, advice: advice ?? error.advice)
        if error.isRetryable || error.status == .unavailable { status = error.status }
    }
}

/// What sources need to do their work.
struct CredentialContext: Sendable {
    let configuration: Configuration
    let http: any HTTPSender
    let retry: RetryPolicy

    /// Makes calls that are signed with these keys, or not at all.
    func client(_ keys: Credentials?) -> Client {
        Client(http, credentials: keys.map(FixedCredentials.init), retry: retry)
    }

    /// The region that services are asked in; one that has them all where none was named.
    var region: String { configuration.region ?? "us-east-1" }
}
