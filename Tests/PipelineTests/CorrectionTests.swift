import Foundation
import Support
import Testing

/// The recipe of docs/correcting-a-day.md, as it stands there.
@Suite struct CorrectionTests {
    @Test func aDayIsCorrectedByHand() async throws {
        let chain = try await Chain("correct")
        let lines = ["one", "wrong", "two"].map(line)
        try await chain.put("20260101", Array(text(lines).utf8))
        let run = try await recipe(chain, editor: "sed -i /wrong/d")
        #expect(run.status == 0, "\(run.err)")
        #expect(run.outText.contains(#""status":"stored""#))
        #expect(try await chain.days() == ["20260101": Array(text([lines[0], lines[2]]).utf8)])
    }

    @Test func whatOthersWriteMeanwhileStays() async throws {
        let chain = try await Chain("meanwhile")
        try await chain.put("20260101", Array(text(["one", "wrong"].map(line)).utf8))
        let folder = try TemporaryDirectory()
        try folder.write("other", line("zwei") + "\n")
        // A run that comes in between, while the day is in the editor.
        let other = "day-merge --to \"$EVENTS_URL\" --work work other | s3-put >stored-by-other"
        try folder.writeExecutable("editor", "#!/bin/sh\n\(other)\nsed -i /wrong/d \"$1\"\n")
        let run = try await recipe(chain, editor: "./editor", in: folder)
        #expect(run.status == 75, "\(run.err)")
        #expect(run.outText.contains(#""status":"conflict""#))
        #expect(try await chain.days() == ["20260101": Array(text(["one", "wrong", "zwei"].map(line)).utf8)])
    }

    @Test func aDayWithoutAnObjectGetsNoFile() async throws {
        let chain = try await Chain("nothing")
        let run = try await run(
            "day-merge",
            [
                "--to", "s3://\(chain.stage.bucket)/events/prod/", "--work", chain.temporary.path("work"),
                "--day", "20260101",
            ], environment: chain.environment(), input: "")
        #expect(run.status == 0)
        #expect(run.outText.contains(#""status":"unchanged""#))
        #expect(try chain.temporary.names.contains("work"))
    }

    private func recipe(
        _ chain: Chain, editor: String, in folder: TemporaryDirectory? = nil
    ) async throws -> ToolRun {
        let page = String(decoding: try readFile("\(repositoryRoot)/docs/correcting-a-day.md"), as: UTF8.self)
        let commands = try #require(
            page.split(separator: "```sh\n").dropFirst().first?.split(separator: "```").first)
        let folder = try folder ?? TemporaryDirectory()
        let environment = chain.environment([
            "EVENTS_URL": "s3://\(chain.stage.bucket)/events/prod/", "EDITOR": editor,
        ])
        let script = "set -euo pipefail\ncd '\(folder.path)'\n\(commands)"
        return try await shell(script, environment: environment)
    }

    private func line(_ name: String) -> String {
        #"{"timestamp": "2026-01-01T00:00:00Z", "channel": "c", "endpoint": null, "event": "\#(name)"}"#
    }

    private func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}
