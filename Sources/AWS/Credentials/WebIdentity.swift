import Records

/// A token of somebody whom the account trusts, such as a Kubernetes cluster or a CI service,
/// exchanged for keys of a role.
struct WebIdentity: CredentialSource {
    let name = "web identity"
    private let profile: Profile
    private let context: CredentialContext
    /// Whose variables come before the profile's keys; none for a profile that another one names.
    private let environment: Configuration?

    init(_ profile: Profile, _ context: CredentialContext, environment: Configuration?) {
        self.profile = profile
        self.context = context
        self.environment = environment
    }

    func load() async throws(CredentialRefusal) -> CredentialAnswer {
        guard let path = value("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else {
            return .none("no AWS_WEB_IDENTITY_TOKEN_FILE, and no web_identity_token_file in the profile")
        }
        guard let role = value("AWS_ROLE_ARN", "role_arn") else {
            throw CredentialRefusal("there is a token file, but neither AWS_ROLE_ARN nor role_arn")
        }
        // Read each time: whoever gave the token renews it.
        let token = try readSecret(context.configuration.profiles.expanded(path))
        let session =
            value("AWS_ROLE_SESSION_NAME", "role_session_name") ?? SecurityTokenService.sessionName()
        return .found(
            try await SecurityTokenService(context).assumeRole(role, session: session, token: token))
    }

    private func value(_ variable: String, _ key: String) -> String? {
        environment?.variable(variable) ?? profile[key]
    }
}

/// The one line of a file that holds a token.
func readSecret(_ path: String) throws(CredentialRefusal) -> String {
    do {
        let reader = LineReader(try File.reading(path))
        if let text = try reader.next()?.text {
            let token = String(decoding: text, as: UTF8.self).trimmingBlanks()
            if !token.isEmpty { return token }
        }
    } catch {
        throw CredentialRefusal(error.message)
    }
    throw CredentialRefusal("\(escaped(path)) holds no token")
}
