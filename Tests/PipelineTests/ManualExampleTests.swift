import Foundation
import Support
import Testing

/// The examples of the manual pages, run as they stand there, but for the queue and the bucket.
@Suite struct ManualExampleTests {
    /// For each example of each page, in order: the files that its reader has.
    static let examples: [Example] = [
        Example("day-merge.1", 1, ["events"]), Example("day-merge.1", 2),
        Example("dump-queue.1", 1), Example("dump-queue.1", 2), Example("dump-queue.1", 3),
        Example("event-scrub.1", 1, ["dumps/1.gz", "dumps/2.gz"]), Example("event-scrub.1", 2, ["messages"]),
        Example("event-scrub.1", 3, ["metrics.log"]),
        Example("s3-put.1", 1, ["events"]), Example("s3-put.1", 2, ["stored"]),
        Example("sqs-ack.1", 1, ["receipts", "ledger", "stored"]), Example("sqs-ack.1", 2, ["receipts"]),
        Example("sqs-ack.1", 3, ["receipts", "ledger", "day-lines", "again/20260102"]),
        Example("sqs-ack.1", 4, ["receipts"]),
        Example("sqs-pull.1", 1), Example("sqs-pull.1", 2),
        Example("record-formats.5", 1, ["ledger"]), Example("record-formats.5", 2, ["ledger", "stored"]),
    ]

    @Test(arguments: examples) func itDoesWhatItSays(_ example: Example) async throws {
        let chain = try await Chain("manual")
        let folder = try await readersFolder(chain, example.files)
        let script = try example.script
            .replacing("https://sqs.us-west-2.amazonaws.com/123456789012/events", with: chain.stage.queueURL)
            .replacing("s3://bucket/events/prod/", with: chain.stage.eventsURL)
        let run = try await shell(
            "set -euo pipefail\n\(script)", environment: Self.environment(chain), directory: folder.path)
        #expect(run.status == 0, "\(run.err)")
        let written = script.matches(of: /(?:>|--(?:spool|ledger|rejects|work)) *([a-z-]+)/).map { $0.1 }
        // No message needs to be hidden anew within a second.
        for name in written where name != "renewed" { #expect(try folder.size(String(name)) > 0, "\(name)") }
        // What writes no file says something.
        #expect(!written.isEmpty || !(run.outText + run.err).isEmpty)
        if script.contains("s3-put"), written.contains("stored") {
            #expect(try folder.readText("stored").contains(#""status":"stored""#))
        }
    }

    /// Else a new example is none that a test runs.
    @Test func everyExampleIsRun() throws {
        let pages = try FileManager.default.contentsOfDirectory(atPath: "\(repositoryRoot)/man")
        for page in pages {
            let listed = Self.examples.filter { $0.page == page }.map(\.number)
            let there = try Example.scripts(of: page).count
            #expect(there > 0 && listed == Array(1...max(1, there)), "\(page)")
        }
    }

    // MARK: What the reader has

    /// A queue with a dozen messages, of which one is malformed and one dropped; of one day an object in the bucket;
    /// and a folder with some of the files that an earlier run of all stages has left, in which somebody else wrote
    /// one of two days meanwhile.
    private func readersFolder(_ chain: Chain, _ files: [String]) async throws -> TemporaryDirectory {
        try await chain.put("20260101", Array((Self.event("2026-01-01", "older") + "\n").utf8))
        try await chain.send(Self.messages)
        let folder = try TemporaryDirectory()
        guard !files.isEmpty else { return folder }
        // Receipts are of this very queue; of the others one run is enough for all.
        let earlier =
            files.contains("receipts") ? try await Self.filesOfRun(chain) : try await Self.earlier.value
        for file in files { try folder.write(file, earlier.read(file)) }
        return folder
    }

    private static let earlier = Task {
        let chain = try await Chain("earlier")
        try await chain.send(messages)
        return try await filesOfRun(chain)
    }

    private static func filesOfRun(_ chain: Chain) async throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        try folder.write("metrics.log", metrics)
        let run = try await shell(
            earlierRun, environment: environment(chain, ["EARLIER": event("2026-01-02", "theirs")]),
            directory: folder.path)
        try #require(run.status == 0, "\(run.err)")
        return folder
    }

    private static let earlierRun = """
        set -euo pipefail
        sqs-pull --spool receipts --max-messages 12 --visibility-timeout 600 >messages
        mkdir dumps
        grep -v 'no JSON' messages | sed -n 1,6p | gzip >dumps/1.gz
        grep -v 'no JSON' messages | sed 1,6d | gzip >dumps/2.gz
        event-scrub --ledger ledger messages >events
        day-merge --to "$EVENTS_URL" --work mine events >mine.lines
        printf '%s\\n' "$EARLIER" | day-merge --to "$EVENTS_URL" --work theirs | s3-put >theirs.stored
        s3-put mine.lines >stored || [ $? = 75 ]
        grep -q '"status":"conflict"' stored
        day-merge --to "$EVENTS_URL" --work again events >day-lines
        """

    private static var messages: [String] {
        let kept = (1...10).map { number in
            #"{"timestamp": "2026-01-0\#(1 + number % 2)T00:00:00Z", "hostname": "futel-prod-back", "#
                + #""event": {"Channel": "SIP/\#(number)", "UserEvent": "filterdial"}}"#
        }
        return kept + ["no JSON", #"{"hostname": "other", "event": {}}"#]
    }

    private static let metrics =
        "2026-01-01 22:45:55,436 UNIQUEID=1.2, CHANNEL=SIP/1, CALLERID(number)=+1, name=filterdial\n"

    private static func event(_ day: String, _ name: String) -> String {
        #"{"timestamp": "\#(day)T00:00:00Z", "channel": "c", "endpoint": null, "event": "\#(name)"}"#
    }

    /// That of a machine where all is installed.
    private static func environment(_ chain: Chain, _ more: [String: String] = [:]) -> [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let installed = ["PATH": "\(toolsDirectory):\(repositoryRoot)/scripts:\(path)"]
        return chain.environment(installed.merging(more) { $1 })
    }
}

/// One literal display below a page's EXAMPLES.
struct Example: CustomTestStringConvertible {
    let page: String
    /// From 1.
    let number: Int
    let files: [String]

    init(_ page: String, _ number: Int, _ files: [String] = []) {
        self.page = page
        self.number = number
        self.files = files
    }

    var testDescription: String { "\(page), \(number)" }

    /// As a shell reads it; empty when there is none.
    var script: String {
        get throws {
            let scripts = try Self.scripts(of: page)
            return scripts.indices.contains(number - 1) ? scripts[number - 1] : ""
        }
    }

    static func scripts(of page: String) throws -> [String] {
        let text = String(decoding: try readFile("\(repositoryRoot)/man/\(page)"), as: UTF8.self)
        let section = text.components(separatedBy: "\n.Sh ").first { $0.hasPrefix("EXAMPLES\n") } ?? ""
        return section.components(separatedBy: ".Bd -literal -offset indent\n").dropFirst().map {
            $0.components(separatedBy: "\n.Ed")[0].replacing(#"\e"#, with: #"\"#)
        }
    }
}

extension TemporaryDirectory {
    fileprivate func size(_ name: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path(name))[.size] as? Int ?? 0
    }
}
