import Records

/// The keys that stand in one of a profile's two sections.
struct ProfileKeys: CredentialSource {
    private let profile: Profile
    private let kind: Profile.Kind

    init(_ profile: Profile, _ kind: Profile.Kind) {
        self.profile = profile
        self.kind = kind
    }

    var name: String {
        "profile \(escaped(profile.name)) in the \(kind == .credentials ? "credentials" : "config") file"
    }

    func load() throws(CredentialRefusal) -> CredentialAnswer {
        guard let section = profile.section(kind) else { return .none("not found") }
        switch (section.values["aws_access_key_id"], section.values["aws_secret_access_key"]) {
        case (let id?, let secret?):
            return .found(
                Credentials(
                    accessKeyID: id, secretAccessKey: secret,
                    sessionToken: section.values["aws_session_token"]
                ))
        case (nil, nil): return .none("no keys")
        default: throw CredentialRefusal("only one of the two keys is in \(escaped(section.file))")
        }
    }
}
