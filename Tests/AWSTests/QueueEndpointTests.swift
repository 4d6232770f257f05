import Records
import Support
import Testing

@testable import AWS

/// Which host a queue's calls go to, and which region they are signed for.
@Suite struct QueueEndpointTests {
    private static let plain = "https://sqs.eu-west-1.amazonaws.com/123456789012/events"
    private static let vpc = "https://vpce-1-2.sqs.eu-west-1.vpce.amazonaws.com/1/q"
    private static let fips = ["AWS_USE_FIPS_ENDPOINT": "true"]
    private static let dualStack = ["AWS_USE_DUALSTACK_ENDPOINT": "true"]

    @Test(
        arguments: [
            (plain, [:], "sqs.eu-west-1.amazonaws.com"), (plain, fips, "sqs-fips.eu-west-1.amazonaws.com"),
            (plain, dualStack, "sqs.eu-west-1.api.aws"),
            (plain, fips.merging(dualStack) { $1 }, "sqs-fips.eu-west-1.api.aws"),
            ("https://eu-west-1.queue.amazonaws.com/1/q", [:], "eu-west-1.queue.amazonaws.com"),
            ("https://eu-west-1.queue.amazonaws.com/1/q", fips, "sqs-fips.eu-west-1.amazonaws.com"),
            (vpc, [:], "vpce-1-2.sqs.eu-west-1.vpce.amazonaws.com"),
            // A VPC endpoint's host is none that FIPS 140 validates.
            (vpc, fips, "sqs-fips.eu-west-1.amazonaws.com"),
            ("https://sqs-fips.eu-west-1.amazonaws.com/1/q", fips, "sqs-fips.eu-west-1.amazonaws.com"),
            ("https://sqs.eu-west-1.api.aws/1/q", [:], "sqs.eu-west-1.api.aws"),
        ] as [(String, [String: String], String)])
    func awsHosts(_ url: String, _ environment: [String: String], _ host: String) async throws {
        let request = try await request(to: url, environment)
        #expect(request.endpoint == Endpoint(host: host))
        #expect(request.signedRegion == "eu-west-1")
        #expect(String(decoding: request.body.allBytes, as: UTF8.self).contains("\"QueueUrl\":\"\(url)\""))
    }

    /// Each part of AWS has domains of its own.
    @Test(arguments: [
        ("sqs.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("sqs.cn-north-1.api.amazonwebservices.com.cn", "cn-north-1"),
        ("sqs.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("sqs.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
        ("sqs.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"),
        ("sqs.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
    ])
    func theRegionOfEachPartition(_ host: String, _ region: String) async throws {
        let request = try await request(to: "https://\(host)/1/q", ["AWS_REGION": "ap-south-1"])
        #expect(request.endpoint.host == host)
        #expect(request.signedRegion == region)
    }

    @Test(arguments: [fips, dualStack])
    func anotherHostHasNoOtherKind(_ environment: [String: String]) throws {
        for url in ["http://localhost:9324/1/q", "https://sqs.example.com/1/q"] {
            #expect(refusal(of: url, environment) == .configuration)
        }
        let custom = environment.merging(["AWS_ENDPOINT_URL_SQS": "http://localhost:9324"]) { $1 }
        #expect(refusal(of: Self.plain, custom) == .configuration)
    }

    /// It becomes a part of the signature also where the URL's own host serves.
    @Test(arguments: ["a b", "eu-west-1!", "eu/west", "-eu", "eu-"])
    func aRegionThatIsNoneIsRefused(_ region: String) {
        let refused = #expect(throws: Failure.self) {
            try SQSQueue(Self.plain, configuration(region: region), client(RecordingSender()))
        }
        #expect(refused?.status == .configuration)
    }

    @Test func aCustomEndpointStandsAboveTheURLs() async throws {
        let request = try await request(
            to: Self.plain, ["AWS_ENDPOINT_URL_SQS": "http://localhost:9324/base"])
        #expect(request.endpoint == Endpoint(scheme: "http", host: "localhost", port: 9324, path: "/base"))
        #expect(request.url == "http://localhost:9324/base/")
        #expect(request.signedRegion == "eu-west-1")
    }

    private func refusal(of url: String, _ environment: [String: String]) -> Records.ExitStatus? {
        let error = #expect(throws: Failure.self, "\(url)") {
            try SQSQueue(url, configuration(environment), client(RecordingSender()))
        }
        return error?.status
    }

    private func request(to url: String, _ environment: [String: String]) async throws -> HTTPRequest {
        let sent = RecordingSender()
        let queue = try SQSQueue(url, configuration(environment), client(sent))
        _ = try await queue.attributes()
        return try #require(sent.requests.first)
    }

    private func client(_ sender: RecordingSender) -> Client {
        Client(sender, credentials: FixedCredentials(exampleKeys), retry: RetryPolicy(maxAttempts: 1))
    }
}

extension HTTPRequest {
    /// The region in the signature's scope.
    fileprivate var signedRegion: String? {
        let authorization = headers.first { $0.name == "Authorization" }?.value ?? ""
        let scope = authorization.split(separator: ",").first?.split(separator: "/") ?? []
        return scope.count == 5 ? String(scope[2]) : nil
    }
}

extension HTTPRequest.Body {
    fileprivate var allBytes: [UInt8] { if case .bytes(let bytes) = self { bytes } else { [] } }
}
