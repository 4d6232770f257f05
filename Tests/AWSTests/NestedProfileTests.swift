import Support
import Testing

@testable import AWS

/// Values under values, and sections that stand indented as a whole.
@Suite struct NestedProfileTests {
    @Test(arguments: [
        "[p]\ns3 =\n  endpoint_url = v\n  other = w\nk = u\n",
        "[p]\nk = u\ns3 =\n\tendpoint_url = v\n\tother = w\n",
        "[p]\r\nk = u\r\ns3 =\r\n    endpoint_url = v\r\n    other = w\r\n",
        "[p]\nk = u\ns3 =\n  # of mine\n\n  endpoint_url = v ; of mine\n  other = w\n",
        "  [p]\n  k = u\n  s3 =\n    endpoint_url = v\n    other = w\n",
        "\t[p]\n\ts3 =\n\t\tendpoint_url = v\n\t\tother = w\n\tk = u\n",
        "[p]\n  k = u\n  S3 =\n    ENDPOINT_URL = v\n    other = w\n",
        "[p]\ns3=\n endpoint_url=v\n other=w\nk=u\n",
    ])
    func deeperLinesBelongToTheKeyAboveThem(_ text: String) throws {
        #expect(try read(text)["p"] == ["s3.endpoint_url": "v", "s3.other": "w", "k": "u"], "\(text)")
    }

    @Test func aSectionEndsItsValues() throws {
        let text = "[p]\ns3 =\n  region = nested\n[q]\n  region = own\n"
        #expect(try read(text) == ["p": ["s3.region": "nested"], "q": ["region": "own"]])
    }

    @Test func twoServicesOfOneSectionAreKeptApart() throws {
        let text = "[services s]\nsqs =\n  endpoint_url = q\ns3 =\n  endpoint_url = b\n"
        #expect(try read(text)["services s"] == ["sqs.endpoint_url": "q", "s3.endpoint_url": "b"])
    }

    @Test func theServicesSectionNamesEndpoints() throws {
        let folder = try TemporaryDirectory()
        try folder.write(
            ".aws/config",
            """
            [profile p]
            services = mine
            endpoint_url = http://general:1
            [services mine]
            sqs =
              endpoint_url = http://queues:2
            [services other]
            s3 =
              endpoint_url = http://buckets:3

            """)
        let p = configuration(["HOME": folder.path], profile: "p")
        #expect(try p.endpoint(for: .sqs)?.authority == "queues:2")
        #expect(try p.endpoint(for: .s3)?.authority == "general:1")
        #expect(try p.endpoint(for: .sts)?.authority == "general:1")
        #expect(try configuration(["HOME": folder.path]).endpoint(for: .sqs) == nil)
    }

    @Test(arguments: ["services = none", "services =", "s3 =\n  endpoint_url = http://not-there:1"])
    func whatNamesNoServicesSectionNamesNoEndpoint(_ line: String) throws {
        let folder = try TemporaryDirectory()
        try folder.write(".aws/config", "[default]\n\(line)\n")
        #expect(try configuration(["HOME": folder.path]).endpoint(for: .s3) == nil)
    }

    @Test func theToolsFlagIsNotMeantForOtherServices() throws {
        let flagged = configuration(endpoint: "http://flag:1")
        #expect(try flagged.endpoint(for: .sqs)?.authority == "flag:1")
        for service in [Service.sts, .sso, .ssoOIDC] { #expect(try flagged.endpoint(for: service) == nil) }
    }

    private func read(_ text: String) throws -> [String: [String: String]] {
        let folder = try TemporaryDirectory()
        return ProfileFile(path: try folder.write("file", text)).sections
    }
}
