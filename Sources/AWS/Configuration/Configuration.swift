package import Records

/// What flags, environment and profile say, in that order of precedence.
package struct Configuration: Sendable {
    package enum Service: String, Sendable { case sqs, s3 }

    /// The profile in use: its name, and its sections with the file each stands in.
    struct Profile: Sendable {
        let name: String
        let sections: [(file: String, values: [String: String])]

        subscript(key: String) -> String? { sections.lazy.compactMap { $0.values[key] }.first }
    }

    let profileFlag: String?
    let profile: Profile
    private let regionFlag: String?
    private let endpointFlag: Endpoint?
    private let environment: [String: String]

    package init(
        region: String?, profile: String?, endpoint: Endpoint?,
        environment: [String: String] = System.environment()
    ) {
        regionFlag = region
        endpointFlag = endpoint
        profileFlag = profile
        self.environment = environment
        self.profile = Self.readProfile(profile, environment)
    }

    /// An environment variable; an empty one counts as unset.
    package func variable(_ name: String) -> String? { Self.variable(name, in: environment) }

    private static func variable(_ name: String, in environment: [String: String]) -> String? {
        guard let value = environment[name]?.trimmingBlanks(), !value.isEmpty else { return nil }
        return value
    }

    // MARK: Region and endpoint

    /// The region that the user named, if any.
    package var region: String? { regionFlag ?? environmentRegion }

    /// Without the flag, which some rules put before what they derive and others after.
    package var environmentRegion: String? {
        variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? profile["region"]
    }

    package var explicitRegion: String? { regionFlag }

    /// The endpoint that the user named for the service, if any.
    ///
    /// - Throws: status 78 where a variable holds no URL.
    package func endpoint(for service: Service) throws(Failure) -> Endpoint? {
        if let endpointFlag { return endpointFlag }
        if variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.lowercased() == "true" { return nil }
        let own = "AWS_ENDPOINT_URL_\(service.rawValue.uppercased())"
        for (name, value) in [
            (own, variable(own)), ("AWS_ENDPOINT_URL", variable("AWS_ENDPOINT_URL")),
            ("the profile's endpoint_url", profile["endpoint_url"]),
        ] {
            guard let value else { continue }
            guard let endpoint = Endpoint(value) else {
                throw Failure(.configuration, "\(name) is no http or https URL")
            }
            return endpoint
        }
        return nil
    }

    /// The domain under which a region's services are.
    static func domain(of region: String) -> String {
        switch true {
        case region.hasPrefix("cn-"): "amazonaws.com.cn"
        case region.hasPrefix("us-iso-"): "c2s.ic.gov"
        case region.hasPrefix("us-isob-"): "sc2s.sgov.gov"
        default: "amazonaws.com"
        }
    }

    // MARK: Checksums

    /// Unless only required ones are wanted, which none of ours is.
    var wantsRequestChecksum: Bool {
        isWanted("AWS_REQUEST_CHECKSUM_CALCULATION", "request_checksum_calculation")
    }
    var wantsResponseChecksum: Bool {
        isWanted("AWS_RESPONSE_CHECKSUM_VALIDATION", "response_checksum_validation")
    }

    private func isWanted(_ name: String, _ key: String) -> Bool {
        (variable(name) ?? profile[key])?.lowercased() != "when_required"
    }

    // MARK: The client

    /// A client with the transport, retries and credentials that are configured.
    package func client() throws(Failure) -> Client {
        var settings = TransportSettings(userAgent: "s3-event-writer/\(version)")
        settings.caBundle = variable("AWS_CA_BUNDLE") ?? profile["ca_bundle"]
        let attempts = try maxAttempts()
        return Client(
            transport: try Transport(settings), credentials: CredentialChain(self),
            retry: RetryPolicy(maxAttempts: attempts))
    }

    private func maxAttempts() throws(Failure) -> Int {
        guard let text = variable("AWS_MAX_ATTEMPTS") ?? profile["max_attempts"] else { return 3 }
        guard let number = Int(text), number >= 1 else {
            throw Failure(.configuration, "AWS_MAX_ATTEMPTS is no number of 1 or more")
        }
        return number
    }

    private static func readProfile(_ given: String?, _ environment: [String: String]) -> Profile {
        let name =
            given.flatMap { $0.isEmpty ? nil : $0 } ?? variable("AWS_PROFILE", in: environment) ?? "default"
        let home = environment["HOME"] ?? ""
        func file(_ name: String, _ standard: String) -> String {
            let path = variable(name, in: environment) ?? standard
            return path.hasPrefix("~/") ? home + path.dropFirst() : path
        }
        let credentials = file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
        let config = file("AWS_CONFIG_FILE", "~/.aws/config")
        var sections: [(String, [String: String])] = []
        if let values = ProfileFile(path: credentials).sections[name] {
            sections.append((credentials, values))
        }
        let configured = ProfileFile(path: config).sections
        let section = configured["profile \(name)"] ?? (name == "default" ? configured["default"] : nil)
        if let section { sections.append((config, section)) }
        return Profile(name: name, sections: sections)
    }
}
