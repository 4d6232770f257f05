/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
struct EnvironmentKeys: CredentialSource {
    let name = "environment"
    private let configuration: Configuration
    private let isNamed: Bool

    /// - Parameter isNamed: a profile names them as the source of its keys, which `--profile` does not
    ///   take out.
    init(_ configuration: Configuration, isNamed: Bool = false) {
        self.configuration = configuration
        self.isNamed = isNamed
    }

    func load() -> CredentialAnswer {
        guard isNamed || !configuration.hasProfileFlag else {
            return .none("left out, since --profile was given")
        }
        guard let id = configuration.variable("AWS_ACCESS_KEY_ID"),
            let secret = configuration.variable("AWS_SECRET_ACCESS_KEY")
        else { return .none("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set") }
        return .found(
            Credentials(
                accessKeyID: id, secretAccessKey: secret,
                sessionToken: configuration.variable("AWS_SESSION_TOKEN")))
    }
}
