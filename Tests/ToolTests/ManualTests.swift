import Support
import Testing

/// The manual pages, held together with what they describe: flags, exit statuses, reasons.
@Suite struct ManualTests {
    static let tools = ["sqs-pull", "event-scrub", "day-merge", "s3-put", "sqs-ack", "dump-queue"]

    /// Both ways: a flag that the tool lacks misleads as much as one that the page lacks.
    @Test(arguments: tools) func pageHasTheFlagsOfTheHelp(_ tool: String) async throws {
        let page = try ManualPage("\(tool).1")
        let flags = try await helpFlags(of: tool)
        #expect(flags.isSuperset(of: ["help", "version"]))
        #expect(page.flags == flags)
        #expect(page.explainedFlags == flags)
    }

    @Test(arguments: tools) func exitStatusesAreThoseOfTheReadme(_ tool: String) throws {
        let page = try ManualPage("\(tool).1")
        let named = statuses(in: page.lines(of: ".Sh EXIT STATUS", endingAt: ".Sh"))
        let known = statuses(in: try readmeTable())
        #expect(named.isSuperset(of: ["0", "64", "128+n"]))
        #expect(named.subtracting(known) == [])
    }

    @Test(arguments: tools) func pageHasWhatItsReadersLookFor(_ tool: String) throws {
        let page = try ManualPage("\(tool).1")
        for section in ["ENVIRONMENT", "EXIT STATUS", "EXAMPLES", "SEE ALSO"] {
            #expect(!page.lines(of: ".Sh \(section)", endingAt: ".Sh").isEmpty, "\(section)")
        }
    }

    /// Scripts compare the reasons, so the page lists them word for word.
    @Test func reasonsAreThoseOfTheScrub() throws {
        let source = try text("Sources/event-scrub/Outcome.swift")
        let reasons = Set(source.matches(of: /case \w+ = "(.+)"/).map { String($0.1) })
        let page = try ManualPage("record-formats.5")
        let listed = page.lines(of: ".Ss Rejected", endingAt: ".S").filter { !$0.hasPrefix(".") }
        #expect(!reasons.isEmpty)
        #expect(Set(listed) == reasons)
    }

    // MARK: What the pages are compared with

    /// The long flags that `--help` lists, without their dashes.
    private func helpFlags(of tool: String) async throws -> Set<String> {
        let path = tool == "dump-queue" ? "\(repositoryRoot)/scripts/dump-queue" : tool
        let run = try await run(path, ["--help"], environment: withToolsOnPath([:]))
        #expect(run.status == 0)
        // Only the list: the examples above it have flags of other tools too.
        let list = run.lines.drop { $0.lowercased() != "options:" }.prefix { !$0.isEmpty }
        return Set(list.compactMap { $0.firstMatch(of: /^ {2}(?:-h, )?--([a-z0-9-]+)/).map { String($0.1) } })
    }

    private func readmeTable() throws -> [String] {
        try text("README.md").split(separator: "\n").map(String.init)
            .drop { $0 != "## Exit statuses" }.dropFirst().prefix { !$0.hasPrefix("## ") }
            .filter { $0.hasPrefix("|") }
    }

    private func statuses(in lines: [String]) -> Set<String> {
        Set(lines.flatMap { $0.matches(of: /\b[0-9]+(?:\+n)?/).map { String($0.0) } })
    }
}

/// A page of `man/`, in mdoc.
struct ManualPage {
    private let lines: [String]

    /// - Throws: also when there is no such page.
    init(_ name: String) throws {
        lines = try text("man/\(name)").split(separator: "\n").map(String.init)
    }

    /// The long flags that are named anywhere: `.Fl -name`.
    var flags: Set<String> { flags(in: lines) }

    /// Those that have an item of their own: `.It Fl -name`.
    var explainedFlags: Set<String> { flags(in: lines.filter { $0.hasPrefix(".It Fl ") }) }

    /// The lines below a heading, up to one that begins with the other text.
    func lines(of heading: String, endingAt end: String) -> [String] {
        Array(lines.drop { $0 != heading }.dropFirst().prefix { !$0.hasPrefix(end) })
    }

    private func flags(in lines: [String]) -> Set<String> {
        Set(lines.flatMap { $0.matches(of: /\bFl -([a-z0-9-]+)/).map { String($0.1) } })
    }
}

/// A file of the repository.
private func text(_ path: String) throws -> String {
    String(decoding: try readFile("\(repositoryRoot)/\(path)"), as: UTF8.self)
}
