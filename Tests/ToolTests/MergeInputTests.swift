import Support
import Testing

private let a = eventLine("2026-01-01", 1)
private let b = eventLine("2026-01-01", 2)

/// Event lines, and whatever else comes in their place.
@Suite struct MergeInputTests {
    /// It may be what is left of an event of any day: a day put without it would prove its message done.
    @Test(arguments: [
        "{}", "not an event", String(a.dropLast()), a + a, a + " x", " " + a, "null",
        a.replacing(": ", with: ":"), a.replacing("2026-01-01T", with: "2026-02-30T"),
        a.replacing("null", with: "17"), a.replacing("\"e\"", with: "\"é\""),
        a.replacing("\"e\"", with: #""\/""#),
        a.replacing("\"e\"", with: #""\u00E9""#), a.replacing("\"e\"", with: #""\u0041""#),
        a.replacing("}", with: #", "more": 1}"#), a.replacing("\"e\"", with: "\"\u{1b}[2J\""),
    ])
    func aLineThatIsNoEventStopsEverything(_ bad: String) async throws {
        let server = try mergeServer([:])
        let merge = try await Merge(text([a, bad, b]), at: server)
        #expect(merge.run.status == 65)
        #expect(merge.run.out.isEmpty)
        #expect(
            merge.run.errLines == [
                "day-merge: standard input, line 2: not an event line",
                "day-merge: 1 lines are no event lines; nothing was merged",
            ])
        #expect(server.requests.isEmpty)
        #expect(try merge.files.isEmpty)
    }

    @Test func aLineOfMoreThan16MiBIsRefused() async throws {
        let server = try mergeServer([:])
        let long = a.replacing("\"e\"", with: "\"\(String(repeating: "x", count: 16 << 20))\"")
        let merge = try await Merge(text([a, long, b]), at: server)
        #expect(merge.run.status == 65)
        #expect(merge.run.errLines.first == "day-merge: standard input, line 2: not an event line")
        #expect(server.requests.isEmpty)
    }

    @Test func onlySomeOfManyAreNamed() async throws {
        let merge = try await Merge(String(repeating: "+15035551212\n", count: 500), at: mergeServer([:]))
        #expect(merge.run.status == 65)
        #expect(merge.run.errLines.count < 20)
        #expect(merge.run.errLines.last?.contains("500 lines") == true)
        #expect(!merge.run.err.contains("5035551212"))
    }

    @Test(arguments: ["\(a)\n\(b)", "\n\n\(a)\n \t\n\(b)\n\n", "\(a)\r\n\(b)\r\n", "\(b)\r\n\r\n\(a)"])
    func lineEndsMayDiffer(_ input: String) async throws {
        let merge = try await Merge(input, at: mergeServer([:]))
        #expect(merge.run.status == 0)
        #expect(try merge.text("20260101") == text([a, b]))
    }

    @Test(arguments: ["", "\n", " \r\n"])
    func nothingIsDone(_ input: String) async throws {
        let server = try mergeServer([:])
        let merge = try await Merge(input, at: server)
        #expect(merge.run.status == 0)
        #expect(merge.run.out.isEmpty && merge.run.err.isEmpty)
        #expect(server.requests.isEmpty)
    }

    @Test func operandsAreReadInTurn() async throws {
        let folder = try TemporaryDirectory()
        let files = [try folder.write("one", text([a])), "-", try folder.write("two", text([a]))]
        let merge = try await Merge(text([b]), at: mergeServer([:]), files, in: folder)
        #expect(merge.run.status == 0)
        #expect(merge.lines["20260101"]?["new"] == 3)
        #expect(try merge.text("20260101") == text([a, b]))
    }

    @Test func aFileThatIsNotThere() async throws {
        let server = try mergeServer([:])
        let merge = try await Merge("", at: server, ["nowhere"])
        #expect(merge.run.status == 74)
        #expect(merge.run.err == "day-merge: cannot open nowhere: No such file or directory\n")
        #expect(server.requests.isEmpty)
    }

    /// Offsets are not reckoned with: the day is what the time stamp says first.
    @Test func theDayIsTheFirstTenCharacters() async throws {
        let late = a.replacing("T12:00:01Z", with: " 23:59:59.123456789-08:00")
        let merge = try await Merge(text([late]), at: mergeServer([:]))
        #expect(merge.lines.keys.sorted() == ["20260101"])
    }

    @Test(arguments: [
        ["--to", "bucket/events"], ["--to", "https://bucket/"], ["--memory", "0"], ["--memory", "64X"],
        ["--memory", "-1"], ["--endpoint-url", "nowhere"], ["--unheard-of"],
    ])
    func aWrongCallIsRefused(_ arguments: [String]) async throws {
        let server = try mergeServer([:])
        let merge = try await Merge(text([a]), at: server, arguments)
        #expect(merge.run.status == 64)
        #expect(merge.run.out.isEmpty && !merge.run.err.isEmpty)
        #expect(server.requests.isEmpty)
    }

    @Test func aReaderThatLeftEndsItSilently() async throws {
        let server = try mergeServer([:])
        let folder = try TemporaryDirectory()
        try folder.write(
            "events", text((1...28).map { eventLine($0 < 10 ? "2026-01-0\($0)" : "2026-01-\($0)", 1) }))
        // The reader is gone before the first line comes.
        let script = """
            mkfifo pipe
            day-merge --quiet --to s3://bucket/events --work work events > pipe &
            exec 3< pipe
            exec 3<&-
            wait $!
            """
        let run = try await shell(script, environment: environment(of: server), directory: folder.path)
        #expect(run.status == 141)
        #expect(run.err.isEmpty)
    }
}
