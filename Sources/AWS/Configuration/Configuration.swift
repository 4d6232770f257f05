package import Records

/// What flags, environment and profile say, in that order of precedence.
package struct Configuration: Sendable {
    /// The profile in use.
    let profile: Profile
    let profiles: Profiles
    /// The profile was named by `--profile`.
    let hasProfileFlag: Bool
    private let regionFlag: String?
    private let endpointFlag: Endpoint?
    private let environment: [String: String]

    package init(
        region: String?, profile: String?, endpoint: Endpoint?,
        environment: [String: String] = System.environment()
    ) {
        regionFlag = region
        endpointFlag = endpoint
        hasProfileFlag = profile?.isEmpty == false
        self.environment = environment
        let variable = { Self.variable($0, in: environment) }
        profiles = Profiles(variable: variable)
        self.profile = profiles[hasProfileFlag ? profile ?? "" : variable("AWS_PROFILE") ?? "default"]
    }

    /// The profile was named, by whatever means: then it must be there.
    var isProfileNamed: Bool { hasProfileFlag || variable("AWS_PROFILE") != nil }

    // MARK: Values

    /// An environment variable; an empty one counts as unset.
    package func variable(_ name: String) -> String? { Self.variable(name, in: environment) }

    private static func variable(_ name: String, in environment: [String: String]) -> String? {
        guard let value = environment[name]?.trimmingBlanks(), !value.isEmpty else { return nil }
        return value
    }

    /// The variable's value, else that of the profile's key, where it has one.
    func value(_ variable: String, _ key: String? = nil) -> String? {
        self.variable(variable) ?? key.flatMap { profile[$0] }
    }

    func isTrue(_ variable: String, _ key: String? = nil) -> Bool {
        value(variable, key)?.lowercased() == "true"
    }

    /// A number of 1 or more.
    ///
    /// - Throws: status 78 where there is something else.
    func count(_ variable: String, _ key: String, standard: Int) throws(Failure) -> Int {
        guard let text = value(variable, key) else { return standard }
        guard let number = Int(text), number >= 1 else {
            throw Failure(.configuration, "\(variable) (\(key) in the profile) is no number of 1 or more")
        }
        return number
    }

    // MARK: Region and endpoint

    /// The region that the user named, if any.
    package var region: String? { regionFlag ?? environmentRegion }

    /// Without the flag, which some rules put before what they derive and others after.
    package var environmentRegion: String? {
        variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? profile["region"]
    }

    package var explicitRegion: String? { regionFlag }

    /// Where the service is in the region.
    ///
    /// - Throws: status 78 where the configuration contradicts itself.
    func resolve(_ service: Service, region: String) throws(Failure) -> ServiceEndpoint {
        try endpointRules().endpoint(of: service, region: region, custom: try endpoint(for: service))
    }

    /// - Throws: status 78 for a value of AWS_STS_REGIONAL_ENDPOINTS that is none.
    func endpointRules() throws(Failure) -> EndpointRules {
        let global = try choice(
            "AWS_STS_REGIONAL_ENDPOINTS", "sts_regional_endpoints", of: ["regional", "legacy"])
        return EndpointRules(
            usesFIPS: isTrue("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            usesDualStack: isTrue("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
            usesGlobalSTS: global == "legacy")
    }

    /// The endpoint that the user named for the service, if any.
    ///
    /// - Throws: status 78 where a variable holds no URL.
    package func endpoint(for service: Service) throws(Failure) -> Endpoint? {
        if service.takesEndpointFlag, let endpointFlag { return endpointFlag }
        if isTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") { return nil }
        let own = "AWS_ENDPOINT_URL_\(service.name.uppercased())"
        let services = profile["services"].flatMap { profiles.section("services", $0) }
        for (name, value) in [
            (own, variable(own)), ("AWS_ENDPOINT_URL", variable("AWS_ENDPOINT_URL")),
            (
                "the endpoint_url of \(service.name) in the profile's services",
                services?["\(service.name).endpoint_url"]
            ),
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

    // MARK: Transfers

    /// Unless only required ones are wanted, which none of ours is.
    var wantsRequestChecksum: Bool {
        value("AWS_REQUEST_CHECKSUM_CALCULATION", "request_checksum_calculation")?.lowercased()
            != "when_required"
    }
    var wantsResponseChecksum: Bool {
        value("AWS_RESPONSE_CHECKSUM_VALIDATION", "response_checksum_validation")?.lowercased()
            != "when_required"
    }

    func transportSettings() -> TransportSettings {
        var settings = TransportSettings(userAgent: "s3-event-writer/\(version)")
        if let name = value("AWS_SDK_UA_APP_ID", "sdk_ua_app_id") {
            settings.userAgent += " app/" + Self.productToken(name)
        }
        settings.caBundle = value("AWS_CA_BUNDLE", "ca_bundle").map { profiles.expanded($0) }
        // libcurl reads the other proxy variables itself. This one it leaves to web servers, where
        // it could be a header of a request; here it is a variable like any other.
        if variable("http_proxy") == nil { settings.httpProxy = variable("HTTP_PROXY") }
        return settings
    }

    /// Standard mode's under every name: the SDKs' other modes differ in nothing that a few
    /// requests a second would show.
    func retryPolicy() throws(Failure) -> RetryPolicy {
        _ = try choice("AWS_RETRY_MODE", "retry_mode", of: ["standard", "legacy", "adaptive"])
        return RetryPolicy(maxAttempts: try count("AWS_MAX_ATTEMPTS", "max_attempts", standard: 3))
    }

    private func choice(_ variable: String, _ key: String, of choices: [String]) throws(Failure) -> String? {
        guard let text = value(variable, key)?.lowercased() else { return nil }
        guard choices.contains(text) else {
            throw Failure(
                .configuration,
                "\(variable) (\(key) in the profile) is none of \(choices.joined(separator: ", "))")
        }
        return text
    }

    /// At most 50 characters of those that a token in HTTP may have.
    private static func productToken(_ text: String) -> String {
        let bytes = text.utf8.prefix(50).map { Encoding.isUnreserved($0) ? $0 : UInt8(ascii: "-") }
        return String(decoding: bytes, as: UTF8.self)
    }
}
