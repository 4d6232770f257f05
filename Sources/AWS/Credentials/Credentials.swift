package import Records

/// A pair of keys, perhaps for a session only.
package struct Credentials: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package let accessKeyID: String
    package let secretAccessKey: String
    package let sessionToken: String?
    /// When the keys end; nil for keys that do not.
    package let expiration: UTCTime?

    package init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: UTCTime? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }

    /// Printing one must not leak it.
    package var description: String { "Credentials" }
    package var debugDescription: String { description }
}

/// Gives the keys that requests are signed with.
package protocol CredentialProvider: Sendable {
    /// - Throws: a failure that says which sources were looked at and what each said; status 77,
    ///   or that of the trouble on the way to a source.
    func credentials() async throws(Failure) -> Credentials
}

/// The same keys always.
package struct FixedCredentials: CredentialProvider {
    private let keys: Credentials

    package init(_ keys: Credentials) { self.keys = keys }

    package func credentials() async throws(Failure) -> Credentials { keys }
}
