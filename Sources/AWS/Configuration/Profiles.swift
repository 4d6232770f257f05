import Records

/// A profile: its name, and its sections with the file each stands in.
struct Profile: Sendable {
    enum Kind: Sendable { case credentials, config }

    struct Section: Sendable {
        let kind: Kind
        let file: String
        let values: [String: String]
    }

    let name: String
    /// That of the credentials file first: it comes before the other.
    let sections: [Section]

    subscript(key: String) -> String? { sections.lazy.compactMap { $0.values[key] }.first }

    /// At least half a pair of them.
    var hasKeys: Bool { self["aws_access_key_id"] != nil || self["aws_secret_access_key"] != nil }

    func section(_ kind: Kind) -> Section? { sections.first { $0.kind == kind } }
}

/// The user's two files of profiles.
struct Profiles: Sendable {
    /// The directory in which the AWS CLI keeps what it knows, such as tokens.
    let home: String
    private let credentials: (path: String, sections: [String: [String: String]])
    private let config: (path: String, sections: [String: [String: String]])

    /// - Parameter variable: gives the environment's variables.
    init(variable: (String) -> String?) {
        let home = variable("HOME") ?? ""
        func file(_ name: String, _ standard: String) -> (String, [String: [String: String]]) {
            let path = Self.expanded(variable(name) ?? standard, home)
            return (path, ProfileFile(path: path).sections)
        }
        self.home = home
        credentials = file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
        config = file("AWS_CONFIG_FILE", "~/.aws/config")
    }

    /// The profile of this name; without sections where there is none.
    subscript(name: String) -> Profile {
        let configured =
            config.sections["profile \(name)"] ?? (name == "default" ? config.sections["default"] : nil)
        return Profile(
            name: name,
            sections: [
                credentials.sections[name].map {
                    Profile.Section(kind: .credentials, file: credentials.path, values: $0)
                },
                configured.map { Profile.Section(kind: .config, file: config.path, values: $0) },
            ].compactMap { $0 })
    }

    /// A section that profiles refer to, such as `[services NAME]` or `[sso-session NAME]`.
    func section(_ kind: String, _ name: String) -> [String: String]? { config.sections["\(kind) \(name)"] }

    /// A path with the home directory in the place of a leading `~`.
    func expanded(_ path: String) -> String { Self.expanded(path, home) }

    private static func expanded(_ path: String, _ home: String) -> String {
        path.hasPrefix("~/") ? home + path.dropFirst() : path
    }
}
