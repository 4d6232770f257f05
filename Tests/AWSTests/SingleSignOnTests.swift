import Records
import Support
import Testing

@testable import AWS

/// Keys of a role for the token of `aws sso login`; the token's renewal has its own tests.
@Suite struct SingleSignOnTests {
    @Test func aSessionsTokenGivesKeys() async throws {
        let server = try server(answering: signOnKeys)
        let home = try CredentialHome(config: sessionProfile)
        try home.folder.write(sessionCache, token)
        let keys = try await home.keys(at(server))
        #expect(keys.accessKeyID == "AKIDSSO" && keys.secretAccessKey == "HUSH-SSO")
        #expect(keys.sessionToken == "HUSH-TOKEN")
        #expect(keys.expiration == UTCTime(iso8601: "2099-01-01T00:00:00Z"))
        let request = try #require(server.requests.first)
        #expect(request.method == "GET")
        #expect(request.target == "/federation/credentials?account_id=012345678901&role_name=A%20Role")
        #expect(request.header("x-amz-sso_bearer_token") == "HUSH-ACCESS")
        #expect(request.header("Authorization") == nil)
    }

    @Test func theOlderFormIsNamedByItsURL() async throws {
        let server = try server(answering: signOnKeys)
        let home = try CredentialHome(
            config: """
                [default]
                sso_start_url = https://start.example.com/start
                sso_region = eu-west-3
                sso_account_id = 012345678901
                sso_role_name = A Role
                """)
        try home.folder.write(".aws/sso/cache/a7a07f494db7b3ef8d9cffbc80d19104dbe8f51e.json", token)
        #expect(try await home.keys(at(server)).accessKeyID == "AKIDSSO")
    }

    /// The token of older versions of the AWS CLI.
    @Test func aTimeMayEndWithUTC() async throws {
        let server = try server(answering: signOnKeys)
        let home = try CredentialHome(config: sessionProfile)
        try home.folder.write(
            sessionCache, #"{"accessToken": "HUSH-ACCESS", "expiresAt": "2099-01-01T00:00:00UTC"}"#)
        #expect(try await home.keys(at(server)).accessKeyID == "AKIDSSO")
    }

    @Test(arguments: [
        "{\"accessToken\": \"HUSH\", \"expiresAt\": \"2020-01-01T00:00:00Z\"}", "HUSH", "",
        "{\"accessToken\": \"HUSH\"}", "{\"expiresAt\": \"2099-01-01T00:00:00Z\"}",
        "{\"accessToken\": \"HUSH\", \"expiresAt\": \"soon\"}", "[\"HUSH\"]",
    ])
    func withoutATokenTheAdviceIsToLogIn(_ cache: String) async throws {
        let server = try server(answering: signOnKeys)
        let home = try CredentialHome(config: sessionProfile)
        try home.folder.write(sessionCache, cache)
        let failure = try await home.failure(at(server))
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains("single sign-on of profile default: "))
        #expect(failure.advice == "run `aws sso login --profile default`")
        #expect(server.requests.isEmpty)
    }

    @Test func aFileThatIsMissingIsNamed() async throws {
        let home = try CredentialHome(config: sessionProfile)
        let failure = try await home.failure()
        #expect(failure.message.contains(home.folder.path(sessionCache)))
        #expect(failure.advice?.contains("aws sso login") == true)
    }

    /// The token was taken back, or the role is not the user's.
    @Test(arguments: [
        (401, "UnauthorizedException"), (403, "ForbiddenException"), (404, "ResourceNotFoundException"),
    ])
    func aRefusalNamesItsCode(_ status: Int, _ code: String) async throws {
        let server = try server(
            answering: StubReply(
                status, [("x-amzn-ErrorType", code + ":http://internal.amazon.com/"), requestID],
                body: #"{"message": "HUSH"}"#))
        let home = try CredentialHome(config: sessionProfile)
        try home.folder.write(sessionCache, token)
        let failure = try await home.failure(at(server))
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains("GetRoleCredentials A Role: \(code) (HTTP \(status), request id"))
        #expect(failure.message.contains(requestID.value))
        #expect(failure.advice?.contains("aws sso login") == true)
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [
        (StubReply(429, [("x-amzn-ErrorType", "TooManyRequestsException")]), Records.ExitStatus.tryAgain),
        (StubReply(503), .unavailable), (.closed, .unavailable),
    ])
    func whatMayWorkLaterKeepsItsStatus(_ reply: StubReply, _ status: Records.ExitStatus) async throws {
        let server = try server(answering: reply)
        let home = try CredentialHome(config: sessionProfile)
        try home.folder.write(sessionCache, token)
        #expect(try await home.failure(at(server)).status == status)
    }

    @Test(arguments: ["{}", "HUSH", #"{"roleCredentials": {"accessKeyId": "AKID"}}"#, ""])
    func anAnswerWithoutKeysIsRefused(_ body: String) async throws {
        let server = try server(answering: StubReply(body: body))
        let home = try CredentialHome(config: sessionProfile)
        try home.folder.write(sessionCache, token)
        #expect(try await home.failure(at(server)).status == .accessDenied)
    }

    @Test(arguments: [
        "[default]\nsso_session = nowhere\nsso_account_id = 1\nsso_role_name = r",
        "[default]\nsso_session = my-sso\n[sso-session my-sso]\nsso_region = eu-west-3\nsso_start_url = https://s",
        "[default]\nsso_start_url = https://s\nsso_account_id = 1\nsso_role_name = r",
        "[default]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n[sso-session s]\nsso_region = eu-west-3",
        sessionProfile.replacing("[default]", with: "[default]\nsso_region = us-east-1"),
    ])
    func aProfileThatIsNotWholeIsRefused(_ config: String) async throws {
        let server = try server(answering: signOnKeys)
        let home = try CredentialHome(config: config)
        try home.folder.write(sessionCache, token)
        let failure = try await home.failure(at(server))
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains("single sign-on of profile default: "))
        #expect(server.requests.isEmpty)
    }

    private let token = #"{"accessToken": "HUSH-ACCESS", "expiresAt": "2099-01-01T00:00:00Z"}"#
    private let requestID = (name: "x-amzn-RequestId", value: "b339b807-25d1-474c-a476-b070e9f350e4")

    private func at(_ server: StubServer) -> [String: String] { ["AWS_ENDPOINT_URL_SSO": server.url] }
}

/// A profile of the newer form.
let sessionProfile = """
    [default]
    sso_session = my-sso
    sso_account_id = 012345678901
    sso_role_name = A Role
    [sso-session my-sso]
    sso_region = eu-west-3
    sso_start_url = https://start.example.com/start
    """

/// Named by the SHA-1 of "my-sso".
let sessionCache = ".aws/sso/cache/0ad374308c5a4e22f723adf10145eafad7c4031c.json"

let signOnKeys = StubReply(
    body: """
        {"roleCredentials": {"accessKeyId": "AKIDSSO", "secretAccessKey": "HUSH-SSO", \
        "sessionToken": "HUSH-TOKEN", "expiration": 4070908800000}}
        """)
