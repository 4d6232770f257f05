import Records

/// A service of AWS, by the name that variables and profiles have for it.
package struct Service: Sendable {
    /// As in AWS_ENDPOINT_URL_S3, and as a key of a profile's `services` section.
    let name: String
    /// In front of the region, in its hosts' names.
    let hostPrefix: String
    /// Whether `--endpoint-url` is meant for it: that is the tool's own service.
    let takesEndpointFlag: Bool

    init(_ name: String, hostPrefix: String? = nil, takesEndpointFlag: Bool = false) {
        self.name = name
        self.hostPrefix = hostPrefix ?? name
        self.takesEndpointFlag = takesEndpointFlag
    }

    package static let sqs = Service("sqs", takesEndpointFlag: true)
    package static let s3 = Service("s3", takesEndpointFlag: true)
    static let sts = Service("sts")
    static let sso = Service("sso", hostPrefix: "portal.sso")
    static let ssoOIDC = Service("sso_oidc", hostPrefix: "oidc")
}

/// Where requests go, and for which region they are signed.
struct ServiceEndpoint: Equatable, Sendable {
    let endpoint: Endpoint
    let signingRegion: String
}

/// The hosts of AWS's services.
///
/// Source: the endpoint rule sets that botocore publishes; their cases are among the tests.
struct EndpointRules: Sendable {
    var usesFIPS = false
    var usesDualStack = false
    /// AWS_STS_REGIONAL_ENDPOINTS=legacy: STS is asked at its one global host by the regions that
    /// were there before 2018.
    var usesGlobalSTS = false

    /// - Parameter custom: the endpoint that the user named, if any.
    /// - Throws: status 78 for a region that is no name of a host, and for what cannot go together.
    func endpoint(
        of service: Service, region: String, custom: Endpoint?
    ) throws(Failure) -> ServiceEndpoint {
        guard Self.isRegion(region) else {
            throw Failure(.configuration, "\(visible(region)) is no region")
        }
        let signingRegion = region == Self.global ? "us-east-1" : region
        if let custom {
            guard !usesFIPS, !usesDualStack else {
                let wanted = usesFIPS ? "a FIPS endpoint" : "a dual-stack endpoint"
                throw Failure(
                    .configuration, "\(wanted) cannot be had with a custom one for \(service.name)",
                    advice: "unset one of AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT and the endpoint")
            }
            return ServiceEndpoint(endpoint: custom, signingRegion: signingRegion)
        }
        if isGlobal(service, region) {
            return ServiceEndpoint(
                endpoint: Endpoint(host: "\(service.hostPrefix).amazonaws.com"), signingRegion: "us-east-1")
        }
        let host =
            service.name == Service.s3.name
            ? try s3Host(signingRegion) : host(service, signingRegion)
        return ServiceEndpoint(endpoint: Endpoint(host: host), signingRegion: signingRegion)
    }

    private func host(_ service: Service, _ region: String) -> String {
        let partition = Partition.of(region: region)
        let wantsFIPSHost = usesFIPS && (usesDualStack || !partition.isAllFIPS)
        let domain = usesDualStack ? partition.dualStackDomain : partition.domain
        return "\(service.hostPrefix)\(wantsFIPSHost ? "-fips" : "").\(region).\(domain)"
    }

    private func s3Host(_ region: String) throws(Failure) -> String {
        let partition = Partition.of(region: region)
        guard !usesFIPS || partition.hasS3FIPS else {
            throw Failure(.configuration, "S3 has no FIPS endpoint in \(region)")
        }
        return
            "s3\(usesFIPS ? "-fips" : "")\(usesDualStack ? ".dualstack" : "").\(region).\(partition.domain)"
    }

    // MARK: Regions

    /// What the SDKs call the region of services that have none.
    private static let global = "aws-global"

    private func isGlobal(_ service: Service, _ region: String) -> Bool {
        guard !usesFIPS, !usesDualStack else { return false }
        return region == Self.global
            || usesGlobalSTS && service.name == Service.sts.name && Self.oldRegions.contains(region)
    }

    private static let oldRegions: Set<String> = [
        "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1",
        "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2",
        "us-west-1", "us-west-2",
    ]

    /// It becomes a part of the host that signed requests are sent to.
    static func isRegion(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
            && text.utf8.allSatisfy {
                Ascii.isDigit($0) || (0x61...0x7a).contains($0) || (0x41...0x5a).contains($0)
                    || $0 == UInt8(ascii: "-")
            }
    }
}
