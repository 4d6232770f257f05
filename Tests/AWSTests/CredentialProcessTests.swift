import Records
import Support
import Testing

@testable import AWS

/// Profiles with `credential_process`.
@Suite struct CredentialProcessTests {
    @Test func theCommandsKeysAreTaken() async throws {
        let keys = try await home("echo '\(keysDocument("AKIDCOMMAND"))'").keys()
        #expect(keys.accessKeyID == "AKIDCOMMAND")
        #expect(keys.secretAccessKey == "HUSH-AKIDCOMMAND")
        #expect(keys.sessionToken == "HUSH-TOKEN-AKIDCOMMAND")
        #expect(keys.expiration == UTCTime(iso8601: "2099-01-01T00:00:00Z"))
    }

    @Test func keysNeedNotEnd() async throws {
        let document = #"{"Version": 1, "AccessKeyId": "AKIDCOMMAND", "SecretAccessKey": "HUSH"}"#
        let keys = try await home("echo '\(document)'").keys()
        #expect(keys.sessionToken == nil && keys.expiration == nil)
    }

    /// `aws configure export-credentials --format process` writes its times so. Keys whose end is not
    /// understood would never be renewed.
    @Test(arguments: ["2099-01-01T00:00:00+00:00", "2099-01-01T02:00:00+02:00"])
    func theEndMayHaveAnOffset(_ end: String) async throws {
        let keys = try await home("echo '\(keysDocument("AKIDCOMMAND", expiration: end))'").keys()
        #expect(keys.expiration == UTCTime(iso8601: "2099-01-01T00:00:00Z"))
    }

    @Test func anEndThatIsNoneIsRefused() async throws {
        let document = keysDocument("AKIDCOMMAND", expiration: "soon")
        #expect(try await home("echo '\(document)'").failure().status == .accessDenied)
    }

    @Test(arguments: [
        "exit 1", "echo '{}'; exit 3", "no-such-command-of-ours 2>/dev/null", "kill -9 $$",
    ])
    func aCommandThatFailsIsRefused(_ command: String) async throws {
        let failure = try await home(command).failure()
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains("credential_process of profile default: "))
    }

    /// What it prints is never shown: it may hold a secret in whatever form.
    @Test(arguments: [
        "echo HUSH", "true", "echo '[\"HUSH\"]'", "echo '{\"Version\": 1, \"SecretAccessKey\": \"HUSH\"}'",
        "echo '{\"Version\": 2, \"AccessKeyId\": \"AKID\", \"SecretAccessKey\": \"HUSH\"}'",
        "echo '{\"AccessKeyId\": \"AKID\", \"SecretAccessKey\": \"HUSH\"}'",
        "echo '{\"Version\": 1, \"AccessKeyId\": \"AKID\"} HUSH'", "yes HUSH",
    ])
    func whatIsNoDocumentIsRefused(_ command: String) async throws {
        let failure = try await home(command).failure()
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains("credential_process of profile default: "))
    }

    /// The tool's own stdin, a pipe here, may be records: the command must not eat them. Its stderr is
    /// the tool's.
    @Test func theCommandHasItsOwnInputAndTheToolsStandardError() async throws {
        let home = try home("test -p /dev/stdin || echo 'the command speaks' >&2; exit 1")
        let receipt = #"""
            {"QueueUrl":"https://sqs.eu-west-3.amazonaws.com/1/q","MessageId":"m","ReceiptHandle":"h",\#
            "VisibleAt":"2999-01-01T00:00:00.000Z"}

            """#
        let run = try await run(
            "sqs-ack", ["--all"],
            environment: ["HOME": home.folder.path, "AWS_ENDPOINT_URL": try StubServer.deadURL()],
            input: receipt)
        #expect(run.status == 77)
        #expect(run.errLines.contains("the command speaks"))
        #expect(run.err.contains("credential_process of profile default: the command failed"))
    }

    @Test func theCommandIsAShells() async throws {
        let command =
            "id=AKID; id=\"${id}SHELL\"; printf '%s' '\(keysDocument("X"))' | sed \"s/\\\"X\\\"/\\\"$id\\\"/\""
        #expect(try await home(command).keys().accessKeyID == "AKIDSHELL")
    }

    /// Whoever has asked for the keys in the credentials file gets them.
    @Test func keysInTheCredentialsFileComeFirst() async throws {
        let home = try CredentialHome(
            config: "[default]\ncredential_process = exit 1",
            credentials: "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = HUSH")
        #expect(try await home.keys().accessKeyID == "AKIDFILE")
    }

    private func home(_ command: String) throws -> CredentialHome {
        try CredentialHome(config: "[default]\ncredential_process = \(command)")
    }
}
