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

extension UTCTime {
    /// When keys or a token end, as AWS's programs write it: with "Z", with "UTC" in older files, or with
    /// an offset, as `aws configure export-credentials` does.
    init?(end text: String) {
        for zone in ["Z", "UTC"] where text.hasSuffix(zone) {
            self.init(iso8601: text.dropLast(zone.count) + "Z")
            return
        }
        let offset = text.suffix(6)
        guard let sign = offset.first, "+-".contains(sign), offset.dropFirst(3).first == ":",
            let hours = Int(offset.dropFirst().prefix(2)), let minutes = Int(offset.suffix(2)),
            (0...23).contains(hours), (0...59).contains(minutes),
            let local = UTCTime(iso8601: text.dropLast(6) + "Z")
        else { return nil }
        let seconds = (hours * 60 + minutes) * 60
        self = local.adding(seconds: sign == "-" ? seconds : -seconds)
    }
}
