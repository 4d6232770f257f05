import Foundation
import Support
import Testing

/// The table of docs/architecture.md, and what the sources import.
@Suite struct ArchitectureTests {
    private let rows: [Row]
    private let imports: [Import]

    init() throws {
        rows = try text("docs/architecture.md").split(separator: "\n").compactMap(Row.init)
        imports = try sources().flatMap { file in try modules(file).map { Import(file: file, module: $0) } }
        try #require(rows.count > 7 && imports.count > 100)
    }

    @Test func noFileImportsWhatTheTableDoesNotGrant() {
        let wrong = imports.filter { each in
            !rows.contains { $0.covers(each.file) && $0.modules.contains(each.module) }
        }
        #expect(wrong.map(\.description) == [])
    }

    /// Else the table tells of a house that is no more.
    @Test func everyGrantIsUsed() {
        for row in rows {
            let used = Set(imports.filter { row.covers($0.file) }.map(\.module))
            #expect(row.modules.subtracting(used) == [], "\(row.path)")
        }
    }

    /// SwiftPM lets a file import what another target has had built, but links what the target names.
    @Test func packageNamesTheSameTargets() throws {
        let package = try text("Package.swift")
        let tools = package.matches(of: /tool\("([a-z0-9-]+)", \[([^\]]*)\]/)
        #expect(tools.count == 5)
        for tool in tools {
            let row = try #require(rows.first { $0.path == "Sources/\(tool.1)" })
            #expect(row.modules.contains("AWS") == (tool.2 == #""AWS""#), "\(tool.1)")
            #expect(tool.2 == "" || tool.2 == #""AWS""#, "\(tool.1)")
        }
        #expect(package.contains(#".target(name: "Records", dependencies: [arguments],"#))
    }

    /// Without a word of C the network can be reached through Glibc only, that is in System.swift.
    @Test func recordsKnowNoNetwork() throws {
        for file in try sources() where file.hasPrefix("Sources/Records") {
            #expect(try !text(file).contains(/\b(socket|connect|getaddrinfo|SOCK_STREAM)\b\(?/), "\(file)")
        }
    }
}

/// A row of the table: `path` | `module`, `module` | why.
private struct Row {
    let path: String
    let modules: Set<String>

    init?(_ line: Substring) {
        let cells = line.split(separator: "|").map { $0.matches(of: /`([^`]+)`/).map { String($0.1) } }
        guard line.hasPrefix("| `Sources/"), cells.count >= 2, cells[0].count == 1 else { return nil }
        path = cells[0][0]
        modules = Set(cells[1])
    }

    func covers(_ file: String) -> Bool { file == path || file.hasPrefix(path + "/") }
}

private struct Import: CustomStringConvertible {
    let file: String
    let module: String

    var description: String { "\(file) imports \(module)" }
}

/// The Swift files below Sources, as `Sources/…`.
private func sources() throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: "\(repositoryRoot)/Sources")
        .filter { $0.hasSuffix(".swift") }.map { "Sources/\($0)" }
}

/// What a file imports, submodules by their module.
private func modules(_ file: String) throws -> Set<String> {
    let pattern = /^\s*(?:@\w+ +)*(?:\w+ +)?import +(?:\w+ +)?(\w+)/.anchorsMatchLineEndings()
    return Set(try text(file).matches(of: pattern).map { String($0.1) })
}

private func text(_ path: String) throws -> String {
    String(decoding: try readFile("\(repositoryRoot)/\(path)"), as: UTF8.self)
}
