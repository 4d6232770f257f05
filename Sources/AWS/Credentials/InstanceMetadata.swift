import Records

/// The role of the EC2 instance this runs on, by version 2 of its metadata service.
struct InstanceMetadata: CredentialSource {
    let name = "EC2 instance metadata"
    private let context: CredentialContext

    init(_ context: CredentialContext) { self.context = context }

    private static let tokenPath = "/latest/api/token"
    private static let rolePath = "/latest/meta-data/iam/security-credentials/"

    func load() async throws(CredentialRefusal) -> CredentialAnswer {
        guard !context.configuration.isTrue("AWS_EC2_METADATA_DISABLED") else {
            return .none("AWS_EC2_METADATA_DISABLED is set")
        }
        let endpoint = try endpoint()
        let server = try server()
        do throws(TransportError) {
            var ask = HTTPRequest(method: "PUT", endpoint: endpoint, path: Self.tokenPath)
            ask.headers = [("X-aws-ec2-metadata-token-ttl-seconds", "21600")]
            let answer = try await server.send(ask)
            guard answer.isSuccess, let token = Self.line(answer) else {
                return .none(
                    answer.status == 403
                        ? "access to it is switched off (HTTP 403)" : "no token (HTTP \(answer.status))")
            }
            func get(_ path: String) async throws(TransportError) -> HTTPResponse {
                var request = HTTPRequest(method: "GET", endpoint: endpoint, path: path)
                request.headers = [("X-aws-ec2-metadata-token", token)]
                return try await server.send(request)
            }
            let roles = try await get(Self.rolePath)
            guard roles.isSuccess, let role = Self.line(roles) else {
                return .none("the instance has no role (HTTP \(roles.status))")
            }
            let keys = try await get(Self.rolePath + role)
            guard keys.isSuccess, let found = MetadataServer.keys(keys) else {
                return .none("the instance's role gave no keys (HTTP \(keys.status))")
            }
            return .found(found)
        } catch {
            return .none("no answer from \(endpoint.authority) (\(error.reason))")
        }
    }

    private static func line(_ response: HTTPResponse) -> String? {
        let text = String(decoding: response.body, as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).first.map { $0.trimmingBlanks() }
    }

    private func server() throws(CredentialRefusal) -> MetadataServer {
        let configuration = context.configuration
        do {
            return MetadataServer(
                http: context.http,
                timeout: Double(
                    try configuration.count(
                        "AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", standard: 1)),
                attempts: try configuration.count(
                    "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", standard: 1))
        } catch {
            throw CredentialRefusal(error.message)
        }
    }

    private func endpoint() throws(CredentialRefusal) -> Endpoint {
        let configuration = context.configuration
        if let own = configuration.value(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint")
        {
            guard let endpoint = Endpoint(own) else {
                throw CredentialRefusal("AWS_EC2_METADATA_SERVICE_ENDPOINT is no http or https URL")
            }
            return endpoint
        }
        let mode = configuration.value(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode")
        switch mode?.lowercased() {
        case "ipv4", nil: return Endpoint(scheme: "http", host: "169.254.169.254")
        case "ipv6": return Endpoint(scheme: "http", host: "[fd00:ec2::254]")
        default: throw CredentialRefusal("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE is neither IPv4 nor IPv6")
        }
    }
}
