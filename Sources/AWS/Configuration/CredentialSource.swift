package import Records

/// Where keys come from.
package protocol CredentialSource: Sendable {
    /// - Throws: a failure that says which sources were looked at and what each said; status 77.
    func credentials() async throws(Failure) -> Credentials
}

/// Asks the environment, then the profile, in the order that AWS users expect.
package struct CredentialChain: CredentialSource {
    private let configuration: Configuration

    package init(_ configuration: Configuration) { self.configuration = configuration }

    package func credentials() async throws(Failure) -> Credentials {
        var said: [String] = []
        if configuration.profileFlag == nil {
            if let found = fromEnvironment { return found }
            said.append("environment: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set")
        } else {
            said.append("environment: left out, since --profile was given")
        }
        let profile = configuration.profile
        for (file, section) in profile.sections {
            if let found = keys(in: section) { return found }
            said.append("profile \(escaped(profile.name)) in \(escaped(file)): no keys")
        }
        if profile.sections.isEmpty { said.append("profile \(escaped(profile.name)): not found") }
        throw Failure(
            .accessDenied, "no AWS credentials (\(said.joined(separator: "; ")))",
            advice:
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile that has keys with --profile"
        )
    }

    private var fromEnvironment: Credentials? {
        guard let id = configuration.variable("AWS_ACCESS_KEY_ID"),
            let secret = configuration.variable("AWS_SECRET_ACCESS_KEY")
        else { return nil }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret,
            sessionToken: configuration.variable("AWS_SESSION_TOKEN"))
    }

    private func keys(in section: [String: String]) -> Credentials? {
        guard let id = section["aws_access_key_id"], let secret = section["aws_secret_access_key"] else {
            return nil
        }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: section["aws_session_token"])
    }
}
