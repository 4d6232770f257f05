import Records
import Support
import Testing

@testable import AWS

/// Switches that a variable or the profile sets.
@Suite struct SettingsTests {
    @Test(arguments: [
        ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", "sqs-fips.eu-west-3.amazonaws.com"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", "sqs.eu-west-3.api.aws"),
    ])
    func kindsOfEndpoints(_ variable: String, _ key: String, _ host: String) throws {
        let plain = "sqs.eu-west-3.amazonaws.com"
        #expect(try sqsHost([variable: "true"]) == host)
        #expect(try sqsHost([variable: "TRUE"]) == host)
        #expect(try sqsHost([variable: "false"]) == plain)
        #expect(try sqsHost([variable: "1"]) == plain)
        #expect(try sqsHost([:], profile: "\(key) = true") == host)
        #expect(try sqsHost([variable: "false"], profile: "\(key) = true") == plain)
    }

    @Test func bothKindsAtOnce() throws {
        let both = ["AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"]
        #expect(try sqsHost(both) == "sqs-fips.eu-west-3.api.aws")
    }

    @Test(arguments: ["standard", "legacy", "adaptive", "Standard"])
    func retryModesAreKnown(_ mode: String) throws {
        #expect(try configuration(["AWS_RETRY_MODE": mode]).retryPolicy().maxAttempts == 3)
        let folder = try profile("retry_mode = \(mode)\nmax_attempts = 5")
        #expect(try configuration(["HOME": folder.path]).retryPolicy().maxAttempts == 5)
    }

    @Test(arguments: [
        ("AWS_RETRY_MODE", "often"), ("AWS_STS_REGIONAL_ENDPOINTS", "global"), ("AWS_MAX_ATTEMPTS", "many"),
    ])
    func aValueThatIsNoneEndsTheSession(_ variable: String, _ value: String) throws {
        let configuration = configuration([variable: value])
        let error = #expect(throws: Failure.self) {
            _ = try Session(configuration).queue("https://sqs.eu-west-1.amazonaws.com/1/q")
        }
        #expect(error?.status == .configuration)
        #expect(error?.message.contains(variable) == true)
        #expect(error?.message.contains(value) == false)
    }

    /// Once, at the start, and not for each day.
    @Test(arguments: [
        ["AWS_USE_FIPS_ENDPOINT": "true", "AWS_ENDPOINT_URL_S3": "http://localhost:9000"],
        ["AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_ENDPOINT_URL": "http://localhost:9000"],
        ["AWS_USE_FIPS_ENDPOINT": "true", "AWS_REGION": "cn-north-1"], ["AWS_REGION": "us east 1"],
        ["AWS_ENDPOINT_URL_S3": "localhost:9000"],
    ])
    func aBucketThatCannotBeReachedEndsTheSession(_ environment: [String: String]) throws {
        let session = try Session(configuration(environment))
        let error = #expect(throws: Failure.self) { try session.objectStore() }
        #expect(error?.status == .configuration)
    }

    @Test func stsIsRegionalUnlessItIsLegacy() throws {
        func host(_ environment: [String: String], _ region: String = "eu-west-1") throws -> String {
            try configuration(environment).resolve(.sts, region: region).endpoint.host
        }
        let name = "AWS_STS_REGIONAL_ENDPOINTS"
        #expect(try host([:]) == "sts.eu-west-1.amazonaws.com")
        #expect(try host([name: "regional"]) == "sts.eu-west-1.amazonaws.com")
        #expect(try host([name: "Legacy"]) == "sts.amazonaws.com")
        #expect(try host([name: "legacy"], "eu-south-2") == "sts.eu-south-2.amazonaws.com")
        let folder = try profile("sts_regional_endpoints = legacy")
        #expect(try host(["HOME": folder.path]) == "sts.amazonaws.com")
    }

    @Test func theBundleOfCertificatesMayBeInTheHomeFolder() throws {
        let folder = try profile("ca_bundle = ~/own.pem")
        func bundle(_ more: [String: String]) -> String? {
            configuration(["HOME": folder.path].merging(more) { $1 }).transportSettings().caBundle
        }
        #expect(bundle([:]) == "\(folder.path)/own.pem")
        #expect(bundle(["AWS_CA_BUNDLE": "~/other.pem"]) == "\(folder.path)/other.pem")
        #expect(bundle(["AWS_CA_BUNDLE": "/etc/~/x.pem"]) == "/etc/~/x.pem")
        #expect(configuration().transportSettings().caBundle == nil)
    }

    @Test func theLowerCaseProxyGoesFirst() {
        func proxy(_ environment: [String: String]) -> String? {
            configuration(environment).transportSettings().httpProxy
        }
        #expect(proxy(["HTTP_PROXY": "http://p:1"]) == "http://p:1")
        // libcurl reads that one itself.
        #expect(proxy(["HTTP_PROXY": "http://p:1", "http_proxy": "http://q:2"]) == nil)
        #expect(proxy([:]) == nil)
    }

    @Test(arguments: [
        ("my-app", "my-app"), ("two words", "two-words"), ("a/b(c);d", "a-b-c--d"), ("line\nend", "line-end"),
        (String(repeating: "x", count: 51), String(repeating: "x", count: 50)),
    ])
    func theApplicationStandsInTheUserAgent(_ name: String, _ shown: String) async throws {
        let server = try server(answering: StubReply(body: "{}"))
        let session = try Session(configuration(at: server, ["AWS_SDK_UA_APP_ID": name]))
        _ = try await session.queue("\(server.url)/1/q").attributes()
        let agents = server.requests.map { $0.header("User-Agent") }
        #expect(agents == ["s3-event-writer/\(Records.version) app/\(shown)"])
    }

    @Test func withoutANameThereIsNoApplication() async throws {
        let server = try server(answering: StubReply(body: "{}"))
        _ = try await Session(configuration(at: server)).queue("\(server.url)/1/q").attributes()
        #expect(server.requests.map { $0.header("User-Agent") } == ["s3-event-writer/\(Records.version)"])
        let folder = try profile("sdk_ua_app_id = own")
        #expect(configuration(["HOME": folder.path]).transportSettings().userAgent.hasSuffix(" app/own"))
    }

    private func sqsHost(_ environment: [String: String], profile lines: String = "") throws -> String {
        let folder = try profile(lines)
        let all = ["HOME": folder.path].merging(environment) { $1 }
        return try configuration(all).resolve(.sqs, region: "eu-west-3").endpoint.host
    }

    private func profile(_ lines: String) throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        try folder.write(".aws/config", "[default]\n\(lines)\n")
        return folder
    }
}
