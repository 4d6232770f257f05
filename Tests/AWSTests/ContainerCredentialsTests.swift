import Records
import Support
import Testing

@testable import AWS

private let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
private let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
private let tokenVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
private let tokenFileVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"

/// The keys of a task or pod.
@Suite struct ContainerCredentialsTests {
    @Test func theFullURIIsAsked() async throws {
        let server = try server(answering: keysAnswer("AKIDTASK"))
        let keys = try await CredentialHome().keys([full: server.url + "/v1/keys"])
        #expect(keys.accessKeyID == "AKIDTASK" && keys.secretAccessKey == "HUSH-AKIDTASK")
        #expect(keys.sessionToken == "HUSH-TOKEN-AKIDTASK")
        #expect(keys.expiration == UTCTime(iso8601: "2099-01-01T00:00:00Z"))
        let request = try #require(server.requests.first)
        #expect(request.method == "GET" && request.target == "/v1/keys")
        #expect(request.header("Accept") == "application/json")
        #expect(request.header("Authorization") == nil)
    }

    @Test(arguments: [
        ("", "/"), ("/", "/"), ("/keys?role=one", "/keys?role=one"), ("?role=one", "/?role=one"),
        ("/a/b%20c?token=x%2By", "/a/b%20c?token=x%2By"), ("/keys?a=1&b=2", "/keys?a=1&b=2"),
    ])
    func pathAndQueryAreSentAsTheyStand(_ rest: String, _ target: String) async throws {
        let server = try server(answering: keysAnswer("AKIDTASK"))
        _ = try await CredentialHome().keys([full: server.url + rest])
        #expect(server.requests.map(\.target) == [target])
    }

    /// Of the two the relative one counts, as in the AWS CLI; it is asked at ECS's address.
    @Test func theRelativeURIIsAskedAtItsAddress() async throws {
        let sender = try Redirected(to: keysAnswer("AKIDTASK"))
        let keys = try await sender.keys([relative: "/v2/credentials/one?a=b", full: "http://localhost:1/"])
        #expect(keys.accessKeyID == "AKIDTASK")
        #expect(sender.urls == ["http://169.254.170.2/v2/credentials/one?a=b"])
    }

    @Test(arguments: ["@evil.example/", "evil.example", ":80/", "http://evil.example/"])
    func aRelativeURIBeginsWithASlash(_ uri: String) async throws {
        let sender = try Redirected(to: keysAnswer("AKIDTASK"))
        let failure = try await sender.failure([relative: uri])
        #expect(failure.status == .accessDenied && failure.message.contains(relative))
        #expect(sender.urls.isEmpty)
    }

    // MARK: Whom to trust

    @Test(arguments: [
        "http://169.254.170.2/k", "http://169.254.170.23/k", "http://[fd00:ec2::23]/k",
        "http://[FD00:EC2::23]/k",
        "http://localhost/k", "http://LOCALHOST:8080/k", "http://127.0.0.1:1/k", "http://127.1.2.3/k",
        "http://[::1]:9/k", "https://keys.example.com/k", "HTTPS://192.0.2.1/k",
    ])
    func theseHostsAreAsked(_ url: String) async throws {
        let sender = try Redirected(to: keysAnswer("AKIDTASK"))
        #expect(try await sender.keys([full: url]).accessKeyID == "AKIDTASK")
        #expect(sender.urls.count == 1)
    }

    @Test(arguments: [
        "http://example.com/k", "http://127.0.0.1.evil.com/k", "http://169.254.170.3/k", "http://0.0.0.0/k",
        "http://127.0.0.1@evil.com/k", "http://localhost.evil.com/k", "http://localhost@evil.com/k",
        "http://[::2]/k", "http://[::ffff:192.0.2.1]/k", "http://128.0.0.1/k", "http://127.0.0.256/k",
        "http://127.0.0/k", "http://127.evil.0.1/k", "http://evil.com#@localhost/k",
        "http://evil.com?@localhost/k",
        "http://169.254.170.2.evil.com/k", "ftp://localhost/k", "localhost/k", "http://",
        "file:///etc/passwd",
    ])
    func otherHostsAreRefused(_ url: String) async throws {
        let sender = try Redirected(to: keysAnswer("AKIDTASK"))
        let failure = try await sender.failure([full: url, tokenVariable: "HUSH"])
        #expect(failure.status == .accessDenied && failure.message.contains(full))
        #expect(sender.urls.isEmpty)
    }

    // MARK: Tokens

    @Test func theTokenIsSentAsItIs() async throws {
        let server = try server(answering: keysAnswer("AKIDTASK"))
        _ = try await CredentialHome().keys([full: server.url, tokenVariable: "Basic HUSH=="])
        #expect(server.requests.first?.header("Authorization") == "Basic HUSH==")
    }

    /// And read each time, as it is renewed.
    @Test func theTokensFileComesBeforeTheToken() async throws {
        let server = try server(answering: keysAnswer("AKIDTASK"))
        let home = try CredentialHome()
        let file = try home.folder.write("token", "HUSH-FILE\n")
        let environment = [full: server.url, tokenVariable: "HUSH", tokenFileVariable: file]
        let chain = try credentialChain(home.configuration(environment))
        _ = try await chain.credentials()
        try home.folder.write("token", "HUSH-SECOND")
        _ = try await chain.credentials()
        #expect(server.requests.map { $0.header("Authorization") } == ["HUSH-FILE", "HUSH-SECOND"])
    }

    /// What follows a line's end would be a header of its own.
    @Test(arguments: ["HUSH\nX-Evil: 1", "HUSH\rX-Evil: 1", "HUSH\r\nX-Evil: 1"])
    func aTokenOfTwoLinesIsRefused(_ token: String) async throws {
        let server = try server(answering: keysAnswer("AKIDTASK"))
        let failure = try await CredentialHome().failure([full: server.url, tokenVariable: token])
        #expect(failure.status == .accessDenied && failure.message.contains(tokenVariable))
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: ["HUSH\rX-Evil: 1\n", "HUSH\nX-Evil: 1\n"])
    func aTokensFileMakesNoHeader(_ token: String) async throws {
        let server = try server(answering: keysAnswer("AKIDTASK"))
        let home = try CredentialHome()
        _ = try? await home.keys([
            full: server.url, tokenFileVariable: try home.folder.write("token", token),
        ])
        for request in server.requests {
            #expect(request.header("X-Evil") == nil)
            #expect(request.header("Authorization") == "HUSH")
        }
    }

    @Test(arguments: ["", "\n"])
    func anEmptyTokensFileIsRefused(_ text: String) async throws {
        let server = try server(answering: keysAnswer("AKIDTASK"))
        let home = try CredentialHome()
        let file = try home.folder.write("token", text)
        let failure = try await home.failure([full: server.url, tokenFileVariable: file])
        #expect(failure.status == .accessDenied && failure.message.contains(file))
        #expect(server.requests.isEmpty)
    }
}
