import Support
import Testing

/// Proxies, by the variables that every program reads.
@Suite struct ProxyTests {
    /// No name server knows it: only a proxy can be asked for it.
    private static let queueURL = "http://queue.invalid/1/events"

    @Test(arguments: ["HTTP_PROXY", "http_proxy"])
    func plainRequestsGoToTheProxyWhole(_ variable: String) async throws {
        let proxy = try pullServer(StubReply(body: "{}"))
        let run = try await pull(Self.queueURL, [variable: proxy.url])
        #expect(run.status == 0, "\(run.err)")
        #expect(Set(proxy.requests.map(\.target)) == ["http://queue.invalid/"])
        #expect(proxy.requests.allSatisfy { $0.header("Host") == "queue.invalid" })
    }

    @Test func theLowerCaseOneGoesFirst() async throws {
        let proxy = try pullServer(StubReply(body: "{}"))
        let run = try await pull(
            Self.queueURL, ["http_proxy": proxy.url, "HTTP_PROXY": try StubServer.deadURL()])
        #expect(run.status == 0, "\(run.err)")
        #expect(!proxy.requests.isEmpty)
    }

    @Test(
        arguments: ["HTTP_PROXY", "http_proxy"],
        ["NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1", "NO_PROXY=*", "no_proxy=example.com,127.0.0.1"])
    func anExceptionIsAskedDirectly(_ variable: String, _ exception: String) async throws {
        let server = try pullServer(StubReply(body: "{}"))
        let proxy = try pullServer(StubReply(500))
        let parts = exception.split(separator: "=").map(String.init)
        let run = try await pull("\(server.url)/1/q", [variable: proxy.url, parts[0]: parts[1]])
        #expect(run.status == 0, "\(run.err)")
        #expect(proxy.requests.isEmpty)
        #expect(Set(server.requests.map(\.target)) == ["/"])
    }

    /// What follows a CONNECT is for AWS alone; a proxy that refuses has seen nothing of it.
    @Test(arguments: ["HTTPS_PROXY", "https_proxy"])
    func secureRequestsAskForATunnel(_ variable: String) async throws {
        let proxy = try StubServer { _ in StubReply(403) }
        let run = try await pull(stubQueueURL, [variable: proxy.url])
        #expect(run.status == 69, "\(run.err)")
        let request = try #require(proxy.requests.first)
        #expect(request.method == "CONNECT" && request.target == "sqs.eu-west-1.amazonaws.com:443")
        #expect(request.header("Authorization") == nil && request.body.isEmpty)
    }

    @Test func theBucketIsReachedInTheSameWay() async throws {
        let proxy = try StubServer { _ in StubReply(403) }
        let folder = try TemporaryDirectory()
        _ = try await run(
            "day-merge", ["--to", "s3://bucket/events/", "--work", folder.path("days")],
            ["HTTPS_PROXY": proxy.url, "AWS_REGION": "eu-west-3"], input: eventLine("2026-01-01", 1) + "\n")
        #expect(proxy.requests.first?.target == "bucket.s3.eu-west-3.amazonaws.com:443")
    }

    @Test func theProxysPasswordIsSentToItAndShownToNobody() async throws {
        let proxy = try pullServer(StubReply(407, body: "who are you?"))
        let url = proxy.url.replacing("//", with: "//someone:PASSWORD17@")
        for environment in [["HTTP_PROXY": url], ["http_proxy": url]] {
            let run = try await pull(Self.queueURL, environment, ["--verbose"])
            #expect(run.status != 0)
            #expect(!run.err.contains("PASSWORD17") && !run.outText.contains("PASSWORD17"))
        }
        // someone:PASSWORD17
        let expected = "Basic c29tZW9uZTpQQVNTV09SRDE3"
        #expect(proxy.requests.allSatisfy { $0.header("Proxy-Authorization") == expected })
        let dead = try StubServer.deadURL().replacing("//", with: "//someone:PASSWORD17@")
        let run = try await pull(Self.queueURL, ["HTTP_PROXY": dead], ["--verbose"])
        #expect(run.status == 69)
        #expect(!run.err.contains("PASSWORD17"))
    }

    private func pull(
        _ queueURL: String, _ environment: [String: String], _ more: [String] = []
    ) async throws -> ToolRun {
        let folder = try TemporaryDirectory()
        let arguments = ["--spool", folder.path("spool"), "--wait-time-seconds", "0"] + more
        return try await run("sqs-pull", arguments, environment.merging(["QUEUE_URL": queueURL]) { $1 })
    }

    /// Without the endpoint of a stub server, for which no proxy is asked.
    private func run(
        _ tool: String, _ arguments: [String], _ environment: [String: String], input: String = ""
    ) async throws -> ToolRun {
        let keys = [
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": secretKey,
            "AWS_SESSION_TOKEN": sessionToken, "AWS_MAX_ATTEMPTS": "1", "HOME": "/nonexistent",
        ]
        let all = keys.merging(environment) { $1 }
        let run = try await Support.run(tool, arguments, environment: all, input: input, timeout: 60)
        expectPrivate(run, tool)
        return run
    }
}
