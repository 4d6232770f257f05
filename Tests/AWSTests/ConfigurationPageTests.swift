import Foundation
import Support
import Testing

/// docs/configuration.md, held together with what the sources read.
@Suite struct ConfigurationPageTests {
    @Test func everyVariableHasItsLine() throws {
        let read = try named(in: sources(), by: /"(AWS_[A-Z0-9_]+)"/)
        let listed = try named(in: page(), by: /`(AWS_[A-Z0-9_]+)`/)
        #expect(read.count > 25)
        #expect(read.subtracting(listed) == [])
    }

    @Test func everyKeyHasItsLine() throws {
        let read = try named(in: sources(), by: /(?:profile|section|values)\["([a-z0-9_]+)"\]/).union(
            try named(in: sources(), by: /"AWS_[A-Z0-9_]+", "([a-z0-9_]+)"/))
        let listed = try named(in: page(), by: /`([a-z0-9_]+)`/)
        #expect(read.count > 25)
        #expect(read.subtracting(listed) == [])
    }

    /// What the table promises is read somewhere; a service's own endpoint by a name that is put together.
    @Test func noLineIsAboutNothing() throws {
        let read = try named(in: sources(), by: /"(AWS_[A-Z0-9_]+)"/)
        let table = try page().components(separatedBy: "## What is not supported")[0]
        let listed = named(in: table, by: /`(AWS_[A-Z0-9_]+)`/).filter { !$0.hasPrefix("AWS_ENDPOINT_URL_") }
        #expect(listed.subtracting(read) == [])
    }

    private func page() throws -> String { try text("docs/configuration.md") }

    private func sources() throws -> String {
        let folder = "\(repositoryRoot)/Sources/AWS"
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".swift") }.map { try text("Sources/AWS/\($0)") }.joined()
    }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: "\(repositoryRoot)/\(path)", encoding: .utf8)
    }

    private func named(in text: String, by pattern: Regex<(Substring, Substring)>) -> Set<String> {
        Set(text.matches(of: pattern).map { String($0.1) })
    }
}
