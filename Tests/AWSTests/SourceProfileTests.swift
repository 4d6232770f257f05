import Records
import Support
import Testing

@testable import AWS

/// What `source_profile` leads to: keys, further roles, nothing, or back.
@Suite struct SourceProfileTests {
    @Test func aChainOfRolesIsAssumedOneByOne() async throws {
        let server = try server(
            answering: roleAnswer("AKIDINNER"), roleAnswer("AKIDMIDDLE"), roleAnswer("AKIDOUTER"))
        let home = try CredentialHome(
            config: """
                [profile outer]
                role_arn = arn:outer
                source_profile = middle
                [profile middle]
                role_arn = arn:middle
                source_profile = inner
                [profile inner]
                role_arn = arn:inner
                source_profile = base
                """, credentials: keys)
        let found = try await home.keys(["AWS_ENDPOINT_URL_STS": server.url, "AWS_PROFILE": "outer"])
        #expect(found.accessKeyID == "AKIDOUTER")
        #expect(server.requests.map { $0.field("RoleArn") } == ["arn:inner", "arn:middle", "arn:outer"])
        #expect(server.requests.map(\.signer) == ["AKIDBASE", "AKIDINNER", "AKIDMIDDLE"])
    }

    /// The profile's own keys assume its own role.
    @Test func aProfileCanBeItsOwnSource() async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome(
            config: "[profile base]\nrole_arn = arn:r\nsource_profile = base", credentials: keys)
        let found = try await home.keys(["AWS_ENDPOINT_URL_STS": server.url, "AWS_PROFILE": "base"])
        #expect(found.accessKeyID == "AKIDROLE")
        #expect(server.requests.map(\.signer) == ["AKIDBASE"])
    }

    /// Keys end the chain, as in the AWS CLI and the SDKs: the source's own role is not assumed.
    @Test func aSourcesKeysComeBeforeItsRole() async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome(
            config: """
                [default]
                role_arn = arn:outer
                source_profile = base
                [profile base]
                role_arn = arn:inner
                source_profile = base
                """, credentials: keys)
        _ = try await home.keys(["AWS_ENDPOINT_URL_STS": server.url])
        #expect(server.requests.map { $0.field("RoleArn") } == ["arn:outer"])
        #expect(server.requests.map(\.signer) == ["AKIDBASE"])
    }

    @Test func aSourceCanHoldItsKeysInTheConfigFile() async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome(
            config: """
                [default]
                role_arn = arn:outer
                source_profile = base
                [profile base]
                aws_access_key_id = AKIDCONFIG
                aws_secret_access_key = HUSH
                """)
        _ = try await home.keys(["AWS_ENDPOINT_URL_STS": server.url])
        #expect(server.requests.map(\.signer) == ["AKIDCONFIG"])
    }

    @Test func aSourceCanBeACommand() async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome(
            config: """
                [default]
                role_arn = arn:outer
                source_profile = command
                [profile command]
                credential_process = echo '\(keysDocument("AKIDCOMMAND"))'
                """)
        _ = try await home.keys(["AWS_ENDPOINT_URL_STS": server.url])
        #expect(server.requests.map(\.signer) == ["AKIDCOMMAND"])
        #expect(server.requests.first?.header("x-amz-security-token") == "HUSH-TOKEN-AKIDCOMMAND")
    }

    /// A source profile is what it says of itself: no variable and no machine's role stands in for it.
    @Test func theEnvironmentIsNoSourceProfile() async throws {
        let server = try server(answering: keysAnswer("AKIDTASK"))
        let home = try CredentialHome(
            config: "[default]\nrole_arn = arn:r\nsource_profile = empty\n[profile empty]\nregion = eu-west-3"
        )
        let failure = try await home.failure([
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url, "AWS_WEB_IDENTITY_TOKEN_FILE": "/nonexistent",
            "AWS_ROLE_ARN": "arn:e",
        ])
        #expect(failure.status == .accessDenied)
        #expect(server.requests.isEmpty)
    }

    @Test func aSourceThatIsMissingIsNamed() async throws {
        let home = try CredentialHome(config: "[default]\nrole_arn = arn:r\nsource_profile = nowhere")
        let failure = try await home.failure()
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains("source_profile nowhere"))
    }

    @Test(arguments: ["a", "b", "in"])
    func aLoopIsRefused(_ start: String) async throws {
        let home = try CredentialHome(
            config: """
                [profile in]
                role_arn = arn:in
                source_profile = a
                [profile a]
                role_arn = arn:a
                source_profile = b
                [profile b]
                role_arn = arn:b
                source_profile = a
                """)
        let failure = try await home.failure(["AWS_PROFILE": start])
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains("leads back to itself"))
    }

    @Test func aProfileWithoutKeysIsNotItsOwnSource() async throws {
        let home = try CredentialHome(config: "[default]\nrole_arn = arn:r\nsource_profile = default")
        #expect(try await home.failure().status == .accessDenied)
    }

    @Test func halfAPairInAProfileIsRefused() async throws {
        let home = try CredentialHome(
            config: "[default]\nrole_arn = arn:r\nsource_profile = half",
            credentials: "[half]\naws_secret_access_key = HUSH")
        #expect(try await home.failure().message.contains("only one of the two keys"))
    }

    private let keys = "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = HUSH-BASE"
}
