import Support
import Testing

@testable import AWS

/// The published cases of endpoints in variables, profiles and their `services`.
@Suite(.enabled(if: PublishedSuite.endpointURLs.isThere, PublishedSuite.skipped))
struct EndpointURLSuiteTests {
    @Test func publishedCases() throws {
        let suites = try PublishedSuite.endpointURLs.json("profile-tests.json")["testSuites"].array ?? []
        var count = 0
        for suite in suites {
            let folder = try TemporaryDirectory()
            try folder.write(".aws/config", configFile(suite))
            for example in suite["endpointUrlTests"].array ?? [] {
                count += 1
                let found = try url(example, suite, home: folder.path)
                #expect(found == example["output"]["endpointUrl"].string, "\(example)")
            }
        }
        print("endpoint URL suite: \(count) cases ran")
        #expect(count == 39)
    }

    private func url(_ example: JSON, _ suite: JSON, home: String) throws -> String {
        func member(_ kind: String, _ key: String) -> [String: JSON] {
            example[key].string.flatMap { suite[kind][$0].object } ?? [:]
        }
        var environment = member("environments", "environment").compactMapValues(\.string)
        environment["HOME"] = home
        environment["AWS_PROFILE"] = example["profile"].string
        let client = member("client_configs", "client_config")
        // No flag of these tools says so; the variable does.
        if client["ignore_configured_endpoint_urls"]?.bool == true {
            environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
        }
        let configuration = configuration(environment, endpoint: client["endpoint_url"]?.string)
        let found = try configuration.resolve(
            try service(example), region: try #require(configuration.region))
        return "\(found.endpoint.scheme)://\(found.endpoint.authority)\(found.endpoint.path)"
    }

    private func service(_ example: JSON) throws -> Service {
        let name = try #require(example["service"].string)
        return name == Service.s3.name ? .s3 : Service(name)
    }

    private func configFile(_ suite: JSON) -> String {
        var lines: [String] = []
        for (name, values) in suite["profiles"].object ?? [:] {
            lines.append(name == "default" ? "[default]" : "[profile \(name)]")
            for (key, value) in values.object ?? [:] { lines.append("\(key) = \(value.string ?? "")") }
        }
        for (name, services) in suite["services"].object ?? [:] {
            lines.append("[services \(name)]")
            for (service, values) in services.object ?? [:] {
                lines.append("\(service) =")
                for (key, value) in values.object ?? [:] { lines.append("  \(key) = \(value.string ?? "")") }
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
