import Foundation
import Records
import Support
import Testing

@testable import AWS

/// The published suite of smithy-rs: recorded answers of the metadata, container, STS and SSO servers.
///
/// What must be as recorded: the number of requests, their order, methods and URLs, and of their headers
/// and forms what `check` compares. Dates, agents, lengths, signatures and the made-up names of sessions
/// need not be. Our `Credentials` keep no account id, so the cases' `account_id` is left out.
@Suite struct CredentialSuiteTests {
    @Test(
        .enabled(
            if: PublishedSuite.credentials.isThere, PublishedSuite.skipped))
    func publishedCases() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: PublishedSuite.credentials.folder)
            .sorted()
        for name in names {
            try await run(CredentialCase(folder: "\(PublishedSuite.credentials.folder)/\(name)"))
        }
        print("credential suite: \(names.count) cases ran")
        #expect(names.count == 29)
    }

    /// Of calls to services no case records a second attempt, so none is made; those to the
    /// metadata service are repeated by a rule of their own.
    private func run(_ example: CredentialCase) async throws {
        let playback = try Playback(example.exchanges)
        let configuration = Configuration(
            region: nil, profile: nil, endpoint: nil, environment: example.environment)
        let chain = CredentialChain(
            CredentialContext(
                configuration: configuration, http: playback, retry: RetryPolicy(maxAttempts: 1)))
        do throws(Failure) {
            let keys = try await chain.credentials()
            check(keys, example)
        } catch {
            check(error, example)
        }
        let sent = playback.sent
        #expect(sent.map(\.url) == example.exchanges.map { "\($0.method) \($0.uri)" }, "\(example.name)")
        for (number, exchange) in example.exchanges.enumerated() where number < sent.count {
            guard let request = sent[number].request else { continue }
            let before = number > 0 ? example.exchanges[number - 1].reply.body : []
            check(request, exchange, after: String(decoding: before, as: UTF8.self), example)
        }
    }

    private func check(_ keys: Credentials, _ example: CredentialCase) {
        guard let expected = example.expected else {
            Issue.record("\(example.name) must fail")
            return
        }
        let name = Comment(rawValue: example.name)
        #expect(keys.accessKeyID == expected["access_key_id"].string, name)
        #expect(keys.secretAccessKey == expected["secret_access_key"].string, name)
        #expect(keys.sessionToken == expected["session_token"].string, name)
        #expect(keys.expiration.map { Int($0.milliseconds / 1000) } == expected["expiry"].int, name)
    }

    private func check(_ failure: Failure, _ example: CredentialCase) {
        guard example.expected == nil, let refusal = refusals[example.name] else {
            Issue.record("\(example.name): \(failure.message)")
            return
        }
        #expect(failure.status == refusal.status, "\(example.name)")
        // The message lists the sources; the last is the one that ended the search.
        let last = failure.message.components(separatedBy: "; ").last ?? ""
        #expect(last.hasPrefix(refusal.last), "\(example.name): \(failure.message)")
        for secret in ["a-token", "sometoken", "faketoken", "shouldnotbeused", "eyJ"] {
            #expect(!failure.message.contains(secret), "\(example.name)")
        }
    }

    /// - Parameter answer: that of the request before.
    private func check(
        _ request: StubRequest, _ exchange: CredentialCase.Exchange, after answer: String,
        _ example: CredentialCase
    ) {
        let name = Comment(rawValue: "\(example.name): \(exchange.uri)")
        for header in [
            "accept", "content-type", "x-aws-ec2-metadata-token", "x-aws-ec2-metadata-token-ttl-seconds",
            "x-amz-sso_bearer_token",
        ] {
            guard let recorded = exchange.headers[header] else { continue }
            #expect(request.header(header) == recorded, name)
        }
        // Some recordings were put together from several: whatever token was recorded, the one that
        // counts is that of the keys which the answer before gave; likewise their id.
        let isSigned = exchange.headers["authorization"] != nil
        #expect((request.signer != nil) == isSigned, name)
        if isSigned {
            let token = request.header("x-amz-security-token")
            #expect(token.map { !$0.isEmpty && answer.contains($0) } == true, name)
            #expect(request.signer.map { answer.contains($0) } == true, name)
        }
        checkForm(formFields(request.bodyText), formFields(exchange.body), example, name)
    }

    /// Role and session must be as recorded where the case configures what was recorded, else one that it
    /// does configure, and any; the token must be that of the case's file.
    private func checkForm(
        _ form: [String: String], _ recorded: [String: String], _ example: CredentialCase, _ name: Comment
    ) {
        #expect(form.keys.sorted() == recorded.keys.sorted(), name)
        for key in ["Action", "Version"] { #expect(form[key] == recorded[key], name) }
        let configured = Array(example.environment.values) + example.files.values
        func isConfigured(_ text: String?) -> Bool {
            text.map { text in configured.contains { $0.contains(text) } } ?? true
        }
        for key in ["RoleArn", "RoleSessionName"] where isConfigured(recorded[key]) {
            #expect(form[key] == recorded[key], name)
        }
        #expect(isConfigured(form["RoleArn"]), name)
        if let token = form["WebIdentityToken"] {
            #expect(token == example.files["/token.jwt"]?.trimmingBlanks(), name)
        }
    }
}

/// The source at which each of the cases that must fail ends, by what the case says of itself.
private let refusals: [String: (last: String, status: Records.ExitStatus)] = [
    // No token file: the container is configured and has nothing to give.
    "eks_pod_identity_no_token_file": ("container: ", .accessDenied),
    // The last source of the chain, not there or without a role.
    "imds_default_chain_error": ("EC2 instance metadata: the instance has no role", .accessDenied),
    "imds_disabled": ("EC2 instance metadata: AWS_EC2_METADATA_DISABLED", .accessDenied),
    // The same as the source of a role's keys.
    "imds_no_iam_role": (
        "role of profile default: EC2 instance metadata: the instance has no role", .accessDenied
    ),
    "imds_token_fail": (
        "role of profile default: EC2 instance metadata: access to it is switched off", .accessDenied
    ),
    // The profile's role comes before the environment's web identity, and its source has no keys.
    "profile_overrides_web_identity": ("role of profile A: environment: ", .accessDenied),
    "sso_no_token_file": ("single sign-on of profile sso-test: ", .accessDenied),
    "sso_server_error": ("single sign-on of profile sso-test: GetRoleCredentials", .unavailable),
    // In a source profile, whose lack of a role the environment must not make good.
    "web_identity_source_profile_no_env": ("web identity: there is a token file", .accessDenied),
    "web_identity_token_invalid_jwt": ("web identity: AssumeRoleWithWebIdentity", .accessDenied),
]
