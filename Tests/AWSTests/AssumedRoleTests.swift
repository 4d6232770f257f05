import Records
import Support
import Testing

@testable import AWS

private let base = "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = HUSH-BASE"

/// Profiles with `role_arn`.
@Suite struct AssumedRoleTests {
    @Test func theRoleIsAssumedWithTheSourcesKeys() async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome(
            config: """
                [default]
                role_arn = arn:aws:iam::123456789012:role/one
                source_profile = base
                external_id = an id/of=theirs
                duration_seconds = 900
                role_session_name = me@example.com
                region = eu-west-3
                """, credentials: base)
        let keys = try await home.keys(["AWS_ENDPOINT_URL_STS": server.url])
        #expect(keys.accessKeyID == "AKIDROLE")
        #expect(keys.secretAccessKey == "HUSH-AKIDROLE")
        #expect(keys.sessionToken == "HUSH-TOKEN-AKIDROLE")
        #expect(keys.expiration == UTCTime(iso8601: "2099-01-01T00:00:00Z"))
        let request = try #require(server.requests.first)
        #expect(
            formFields(request.bodyText) == [
                "Action": "AssumeRole", "Version": "2011-06-15", "DurationSeconds": "900",
                "RoleArn": "arn:aws:iam::123456789012:role/one", "ExternalId": "an id/of=theirs",
                "RoleSessionName": "me@example.com",
            ])
        #expect(request.signer == "AKIDBASE")
        #expect(request.signedService == "sts" && request.signedRegion == "eu-west-3")
    }

    @Test func whatIsNotConfiguredIsNotSent() async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome(
            config: "[default]\nrole_arn = arn:r\nsource_profile = base", credentials: base)
        _ = try await home.keys(["AWS_ENDPOINT_URL_STS": server.url])
        let fields = formFields(server.requests.first?.bodyText ?? "")
        #expect(fields.keys.sorted() == ["Action", "RoleArn", "RoleSessionName", "Version"])
        #expect(fields["RoleSessionName"]?.hasPrefix("s3-event-writer-") == true)
    }

    @Test(arguments: ["899", "0", "-900", "an hour", "1e3", "900.5"])
    func aDurationThatIsNoneIsRefused(_ text: String) async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome(
            config: "[default]\nrole_arn = arn:r\nsource_profile = base\nduration_seconds = \(text)",
            credentials: base)
        let failure = try await home.failure(["AWS_ENDPOINT_URL_STS": server.url])
        #expect(failure.message.contains("duration_seconds"))
        #expect(server.requests.isEmpty)
    }

    @Test func aCodeThatNobodyCanTypeIsRefusedWithAdvice() async throws {
        let home = try CredentialHome(
            config: "[default]\nrole_arn = arn:r\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me",
            credentials: base)
        let failure = try await home.failure()
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains("arn:aws:iam::1:mfa/me"))
        #expect(failure.advice?.contains("aws configure export-credentials") == true)
    }

    // MARK: credential_source

    /// `--profile` takes the environment's keys out of the chain, not out of a profile that asks for them.
    @Test func theEnvironmentCanBeTheSource() async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome(
            config: "[profile role]\nrole_arn = arn:r\ncredential_source = Environment")
        let environment = [
            "AWS_ENDPOINT_URL_STS": server.url, "AWS_ACCESS_KEY_ID": "AKIDENVIRONMENT",
            "AWS_SECRET_ACCESS_KEY": "HUSH",
        ]
        #expect(try await home.keys(environment, profile: "role").accessKeyID == "AKIDROLE")
        #expect(server.requests.map(\.signer) == ["AKIDENVIRONMENT"])
    }

    @Test func theContainerCanBeTheSource() async throws {
        let server = try server(answering: keysAnswer("AKIDTASK"), roleAnswer("AKIDROLE"))
        let home = try CredentialHome(
            config: "[default]\nrole_arn = arn:r\ncredential_source = EcsContainer")
        let keys = try await home.keys([
            "AWS_ENDPOINT_URL_STS": server.url, "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/keys",
        ])
        #expect(keys.accessKeyID == "AKIDROLE")
        #expect(server.requests.map(\.signer) == [nil, "AKIDTASK"])
        #expect(server.requests.last?.header("x-amz-security-token") == "HUSH-TOKEN-AKIDTASK")
    }

    @Test(arguments: [
        "credential_source = Somewhere", "", "source_profile = base\ncredential_source = Environment",
    ])
    func aRoleWantsOneSource(_ lines: String) async throws {
        let home = try CredentialHome(config: "[default]\nrole_arn = arn:r\n\(lines)", credentials: base)
        let failure = try await home.failure()
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains("role of profile default: "))
        #expect(failure.message.contains("credential_source"))
    }
}
