import Records

/// A profile of IAM Identity Center: the token of `aws sso login`, exchanged for keys of a role.
///
/// Source: "IAM Identity Center credential provider" in the AWS SDKs and Tools reference guide.
struct SingleSignOn: CredentialSource {
    private let profile: Profile
    private let context: CredentialContext

    init(_ profile: Profile, _ context: CredentialContext) {
        self.profile = profile
        self.context = context
    }

    var name: String { "single sign-on of profile \(escaped(profile.name))" }

    func load() async throws(CredentialRefusal) -> CredentialAnswer {
        guard profile["sso_session"] != nil || profile["sso_start_url"] != nil else {
            return .none("neither sso_session nor sso_start_url")
        }
        guard let account = profile["sso_account_id"], let role = profile["sso_role_name"] else {
            throw CredentialRefusal("sso_account_id and sso_role_name are not both set")
        }
        let (region, session) = try session()
        let token = try await SignOnToken(session, region: region, context, login: login).current()
        return .found(try await keys(account, role, region: region, token: token))
    }

    private var login: String { "run `aws sso login --profile \(escaped(profile.name))`" }

    /// The region, and what the token's file is named by: the session's name, or the start URL in
    /// the older form.
    private func session() throws(CredentialRefusal) -> (region: String, key: String) {
        guard let name = profile["sso_session"] else {
            guard let region = profile["sso_region"], let url = profile["sso_start_url"] else {
                throw CredentialRefusal("sso_region and sso_start_url are not both set")
            }
            return (region, url)
        }
        guard let section = context.configuration.profiles.section("sso-session", name) else {
            throw CredentialRefusal("there is no section [sso-session \(escaped(name))]")
        }
        guard let region = section["sso_region"], section["sso_start_url"] != nil else {
            throw CredentialRefusal(
                "[sso-session \(escaped(name))] does not hold both sso_region and sso_start_url")
        }
        for key in ["sso_region", "sso_start_url"] {
            if let own = profile[key], own != section[key] {
                throw CredentialRefusal("\(key) is not the one of [sso-session \(escaped(name))]")
            }
        }
        return (region, name)
    }

    private func keys(
        _ account: String, _ role: String, region: String, token: String
    ) async throws(CredentialRefusal) -> Credentials {
        var request = try context.request("GET", .sso, region, path: "/federation/credentials")
        request.query = [("account_id", account), ("role_name", role)]
        request.headers = [("x-amz-sso_bearer_token", token)]
        let answer = try await context.answer("GetRoleCredentials", role, request, advice: login)
        guard let keys = answer.object("roleCredentials"), let id = keys.string("accessKeyId"),
            let secret = keys.string("secretAccessKey")
        else { throw CredentialRefusal("GetRoleCredentials: the answer holds no keys") }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: keys.string("sessionToken"),
            expiration: keys.integer("expiration").map { UTCTime(milliseconds: Int64($0)) })
    }
}

extension CredentialContext {
    /// A request of a service that is not signed.
    func request(
        _ method: String, _ service: Service, _ region: String, path: String
    ) throws(CredentialRefusal) -> HTTPRequest {
        do {
            let place = try configuration.resolve(service, region: region)
            return HTTPRequest(method: method, endpoint: place.endpoint, path: path)
        } catch {
            throw CredentialRefusal(error.message, advice: error.advice)
        }
    }

    /// - Parameter advice: what to do where the service refuses.
    func answer(
        _ operation: String, _ resource: String, _ request: HTTPRequest, advice: String
    ) async throws(CredentialRefusal) -> JSONObject {
        let call = Call(
            operation: operation, resource: resource, service: "", region: "", request: request,
            payloadHash: "", parseError: SignOnError.parse)
        let response: HTTPResponse
        do {
            response = try await client(nil).send(call)
        } catch {
            throw CredentialRefusal(
                error, advice: error.httpStatus.map { 400..<500 ~= $0 } == true ? advice : nil)
        }
        guard let answer = try? JSONObject(response.body) else {
            throw CredentialRefusal("\(operation): the answer is no JSON object")
        }
        return answer
    }
}
