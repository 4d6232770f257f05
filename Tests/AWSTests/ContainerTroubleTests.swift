import Records
import Support
import Testing

@testable import AWS

/// Containers that answer with an error, or not at all.
@Suite struct ContainerTroubleTests {
    @Test func aServersErrorIsAskedAgain() async throws {
        let server = try server(answering: StubReply(500), StubReply(503), keysAnswer("AKIDTASK"))
        let keys = try await CredentialHome().keys([full: server.url])
        #expect(keys.accessKeyID == "AKIDTASK")
        #expect(server.requests.count == 3)
    }

    /// It may work later, so it is no refusal.
    @Test(arguments: [500, 503])
    func aServerInTroubleIsAskedThreeTimes(_ status: Int) async throws {
        let server = try server(answering: StubReply(status, body: "HUSH"))
        let failure = try await CredentialHome().failure([full: server.url])
        #expect(server.requests.count == 3)
        #expect(failure.message.contains("container: "))
        #expect(failure.message.contains("HTTP \(status)"))
        #expect(failure.status == .unavailable)
    }

    @Test(arguments: [400, 401, 403, 404])
    func aRefusalIsFinal(_ status: Int) async throws {
        let server = try server(answering: StubReply(status, body: #"{"message": "HUSH"}"#))
        let failure = try await CredentialHome().failure([full: server.url, token: "HUSH"])
        #expect(server.requests.count == 1)
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains("HTTP \(status)"))
    }

    @Test(arguments: [
        "", "HUSH", "{}", "[]", #"{"AccessKeyId": "AKID"}"#, #"{"SecretAccessKey": "HUSH"}"#,
        #"{"AccessKeyId": 1, "SecretAccessKey": "HUSH"}"#,
        #"{"AccessKeyId": "AKID", "SecretAccessKey": "HUSH""#,
    ])
    func anAnswerWithoutKeysIsRefused(_ body: String) async throws {
        let server = try server(answering: StubReply(body: body))
        let failure = try await CredentialHome().failure([full: server.url])
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains("gave no keys"))
    }

    @Test func aServerThatIsNotThereMayComeBack() async throws {
        let failure = try await CredentialHome().failure([full: try StubServer.deadURL(), token: "HUSH"])
        #expect(failure.status == .unavailable)
        #expect(failure.message.contains("container: no answer"))
    }

    /// A container that is configured has the last word: the machine's own role is another one.
    @Test func theInstanceIsNotAskedInstead() async throws {
        let container = try server(answering: StubReply(404))
        let instance = try server(answering: StubReply(body: "token"))
        _ = try await CredentialHome().failure([
            full: container.url, "AWS_EC2_METADATA_DISABLED": "",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": instance.url,
        ])
        #expect(instance.requests.isEmpty)
    }

    private let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    private let token = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
}
