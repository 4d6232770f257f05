import Records
import Support
import Testing

@testable import AWS

/// The servers of this machine's own are not asked through a proxy, which would get the keys to see.
@Suite struct MetadataProxyTests {
    @Test(arguments: ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT"])
    func theProxyIsPassedBy(_ name: String) async throws {
        let proxy = try server(answering: StubReply(502))
        let server = try server(answering: keysAnswer("AKIDHERE"))
        _ = try? await CredentialHome().keys([
            name: server.url, "AWS_EC2_METADATA_DISABLED": "", "HTTP_PROXY": proxy.url,
        ])
        #expect(!server.requests.isEmpty)
        #expect(proxy.requests.isEmpty)
    }

    /// The variable that libcurl reads by itself.
    @Test func theProxyIsPassedByWhateverVariableNamesIt() async throws {
        let proxy = try server(answering: StubReply(502))
        let server = try server(answering: StubReply(404))
        let home = try CredentialHome()
        let run = try await run(
            "sqs-pull",
            ["--queue-url", "https://sqs.eu-west-3.amazonaws.com/1/q", "--spool", home.folder.path("spool")],
            environment: [
                "HOME": home.folder.path, "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url,
                "http_proxy": proxy.url, "all_proxy": proxy.url, "https_proxy": proxy.url,
            ])
        #expect(run.status == 77)
        #expect(server.requests.count == 1)
        #expect(proxy.requests.isEmpty)
    }

    /// That the proxy of the test above works: a service is asked through it.
    @Test func aServiceIsAskedThroughTheProxy() async throws {
        let proxy = try server(answering: roleAnswer("AKIDROLE"))
        let home = try CredentialHome()
        let keys = try await home.keys([
            "AWS_ENDPOINT_URL_STS": "http://sts.example", "AWS_ROLE_ARN": "arn:r", "HTTP_PROXY": proxy.url,
            "AWS_WEB_IDENTITY_TOKEN_FILE": try home.folder.write("token", "HUSH"),
        ])
        #expect(keys.accessKeyID == "AKIDROLE")
        #expect(proxy.requests.map(\.target) == ["http://sts.example/"])
    }
}
