import Support
import Testing

/// How a run ends, and what it says.
@Suite struct ScrubStatusTests {
    @Test func badLinesAreNamedAndTheRestGoesOn() async throws {
        let input = [bareMessage(), "{}", "", "nonsense", bareMessage()].joined(separator: "\n")
        let run = try await run("event-scrub", input: input)
        #expect(run.status == 65)
        #expect(run.lines.count == 2)
        #expect(
            run.errLines == [
                "event-scrub: line 2: rejected: no hostname", "event-scrub: line 4: rejected: not JSON",
                "event-scrub: 4 read, 2 kept, 0 dropped, 2 rejected",
                "event-scrub:   rejected, no hostname: 1",
                "event-scrub:   rejected, not JSON: 1",
            ])
    }

    @Test(arguments: ["--ledger", "--rejects"])
    func badLinesThatAreRecordedAreNoFailure(_ flag: String) async throws {
        let directory = try TemporaryDirectory()
        let run = try await run("event-scrub", [flag, directory.path("file")], input: "{}\nnonsense\n")
        #expect(run.status == 0)
    }

    @Test func quietSaysOnlyErrors() async throws {
        let good = try await run("event-scrub", ["--quiet"], input: bareMessage())
        #expect(good.status == 0 && good.err.isEmpty && good.lines.count == 1)
        let bad = try await run("event-scrub", ["--quiet"], input: "{}")
        #expect(bad.status == 65)
        #expect(bad.errLines == ["event-scrub: line 1: rejected: no hostname"])
    }

    /// The ledger must not become the standard output that is missing.
    @Test func aClosedStandardOutputIsAFailure() async throws {
        let folder = try TemporaryDirectory()
        let run = try await shell(
            "event-scrub --ledger ledger >&-", input: Array("\(bareMessage())\n".utf8), directory: folder.path
        )
        #expect(run.status == 74)
        #expect(run.err == "event-scrub: cannot write standard output: Bad file descriptor\n")
        #expect(try folder.readText("ledger").isEmpty)
    }

    @Test func verboseTellsWhatTheQuickScanRead() async throws {
        // A number among the members is for the strict scan.
        let odd = bareMessage(#"{"Channel":"c","Event":"e","Priority":1}"#)
        let lines = [bareMessage(), bareMessage(), bareMessage(), odd].joined(separator: "\n")
        let run = try await run("event-scrub", ["--verbose"], input: lines)
        #expect(run.status == 0 && run.lines.count == 4)
        #expect(
            run.errLines.last
                == "event-scrub:   read by the quick scan: 3 (75 %), the others by the strict one")
    }

    @Test func operandsAreReadInTurnAndNamed() async throws {
        let directory = try TemporaryDirectory()
        func message(_ name: String) -> String { bareMessage(#"{"Channel":"c","Event":"\#(name)"}"#) }
        // The first has no last newline: its last line is one of its own all the same.
        let first = try directory.write("first", "\(message("1"))\n\(message("2"))")
        let second = try directory.write("second\nname", "\(message("4"))\n\n{}\n")
        let empty = try directory.write("empty", "")
        let run = try await run(
            "event-scrub", [first, "-", empty, second, first], input: "\(message("3"))\nnonsense\n")
        #expect(run.status == 65)
        #expect(
            run.lines.compactMap { $0.split(separator: "\"").last { $0.count == 1 && $0 != "}" } } == [
                "1", "2", "3", "4", "1", "2",
            ])
        #expect(
            run.errLines.prefix(2) == [
                "event-scrub: standard input, line 2: rejected: not JSON",
                "event-scrub: \(directory.path)/second\\u{a}name, line 3: rejected: no hostname",
            ])
    }

    @Test func linesEndAsTheyMay() async throws {
        let message = bareMessage()
        let run = try await run(
            "event-scrub", input: "\r\n\(message)\r\n \t\n\n\(message)\n\t\(message) \r\n\(message)")
        #expect(run.status == 0)
        #expect(run.lines.count == 4 && Set(run.lines).count == 1)
        #expect(run.errLines == ["event-scrub: 4 read, 4 kept, 0 dropped, 0 rejected"])
    }

    @Test func nothingComesOfNothing() async throws {
        for input in ["", "\n", " \r\n\t\n"] {
            let run = try await run("event-scrub", input: input)
            #expect(run.status == 0 && run.out.isEmpty)
            #expect(run.errLines == ["event-scrub: 0 read, 0 kept, 0 dropped, 0 rejected"])
        }
    }

    @Test func aMissingFileEndsTheRunBeforeItBegins() async throws {
        let directory = try TemporaryDirectory()
        let good = try directory.write("good", bareMessage())
        let missing = directory.path("missing")
        let run = try await run("event-scrub", [good, missing])
        #expect(run.status == 74)
        #expect(run.out.isEmpty)
        #expect(run.errLines == ["event-scrub: cannot open \(missing): No such file or directory"])
    }

    @Test func aFolderIsNoInput() async throws {
        let directory = try TemporaryDirectory()
        let run = try await run("event-scrub", [directory.path])
        #expect(run.status == 74)
        #expect(run.errLines == ["event-scrub: cannot read \(directory.path): Is a directory"])
    }

    @Test(arguments: [
        ["--unknown"], ["--jobs", "0"], ["--jobs", "many"], ["--format", "xml"], ["--host"], ["-x"],
    ])
    func aWrongCallIsToldInALine(_ arguments: [String]) async throws {
        let run = try await run("event-scrub", arguments, input: bareMessage())
        #expect(run.status == 64)
        #expect(run.out.isEmpty)
        #expect(run.errLines.count == 2)
        let flag = arguments[0].trimmingPrefix("-")
        #expect(run.errLines.first?.hasPrefix("event-scrub: ") == true)
        #expect(run.errLines.first?.contains(flag) == true)
        #expect(run.errLines.last == "event-scrub: try 'event-scrub --help' for more information")
    }

    @Test func verboseAndQuietExcludeEachOther() async throws {
        let run = try await run("event-scrub", ["--verbose", "--quiet"])
        #expect(run.status == 64)
    }

    @Test func helpAndVersionGoToStandardOutput() async throws {
        let help = try await run("event-scrub", ["--help"])
        #expect(help.status == 0 && help.err.isEmpty)
        for flag in [
            "--host", "--drop-event", "--drop-channel", "--format", "--utc-offset", "--ledger", "--rejects",
            "--jobs", "--verbose", "--quiet", "--stats", "--version", "--help",
        ] {
            #expect(help.outText.contains("\(flag) ") || help.outText.contains("\(flag),"), "\(flag)")
        }
        #expect(help.outText.contains("zcat"), "an example")
        let version = try await run("event-scrub", ["--version"])
        #expect(version.status == 0 && version.err.isEmpty)
        #expect(version.lines.count == 1 && version.outText.hasPrefix("event-scrub "))
    }

    #if os(Linux)
        @Test(arguments: ["--quiet", "--help", "--version"])
        func aFullDiskIsToldInALine(_ flag: String) async throws {
            let run = try await shell(
                "event-scrub \"$2\" <\"$1\" >/dev/full", ["\(goldenDirectory)/messages.ndjson", flag])
            #expect(run.status == 74)
            #expect(run.err == "event-scrub: cannot write standard output: No space left on device\n")
        }
    #endif

    @Test(arguments: ["1", "8"])
    func aReaderThatLeavesEndsItSilently(_ jobs: String) async throws {
        let directory = try TemporaryDirectory()
        let run = try await shell(
            """
            golden=$1/messages.ndjson
            event-scrub --jobs "$2" --ledger "$3" "$golden" "$golden" "$golden" "$golden" | head -n 1
            exit "${PIPESTATUS[0]}"
            """, [goldenDirectory, jobs, directory.path("ledger")])
        #expect(run.status == 141)
        #expect(run.err.isEmpty)
        #expect(run.lines.count == 1)
    }
}
