package import Records

/// The sources of credentials in the order that AWS users expect; the first that has keys gives them.
///
/// Source: "Standardized credential providers" in the AWS SDKs and Tools reference guide, in the
/// AWS CLI's order.
package struct CredentialChain: CredentialProvider {
    private let sources: [any CredentialSource]

    /// All sources, as the configuration's profile and environment have them.
    init(_ context: CredentialContext) {
        let configuration = context.configuration
        let profile = configuration.profile
        sources = [
            EnvironmentKeys(configuration),
            AssumedRole(profile, context),
            WebIdentity(profile, context, environment: configuration.hasProfileFlag ? nil : configuration),
            SingleSignOn(profile, context),
            ProfileKeys(profile, .credentials),
            CredentialProcess(profile),
            ProfileKeys(profile, .config),
            ContainerCredentials(context),
            InstanceMetadata(context),
        ]
    }

    /// The sources that another profile can name with `source_profile`: the profile's own.
    ///
    /// - Parameter path: the profiles that led here; a role may not be assumed by way of itself.
    init(sourceProfile profile: Profile, _ context: CredentialContext, path: [String]) {
        sources = [
            AssumedRole(profile, context, path: path),
            WebIdentity(profile, context, environment: nil),
            SingleSignOn(profile, context),
            ProfileKeys(profile, .credentials),
            CredentialProcess(profile),
            ProfileKeys(profile, .config),
        ]
    }

    init(_ sources: [any CredentialSource]) { self.sources = sources }

    package func credentials() async throws(Failure) -> Credentials {
        do {
            return try await load()
        } catch {
            throw Failure(error.status, "no AWS credentials (\(error.reason))", advice: error.advice)
        }
    }

    /// - Throws: a refusal whose reason lists what each source said.
    func load() async throws(CredentialRefusal) -> Credentials {
        var said: [String] = []
        for source in sources {
            do {
                switch try await source.load() {
                case .found(let keys): return keys
                case .none(let reason): said.append("\(source.name): \(reason)")
                }
            } catch {
                said.append("\(source.name): \(error.reason)")
                var refusal = CredentialRefusal(said.joined(separator: "; "), advice: error.advice)
                refusal.status = error.status
                throw refusal
            }
        }
        throw CredentialRefusal(
            said.joined(separator: "; "),
            advice:
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with --profile or AWS_PROFILE"
        )
    }
}
