import Records
import Support
import Testing

@testable import AWS

private let environmentKeys = [
    "AWS_ACCESS_KEY_ID": "ENVIRONMENT", "AWS_SECRET_ACCESS_KEY": "SECRET", "AWS_SESSION_TOKEN": "TOKEN",
]

/// Keys in the environment and in the files; the other sources have their own tests.
@Suite struct CredentialTests {
    @Test func theEnvironmentComesFirst() async throws {
        let found = try await chain(environmentKeys).credentials()
        #expect(found.accessKeyID == "ENVIRONMENT")
        #expect(found.secretAccessKey == "SECRET")
        #expect(found.sessionToken == "TOKEN")
    }

    @Test func anEmptyTokenIsNone() async throws {
        let environment = environmentKeys.merging(["AWS_SESSION_TOKEN": ""]) { $1 }
        #expect(try await chain(environment).credentials().sessionToken == nil)
    }

    @Test(arguments: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
    func halfAPairIsNone(_ name: String) async throws {
        let environment = environmentKeys.merging([name: ""]) { $1 }
        #expect(try await chain(environment).credentials().accessKeyID == "FILE")
    }

    /// A profile that the flag names takes the environment's keys out, one that AWS_PROFILE names does not.
    @Test func aProfileNamedByFlagTakesTheEnvironmentOut() async throws {
        let environment = environmentKeys.merging(["AWS_PROFILE": "other"]) { $1 }
        #expect(try await chain(environment).credentials().accessKeyID == "ENVIRONMENT")
        #expect(try await chain(environment, profile: "other").credentials().accessKeyID == "OTHER")
        #expect(try await chain(environment, profile: "default").credentials().accessKeyID == "FILE")
    }

    @Test func theCredentialsFileComesBeforeTheConfigFile() async throws {
        #expect(try await chain([:]).credentials().accessKeyID == "FILE")
        #expect(try await chain(["AWS_PROFILE": "configured"]).credentials().accessKeyID == "CONFIGURED")
    }

    @Test func nowhereIsAccessDeniedWithHelp() async throws {
        let nothing = ["AWS_EC2_METADATA_DISABLED": "true"]
        let failure = try await failure(credentialChain(configuration(nothing)))
        #expect(failure.status == .accessDenied)
        #expect(failure.message.hasPrefix("no AWS credentials"))
        #expect(failure.advice?.isEmpty == false)
    }

    @Test func theMessageNamesNoSecret() async throws {
        let environment = [
            "AWS_SECRET_ACCESS_KEY": "SECRETEXAMPLE", "AWS_SESSION_TOKEN": "TOKENEXAMPLE",
            "AWS_EC2_METADATA_DISABLED": "true",
        ]
        let failure = try await failure(credentialChain(configuration(environment)))
        let said = failure.message + (failure.advice ?? "")
        #expect(!said.contains("SECRETEXAMPLE") && !said.contains("TOKENEXAMPLE"))
    }

    private func chain(_ environment: [String: String], profile: String? = nil) throws -> CredentialChain {
        let folder = try TemporaryDirectory()
        try folder.write(
            ".aws/credentials",
            """
            [default]
            aws_access_key_id = FILE
            aws_secret_access_key = S
            [other]
            aws_access_key_id = OTHER
            aws_secret_access_key = S

            """)
        try folder.write(
            ".aws/config",
            """
            [default]
            aws_access_key_id = NOT-THIS
            aws_secret_access_key = S
            [profile configured]
            aws_access_key_id = CONFIGURED
            aws_secret_access_key = S

            """)
        let home = ["HOME": folder.path]
        return try credentialChain(configuration(home.merging(environment) { $1 }, profile: profile))
    }

    private func failure(_ chain: CredentialChain) async throws -> Failure {
        do {
            throw UnexpectedKeys(id: try await chain.credentials().accessKeyID)
        } catch let failure as Failure {
            return failure
        }
    }
}
