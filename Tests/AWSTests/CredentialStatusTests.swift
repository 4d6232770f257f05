import Records
import Support
import Testing

@testable import AWS

/// What a run that finds no keys ends with, and says.
@Suite struct CredentialStatusTests {
    @Test func withoutAnyEachSourceSaysWhy() async throws {
        let failure = try await CredentialHome().failure()
        #expect(failure.status == .accessDenied)
        for source in [
            "environment: ", "role of profile default: ", "web identity: ",
            "single sign-on of profile default: ",
            "profile default in the credentials file: ", "credential_process of profile default: ",
            "profile default in the config file: ", "container: ", "EC2 instance metadata: ",
        ] { #expect(failure.message.contains(source)) }
        #expect(failure.advice?.contains("AWS_ACCESS_KEY_ID") == true)
        #expect(failure.advice?.contains("--profile") == true)
    }

    @Test func theSourceThatRefusedHasTheLastWord() async throws {
        let failure = try await CredentialHome(config: "[default]\ncredential_process = exit 1").failure()
        #expect(failure.message.hasPrefix("no AWS credentials (environment: "))
        #expect(failure.message.hasSuffix("credential_process of profile default: the command failed)"))
    }

    // MARK: STS

    @Test(arguments: Exchange.allCases)
    func anUnreachableSTSIsUnavailable(_ exchange: Exchange) async throws {
        let failure = try await exchange.failure(at: try StubServer.deadURL())
        #expect(failure.status == .unavailable)
        #expect(failure.message.contains("\(exchange.operation) \(roleARN): NotConnected"))
    }

    @Test(
        arguments: [
            stsError(500, "InternalFailure"), stsError(503, "ServiceUnavailable"),
            StubReply(502, body: "HUSH"),
            .closed,
        ], Exchange.allCases)
    func anSTSInTroubleIsUnavailable(_ reply: StubReply, _ exchange: Exchange) async throws {
        let server = try server(answering: reply)
        #expect(try await exchange.failure(at: server.url).status == .unavailable)
        #expect(server.requests.count == 1)
    }

    @Test(
        arguments: [stsError(400, "Throttling"), stsError(400, "RequestLimitExceeded"), StubReply(429)],
        Exchange.allCases)
    func aThrottleMeansToTryAgain(_ reply: StubReply, _ exchange: Exchange) async throws {
        let server = try server(answering: reply)
        #expect(try await exchange.failure(at: server.url).status == .tryAgain)
    }

    @Test(
        arguments: [
            (403, "AccessDenied"), (400, "ExpiredTokenException"), (400, "InvalidIdentityToken"),
            (403, "InvalidClientTokenId"), (400, "ValidationError"), (403, "RegionDisabledException"),
        ], Exchange.allCases)
    func aRefusalNamesCodeAndRequest(
        _ refusal: (status: Int, code: String), _ exchange: Exchange
    ) async throws {
        let server = try server(answering: stsError(refusal.status, refusal.code))
        let failure = try await exchange.failure(at: server.url)
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains(exchange.source))
        #expect(
            failure.message.contains(
                "\(exchange.operation) \(roleARN): \(refusal.code) (HTTP \(refusal.status), "
                    + "request id 5045ca91-d123-4749-9d66-00a3c906be6c)"))
        #expect(server.requests.count == 1)
    }

    @Test(
        arguments: [
            "", "HUSH", "<AccessKeyId>AKID</AccessKeyId>", "<SecretAccessKey>HUSH</SecretAccessKey>",
        ], Exchange.allCases)
    func anAnswerWithoutKeysIsRefused(_ body: String, _ exchange: Exchange) async throws {
        let server = try server(answering: StubReply(body: body))
        #expect(try await exchange.failure(at: server.url).status == .accessDenied)
    }

    @Test func troubleOnTheWayIsTriedAgain() async throws {
        let server = try server(answering: stsError(503, "ServiceUnavailable"), roleAnswer("AKIDROLE"))
        let home = try CredentialHome(config: Exchange.role.config, credentials: Exchange.baseKeys)
        let keys = try await home.keys(["AWS_ENDPOINT_URL_STS": server.url, "AWS_MAX_ATTEMPTS": "2"])
        #expect(keys.accessKeyID == "AKIDROLE")
    }

    // MARK: Requests

    /// A request that could not be signed has the failure's status and words.
    @Test func aCallWithoutKeysFailsAsTheSearchDid() async throws {
        let server = try server(answering: StubReply(body: "good"))
        let home = try CredentialHome(config: Exchange.role.config, credentials: Exchange.baseKeys)
        let chain = try credentialChain(
            home.configuration(["AWS_ENDPOINT_URL_STS": try StubServer.deadURL()]))
        let client = Client(
            try Transport(TransportSettings(userAgent: "tests")), credentials: RenewingCredentials(chain),
            retry: RetryPolicy())
        let error = try await failure(of: try s3Call(server), client)
        #expect(error.code == "NoCredentials" && error.status == .unavailable)
        #expect(error.message.hasPrefix("no AWS credentials ("))
        #expect(server.requests.isEmpty)
    }
}

private let roleARN = "arn:aws:iam::123456789012:role/one"

/// The two calls that give keys of a role.
enum Exchange: CaseIterable {
    case role, webIdentity

    var operation: String { self == .role ? "AssumeRole" : "AssumeRoleWithWebIdentity" }
    var source: String { self == .role ? "role of profile default: " : "web identity: " }

    var config: String {
        "[default]\nrole_arn = \(roleARN)\n"
            + (self == .role
                ? "source_profile = base\nexternal_id = HUSH-EXTERNAL" : "web_identity_token_file = ~/token")
    }

    static let baseKeys = "[base]\n\(keyPair)\naws_session_token = HUSH-TOKEN"
    private static let keyPair = "aws_access_key_id = AKIDBASE\naws_secret_access_key = HUSH-BASE"

    func failure(at url: String) async throws -> Failure {
        let home = try CredentialHome(config: config, credentials: Self.baseKeys)
        try home.folder.write("token", "HUSH-WEB\n")
        return try await home.failure(["AWS_ENDPOINT_URL_STS": url])
    }
}
