import Records

/// The role of the task or pod this runs in: Amazon ECS, EKS Pod Identity and their like.
struct ContainerCredentials: CredentialSource {
    let name = "container"
    private let context: CredentialContext

    init(_ context: CredentialContext) { self.context = context }

    func load() async throws(CredentialRefusal) -> CredentialAnswer {
        guard let (endpoint, target) = try address() else {
            return .none("no AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or AWS_CONTAINER_CREDENTIALS_FULL_URI")
        }
        var request = HTTPRequest(method: "GET", endpoint: endpoint, path: target.path)
        request.query = target.query
        request.headers = [("Accept", "application/json")]
        if let token = try token() { request.headers.append(("Authorization", token)) }
        let answer: HTTPResponse
        do {
            answer = try await MetadataServer(http: context.http, timeout: 2, attempts: 3).send(request)
        } catch {
            var refusal = CredentialRefusal("no answer from \(endpoint.authority) (\(error.reason))")
            refusal.status = .unavailable
            throw refusal
        }
        guard answer.isSuccess, let keys = MetadataServer.keys(answer) else {
            var refusal = CredentialRefusal("\(endpoint.authority) gave no keys (HTTP \(answer.status))")
            if answer.status >= 500 { refusal.status = .unavailable }
            if answer.status == 429 { refusal.status = .tryAgain }
            throw refusal
        }
        return .found(keys)
    }

    /// Read each time: the file's token is renewed.
    private func token() throws(CredentialRefusal) -> String? {
        if let path = context.configuration.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            return try oneLine(readSecret(path), of: escaped(path))
        }
        let name = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
        return try context.configuration.variable(name).map { value throws(CredentialRefusal) in
            try oneLine(value, of: name)
        }
    }

    /// What follows the end of a line would be a header of its own.
    private func oneLine(_ token: String, of place: String) throws(CredentialRefusal) -> String {
        guard !token.contains(where: \.isNewline) else {
            throw CredentialRefusal("the token of \(place) is more than one line")
        }
        return token
    }

    // MARK: Where to ask

    private struct Target {
        let path: String
        let query: [(name: String, value: String)]

        /// - Parameter text: a path, and perhaps a query behind it.
        init(_ text: String) {
            let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
            path = Encoding.decoded(uri: parts[0])
            let fields = parts.count > 1 ? parts[1].split(separator: "&") : []
            query = fields.map { field in
                let halves = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (
                    Encoding.decoded(uri: halves[0]), halves.count > 1 ? Encoding.decoded(uri: halves[1]) : ""
                )
            }
        }
    }

    private func address() throws(CredentialRefusal) -> (Endpoint, Target)? {
        if let path = context.configuration.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            guard path.hasPrefix("/") else {
                throw CredentialRefusal("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with a slash")
            }
            return (Endpoint(scheme: "http", host: "169.254.170.2"), Target(path))
        }
        guard let url = context.configuration.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") else {
            return nil
        }
        guard let whole = Endpoint(url), let mark = url.range(of: "://") else {
            throw CredentialRefusal("AWS_CONTAINER_CREDENTIALS_FULL_URI is no http or https URL")
        }
        // The token would go to whoever answers there.
        guard whole.scheme == "https" || Self.isTrusted(whole.host) else {
            throw CredentialRefusal(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor an address of this machine")
        }
        let rest = url[mark.upperBound...].drop { $0 != "/" && $0 != "?" }
        return (
            Endpoint(scheme: whole.scheme, host: whole.host, port: whole.port),
            Target(rest.hasPrefix("/") ? String(rest) : "/\(rest)")
        )
    }

    private static func isTrusted(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isLoopback = parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
        return isLoopback
            || ["localhost", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"].contains(
                host.lowercased())
    }
}
