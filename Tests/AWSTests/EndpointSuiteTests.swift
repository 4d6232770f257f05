import Foundation
import Records
import Support
import Testing

@testable import AWS

/// The published cases of the endpoint rules, each through variables as a user would set them.
@Suite(.enabled(if: PublishedSuite.endpoints.isThere, PublishedSuite.skipped))
struct EndpointSuiteTests {
    @Test func s3() throws {
        let tally = try run("s3", .s3)
        #expect(tally.endpoints >= 72)
        #expect(tally.errors >= 30)
    }

    @Test func sqs() throws {
        let tally = try run("sqs", .sqs)
        #expect(tally.endpoints >= 44)
        #expect(tally.errors >= 2)
    }

    @Test func sts() throws {
        let tally = try run("sts", .sts)
        #expect(tally.endpoints >= 64)
        #expect(tally.errors >= 2)
    }

    private func run(_ name: String, _ service: Service) throws -> EndpointTally {
        let cases = try #require(try PublishedSuite.endpoints.json("\(name).json")["testCases"].array)
        var tally = EndpointTally()
        for example in cases.map(EndpointCase.init) {
            if let reason = example.reasonToSkip(service) {
                tally.skipped[reason, default: 0] += 1
            } else if example.expectedURL != nil {
                tally.endpoints += 1
                try expectEndpoint(example, service)
            } else {
                tally.errors += 1
                let error = #expect(throws: Failure.self, "\(example)") { try example.found(service) }
                #expect(error?.status == .configuration, "\(example)")
            }
        }
        print("endpoint suite \(name): \(tally)")
        #expect(tally.count == cases.count)
        return tally
    }

    private func expectEndpoint(_ example: EndpointCase, _ service: Service) throws {
        let (url, signingRegion) = try example.found(service)
        #expect(url == example.expectedURLInOurStyle, "\(example)")
        if let expected = example.expectedSigningRegion {
            #expect(signingRegion == expected, "\(example)")
        }
    }
}

/// How many cases ran, and how many did not by which rule.
private struct EndpointTally: CustomStringConvertible {
    var endpoints = 0
    var errors = 0
    var skipped: [String: Int] = [:]

    var count: Int { endpoints + errors + skipped.values.reduce(0, +) }

    var description: String {
        let rules = skipped.sorted { $0.key < $1.key }.map { "\($0.value) skipped: \($0.key)" }
        return (["\(endpoints) endpoints and \(errors) errors ran"] + rules).joined(separator: "; ")
    }
}
