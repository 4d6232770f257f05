import Records

/// The token that `aws sso login` left in the user's cache, renewed where its file says how.
struct SignOnToken {
    private let path: String
    private let region: String
    private let context: CredentialContext
    private let login: String

    /// - Parameters:
    ///   - session: what the file is named by.
    ///   - login: the advice to those who have no token.
    init(_ session: String, region: String, _ context: CredentialContext, login: String) {
        let name = Encoding.hex(Array(session.utf8).withUnsafeBytes { Digest.hash(.sha1, $0) })
        path = context.configuration.profiles.expanded("~/.aws/sso/cache/\(name).json")
        self.region = region
        self.context = context
        self.login = login
    }

    /// Seconds before its end from which on a token is renewed.
    private static let margin = 300

    func current() async throws(CredentialRefusal) -> String {
        let cached = try read()
        guard let token = cached.string("accessToken"),
            let end = cached.string("expiresAt").flatMap(UTCTime.init(end:))
        else {
            throw CredentialRefusal("\(escaped(path)) holds no token", advice: login)
        }
        if UTCTime.now.adding(seconds: Self.margin) < end { return token }
        if let renewed = try await renew(cached, end) { return renewed }
        guard UTCTime.now < end else { throw CredentialRefusal("the token has expired", advice: login) }
        return token
    }

    private func read() throws(CredentialRefusal) -> JSONObject {
        do throws(Failure) {
            let bytes = try File.reading(path).contents()
            if let object = try? JSONObject(bytes) { return object }
        } catch {
            throw CredentialRefusal(error.message, advice: login)
        }
        throw CredentialRefusal("\(escaped(path)) is no JSON object", advice: login)
    }

    // MARK: Renewal

    /// Nil where the file does not say how, or the service does not renew it.
    private func renew(_ cached: JSONObject, _ end: UTCTime) async throws(CredentialRefusal) -> String? {
        guard let refresh = cached.string("refreshToken"), let id = cached.string("clientId"),
            let secret = cached.string("clientSecret"),
            let registered = cached.string("registrationExpiresAt").flatMap(UTCTime.init(end:)),
            UTCTime.now < registered
        else { return nil }
        var form = JSONBuilder()
        for (key, value) in [
            ("clientId", id), ("clientSecret", secret), ("refreshToken", refresh),
            ("grantType", "refresh_token"),
        ] { form.add(key, value) }
        var request = try context.request("POST", .ssoOIDC, region, path: "/token")
        request.headers = [("Content-Type", "application/json")]
        request.body = .bytes(form.object)
        let answer: JSONObject
        do { answer = try await context.answer("CreateToken", region, request, advice: login) } catch {
            if UTCTime.now < end { return nil }
            throw error
        }
        guard let token = answer.string("accessToken"), let seconds = answer.integer("expiresIn")
        else { return nil }
        var changed = ["accessToken": token, "expiresAt": UTCTime.now.adding(seconds: seconds).seconds]
        changed["refreshToken"] = answer.string("refreshToken")
        try save(cached, changed)
        return token
    }

    /// The service may want a new refresh token the next time, so it must not be lost.
    private func save(_ cached: JSONObject, _ changed: [String: String]) throws(CredentialRefusal) {
        var whole = JSONBuilder()
        for key in Set(cached.keys).union(changed.keys).sorted() {
            whole.add(key, changed[key] ?? cached.string(key))
        }
        do throws(Failure) {
            let partial = path + ".\(UTCTime.now.milliseconds)"
            let writer = LineWriter(try File.replacing(partial))
            try writer.write(whole.object)
            try writer.flush()
            do { try System.rename(partial, path) } catch {
                throw Failure.inputOutput("rename", partial, error)
            }
        } catch {
            throw CredentialRefusal(error.message)
        }
    }
}

/// The errors of the services of single sign-on, in JSON.
enum SignOnError {
    static func parse(_ response: HTTPResponse) -> ServiceError {
        let type = response.header("x-amzn-errortype")?.split(separator: ":").first.map(String.init)
        let code = type ?? (try? JSONObject(response.body))?.string("error")
        return ServiceError(
            code: code ?? "HTTP\(response.status)", requestID: response.header("x-amzn-requestid"))
    }
}

extension UTCTime {
    /// "2026-01-01T00:15:00Z"
    fileprivate var seconds: String { iso8601.prefix(19) + "Z" }
}
