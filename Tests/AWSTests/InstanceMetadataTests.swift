import Foundation
import Records
import Support
import Testing

@testable import AWS

private let keysPath = "/latest/meta-data/iam/security-credentials/"

/// The role of an EC2 instance.
@Suite struct InstanceMetadataTests {
    @Test func tokenRoleAndKeysAreAsked() async throws {
        let server = try instance()
        let keys = try await CredentialHome().keys(environment(server))
        #expect(keys.accessKeyID == "AKIDINSTANCE" && keys.sessionToken == "HUSH-TOKEN-AKIDINSTANCE")
        let requests = server.requests
        #expect(requests.map(\.method) == ["PUT", "GET", "GET"])
        // The role's name may have these characters too.
        let targets = requests.map(\.target.removingPercentEncoding)
        #expect(targets == ["/latest/api/token", keysPath, keysPath + "a-role_1+=,.@"])
        #expect(requests.first?.header("X-aws-ec2-metadata-token-ttl-seconds") == "21600")
        #expect(requests.dropFirst().allSatisfy { $0.header("X-aws-ec2-metadata-token") == "HUSH==" })
    }

    // MARK: Where it is

    @Test(arguments: [
        ([:], "", "http://169.254.169.254"),
        ([mode: "IPv4"], "", "http://169.254.169.254"), ([mode: "IPv6"], "", "http://[fd00:ec2::254]"),
        ([mode: "ipv6"], "", "http://[fd00:ec2::254]"),
        ([:], "\(modeKey) = IPv6", "http://[fd00:ec2::254]"),
        ([mode: "IPv4"], "\(modeKey) = IPv6", "http://169.254.169.254"),
        ([endpoint: "http://one:81/"], "", "http://one:81"),
        ([:], "\(endpointKey) = http://two", "http://two"),
        ([endpoint: "http://one:81"], "\(endpointKey) = http://two", "http://one:81"),
        ([endpoint: "http://[::1]:5", mode: "IPv6"], "", "http://[::1]:5"),
    ])
    func itIsAskedWhereItIsSaidToBe(
        _ environment: [String: String], _ line: String, _ expected: String
    ) async throws {
        let sender = try Redirected(to: StubReply(404), config: "[default]\n\(line)")
        _ = try await sender.failure(["AWS_EC2_METADATA_DISABLED": ""].merging(environment) { $1 })
        #expect(sender.urls == [expected + "/latest/api/token"])
    }

    @Test(arguments: [[mode: "IPv5"], [endpoint: "169.254.169.254"], [endpoint: "ftp://one"]])
    func aPlaceThatIsNoneIsRefused(_ environment: [String: String]) async throws {
        let sender = try Redirected(to: StubReply(404))
        let failure = try await sender.failure(["AWS_EC2_METADATA_DISABLED": ""].merging(environment) { $1 })
        #expect(environment.keys.allSatisfy { failure.message.contains($0) })
        #expect(sender.urls.isEmpty)
    }

    @Test(arguments: ["true", "TRUE", "True"])
    func itCanBeDisabled(_ value: String) async throws {
        let server = try instance()
        let failure = try await CredentialHome().failure(
            environment(server, ["AWS_EC2_METADATA_DISABLED": value]))
        #expect(failure.status == .accessDenied && failure.message.contains("AWS_EC2_METADATA_DISABLED"))
        #expect(server.requests.isEmpty)
    }

    // MARK: Trouble

    @Test(arguments: [400, 401, 403, 404, 405])
    func withoutATokenNothingElseIsAsked(_ status: Int) async throws {
        let server = try server(answering: StubReply(status, body: "HUSH"))
        let failure = try await CredentialHome().failure(environment(server))
        #expect(failure.status == .accessDenied && failure.message.contains("HTTP \(status)"))
        #expect(server.requests.count == 1)
    }

    @Test(arguments: ["/latest/api/token", keysPath, keysPath + "a-role_1+=,.@"])
    func eachRequestIsMadeThreeTimesOfAServersError(_ place: String) async throws {
        let server = try instance {
            $0.target.removingPercentEncoding == place ? StubReply(503, body: "HUSH") : nil
        }
        let failure = try await CredentialHome().failure(environment(server))
        #expect(failure.message.contains("HTTP 503"))
        #expect(server.requests.filter { $0.target.removingPercentEncoding == place }.count == 3)
        #expect(server.requests.last?.target.removingPercentEncoding == place)
    }

    @Test(arguments: [
        (keysPath, StubReply(404)), (keysPath, StubReply(body: "")), (keysPath, StubReply(body: "\n")),
        (keysPath + "a-role_1+=,.@", StubReply(404)), (keysPath + "a-role_1+=,.@", StubReply(body: "HUSH")),
        (
            keysPath + "a-role_1+=,.@",
            StubReply(body: #"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "HUSH"}"#)
        ),
    ])
    func withoutARoleThereAreNoKeys(_ place: String, _ reply: StubReply) async throws {
        let server = try instance { $0.target.removingPercentEncoding == place ? reply : nil }
        let failure = try await CredentialHome().failure(environment(server))
        #expect(failure.status == .accessDenied)
        #expect(failure.message.contains("EC2 instance metadata: the instance"))
        #expect(server.requests.last?.target.removingPercentEncoding == place)
    }

    // MARK: Time

    /// Most machines that look for keys in vain are no EC2 instances.
    @Test func silenceIsWaitedForOnce() async throws {
        let server = try server(answering: StubReply(delay: 30))
        let clock = ContinuousClock()
        let start = clock.now
        let failure = try await CredentialHome().failure(environment(server))
        #expect(clock.now - start < .seconds(2))
        #expect(
            failure.status == .accessDenied && failure.message.contains("EC2 instance metadata: no answer"))
        #expect(server.requests.count == 1)
    }

    @Test func silenceIsWaitedForAsOftenAsIsSaid() async throws {
        let server = try server(answering: .closed)
        _ = try await CredentialHome().failure(
            environment(server, ["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "2"]))
        let profile = try CredentialHome(config: "[default]\nmetadata_service_num_attempts = 3")
        let before = server.requests.count
        _ = try await profile.failure(environment(server))
        #expect(before == 2 && server.requests.count == 5)
    }

    @Test(
        arguments: ["AWS_METADATA_SERVICE_NUM_ATTEMPTS", "AWS_METADATA_SERVICE_TIMEOUT"], ["0", "many", "-1"])
    func aNumberThatIsNoneIsRefused(_ name: String, _ value: String) async throws {
        let server = try instance()
        let failure = try await CredentialHome().failure(environment(server, [name: value]))
        #expect(failure.message.contains(name))
        #expect(server.requests.isEmpty)
    }

    @Test func whereNobodyListensNobodyWaits() async throws {
        let dead = try StubServer.deadURL()
        let failure = try await CredentialHome().failure(["AWS_EC2_METADATA_DISABLED": "", endpoint: dead])
        #expect(failure.status == .accessDenied)
    }

    // MARK: -

    private func environment(_ server: StubServer, _ more: [String: String] = [:]) -> [String: String] {
        ["AWS_EC2_METADATA_DISABLED": "", endpoint: server.url].merging(more) { $1 }
    }

    /// The metadata service of an instance with a role, but for what `instead` answers.
    private func instance(
        _ instead: @escaping @Sendable (StubRequest) -> StubReply? = { _ in nil }
    ) throws -> StubServer {
        try StubServer { request in
            if let reply = instead(request) { return reply }
            switch request.target {
            case "/latest/api/token": return StubReply(body: "HUSH==")
            case keysPath: return StubReply(body: "a-role_1+=,.@\n")
            default: return keysAnswer("AKIDINSTANCE")
            }
        }
    }
}

private let endpoint = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
private let endpointKey = "ec2_metadata_service_endpoint"
private let mode = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"
private let modeKey = "ec2_metadata_service_endpoint_mode"
