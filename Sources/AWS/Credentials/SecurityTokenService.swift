import Records

/// STS: exchanges keys or tokens for the keys of a role. Repeating is safe.
struct SecurityTokenService {
    private let context: CredentialContext

    init(_ context: CredentialContext) { self.context = context }

    /// The name of a session for which none was configured; it stands in the account's logs.
    static func sessionName() -> String { "s3-event-writer-\(UTCTime.now.milliseconds / 1000)" }

    /// - Parameters:
    ///   - seconds: how long the keys are to last; nil for what the role has.
    func assumeRole(
        _ role: String, session: String, externalID: String?, seconds: Int?, with keys: Credentials
    ) async throws(CredentialRefusal) -> Credentials {
        var form = [("RoleArn", role), ("RoleSessionName", session)]
        if let seconds { form.append(("DurationSeconds", "\(seconds)")) }
        if let externalID { form.append(("ExternalId", externalID)) }
        return try await send("AssumeRole", role, form, keys)
    }

    /// Not signed: the token is the proof.
    func assumeRole(
        _ role: String, session: String, token: String
    ) async throws(CredentialRefusal) -> Credentials {
        let form = [("RoleArn", role), ("RoleSessionName", session), ("WebIdentityToken", token)]
        return try await send("AssumeRoleWithWebIdentity", role, form, nil)
    }

    private func send(
        _ operation: String, _ role: String, _ form: [(String, String)], _ keys: Credentials?
    ) async throws(CredentialRefusal) -> Credentials {
        let place: ServiceEndpoint
        do {
            place = try context.configuration.resolve(.sts, region: context.region)
        } catch {
            throw CredentialRefusal(error.message, advice: error.advice)
        }
        let fields = [("Action", operation), ("Version", "2011-06-15")] + form
        let body = Array(fields.map { "\($0)=\(Encoding.uri($1))" }.joined(separator: "&").utf8)
        var request = HTTPRequest(method: "POST", endpoint: place.endpoint, path: "/")
        request.headers = [("Content-Type", "application/x-www-form-urlencoded")]
        request.body = .bytes(body)
        let call = Call(
            operation: operation, resource: role, service: "sts", region: place.signingRegion,
            request: request, payloadHash: Encoding.hex(Digest.sha256(body)), parseError: XMLError.parse)
        let response: HTTPResponse
        do { response = try await context.client(keys).send(call) } catch { throw CredentialRefusal(error) }
        let answer = String(decoding: response.body, as: UTF8.self)
        guard let id = XMLError.element("AccessKeyId", in: answer),
            let secret = XMLError.element("SecretAccessKey", in: answer)
        else { throw CredentialRefusal("\(operation): the answer holds no keys") }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret,
            sessionToken: XMLError.element("SessionToken", in: answer),
            expiration: XMLError.element("Expiration", in: answer).flatMap { UTCTime(iso8601: $0) })
    }
}
