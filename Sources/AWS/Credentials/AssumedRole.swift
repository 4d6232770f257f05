import Records

/// A profile with `role_arn`: the role is assumed with the keys that `source_profile` or
/// `credential_source` gives.
struct AssumedRole: CredentialSource {
    private let profile: Profile
    private let context: CredentialContext
    private let path: [String]

    init(_ profile: Profile, _ context: CredentialContext, path: [String] = []) {
        self.profile = profile
        self.context = context
        self.path = path
    }

    var name: String { "role of profile \(escaped(profile.name))" }

    func load() async throws(CredentialRefusal) -> CredentialAnswer {
        guard !profile.sections.isEmpty || !context.configuration.isProfileNamed else {
            throw CredentialRefusal("there is no such profile")
        }
        guard let role = profile["role_arn"] else { return .none("no role_arn") }
        guard profile["web_identity_token_file"] == nil else { return .none("it has a web identity") }
        guard profile["mfa_serial"] == nil else {
            throw CredentialRefusal(
                "it wants a code from \(escaped(profile["mfa_serial"] ?? "")), and there is nobody to ask",
                advice: "give the keys that `aws configure export-credentials` prints in the environment")
        }
        let seconds = try duration()
        let keys = try await sourceKeys()
        let session = profile["role_session_name"] ?? SecurityTokenService.sessionName()
        return .found(
            try await SecurityTokenService(context).assumeRole(
                role, session: session, externalID: profile["external_id"], seconds: seconds, with: keys))
    }

    private func duration() throws(CredentialRefusal) -> Int? {
        guard let text = profile["duration_seconds"] else { return nil }
        guard let seconds = Int(text), seconds >= 900 else {
            throw CredentialRefusal("duration_seconds is no number of 900 or more")
        }
        return seconds
    }

    private func sourceKeys() async throws(CredentialRefusal) -> Credentials {
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let source?, nil): return try await keys(ofProfile: source)
        case (nil, let source?): return try await keys(of: source)
        default:
            throw CredentialRefusal(
                "role_arn wants either source_profile or credential_source, or web_identity_token_file")
        }
    }

    private func keys(ofProfile name: String) async throws(CredentialRefusal) -> Credentials {
        let source = context.configuration.profiles[name]
        guard !source.sections.isEmpty else {
            throw CredentialRefusal("its source_profile \(escaped(name)) was not found")
        }
        // Keys come before a role, as in the AWS CLI: a profile may lend its own keys to its own role.
        if source.hasKeys || name == profile.name {
            return try await CredentialChain([
                ProfileKeys(source, .credentials), ProfileKeys(source, .config),
            ]).load()
        }
        guard !path.contains(name) else {
            throw CredentialRefusal("its source_profile \(escaped(name)) leads back to itself")
        }
        return try await CredentialChain(sourceProfile: source, context, path: path + [profile.name]).load()
    }

    private func keys(of source: String) async throws(CredentialRefusal) -> Credentials {
        let found: any CredentialSource
        switch source.lowercased() {
        case "environment": found = EnvironmentKeys(context.configuration, isNamed: true)
        case "ec2instancemetadata": found = InstanceMetadata(context)
        case "ecscontainer": found = ContainerCredentials(context)
        default:
            throw CredentialRefusal(
                "credential_source is none of Environment, Ec2InstanceMetadata, EcsContainer")
        }
        return try await CredentialChain([found]).load()
    }
}
