import Records
import Support
import Testing

@testable import AWS

/// Tokens exchanged for a role's keys.
@Suite struct WebIdentityTests {
    @Test func theEnvironmentsTokenIsExchangedUnsigned() async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome()
        let keys = try await home.keys(try environment(home, server, ["AWS_ROLE_SESSION_NAME": "a session"]))
        #expect(keys.accessKeyID == "AKIDROLE" && keys.sessionToken == "HUSH-TOKEN-AKIDROLE")
        let request = try #require(server.requests.first)
        #expect(
            formFields(request.bodyText) == [
                "Action": "AssumeRoleWithWebIdentity", "Version": "2011-06-15", "RoleArn": "arn:e",
                "RoleSessionName": "a session", "WebIdentityToken": "HUSH.TOKEN+/=",
            ])
        #expect(request.header("Authorization") == nil)
    }

    @Test func theProfilesTokenIsRelativeToTheHome() async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome(
            config: "[default]\nrole_arn = arn:p\nweb_identity_token_file = ~/token\nrole_session_name = mine"
        )
        try home.folder.write("token", "HUSH-PROFILE")
        #expect(try await home.keys(["AWS_ENDPOINT_URL_STS": server.url]).accessKeyID == "AKIDROLE")
        #expect(server.requests.first?.field("RoleArn") == "arn:p")
        #expect(server.requests.first?.field("RoleSessionName") == "mine")
        #expect(server.requests.first?.field("WebIdentityToken") == "HUSH-PROFILE")
    }

    /// The AWS CLI's order: the variables come before the same keys of the profile.
    @Test func theEnvironmentComesBeforeTheProfile() async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome(
            config: "[default]\nrole_arn = arn:p\nweb_identity_token_file = /nonexistent")
        _ = try await home.keys(try environment(home, server))
        #expect(server.requests.first?.field("RoleArn") == "arn:e")
    }

    /// As with its keys, a profile named by the flag takes the environment's token out.
    @Test func aProfileNamedByFlagTakesTheEnvironmentOut() async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome(
            credentials: "[other]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = HUSH")
        let keys = try await home.keys(try environment(home, server), profile: "other")
        #expect(keys.accessKeyID == "AKIDOTHER")
        #expect(server.requests.isEmpty)
    }

    /// The file is read for each exchange: whoever wrote it writes it anew before its token ends.
    @Test func theTokenIsReadEachTime() async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome()
        let environment = try environment(home, server)
        let chain = try credentialChain(home.configuration(environment))
        _ = try await chain.credentials()
        try home.folder.write("token", "HUSH-SECOND\n")
        _ = try await chain.credentials()
        #expect(server.requests.map { $0.field("WebIdentityToken") } == ["HUSH.TOKEN+/=", "HUSH-SECOND"])
    }

    @Test(arguments: ["", "\n", "  \n"])
    func anEmptyTokenIsRefused(_ text: String) async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome()
        let environment = try environment(home, server)
        try home.folder.write("token", text)
        let failure = try await home.failure(environment)
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains("web identity: "))
        #expect(server.requests.isEmpty)
    }

    @Test func aTokenFileThatIsMissingIsNamed() async throws {
        let home = try CredentialHome()
        let failure = try await home.failure([
            "AWS_ROLE_ARN": "arn:e", "AWS_WEB_IDENTITY_TOKEN_FILE": home.folder.path("nowhere"),
        ])
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains(home.folder.path("nowhere")))
    }

    @Test func aTokenWantsARole() async throws {
        let server = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome()
        let failure = try await home.failure(try environment(home, server, ["AWS_ROLE_ARN": ""]))
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains("AWS_ROLE_ARN"))
        #expect(server.requests.isEmpty)
    }

    /// A passing trouble of the identity provider: STS says so with a 400 of its own.
    @Test func anUnreachableProviderIsAskedAgain() async throws {
        let server = try server(
            answering: stsError(400, "IDPCommunicationError"), roleAnswer("AKIDROLE"))
        let home = try CredentialHome()
        let keys = try await home.keys(try environment(home, server, ["AWS_MAX_ATTEMPTS": "2"]))
        #expect(keys.accessKeyID == "AKIDROLE")
        #expect(server.requests.count == 2)
    }

    private func environment(
        _ home: CredentialHome, _ server: StubServer, _ more: [String: String] = [:]
    ) throws -> [String: String] {
        let own = [
            "AWS_ENDPOINT_URL_STS": server.url, "AWS_ROLE_ARN": "arn:e",
            "AWS_WEB_IDENTITY_TOKEN_FILE": try home.folder.write("token", "HUSH.TOKEN+/=\n"),
        ]
        return own.merging(more) { $1 }
    }
}
