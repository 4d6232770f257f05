import Support
import Testing

/// The files that `--ledger` and `--rejects` name.
@Suite struct ScrubFileTests {
    @Test(arguments: ["--ledger", "--rejects"])
    func aFileThatIsNotEmptyIsRefused(_ flag: String) async throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("file", "of an earlier run\n")
        let run = try await run("event-scrub", [flag, path], input: bareMessage())
        #expect(run.status == 64)
        #expect(run.out.isEmpty)
        #expect(run.errLines.first == "event-scrub: \(path) is not empty")
        #expect(try directory.readText("file") == "of an earlier run\n")
    }

    @Test(arguments: ["--ledger", "--rejects"])
    func aFileIsPrivateWhateverTheMask(_ flag: String) async throws {
        let directory = try TemporaryDirectory()
        let run = try await shell(
            "umask 0 && event-scrub \"$1\" \"$2\"", [flag, directory.path("file")], input: Array("{}\n".utf8))
        #expect(run.status == 0)
        #expect(try directory.mode("file") == 0o600)
    }

    @Test(arguments: ["--ledger", "--rejects"])
    func anEmptyFileIsTaken(_ flag: String) async throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("file", "")
        let run = try await run("event-scrub", [flag, path], input: #"{"MessageId":"m"}"#)
        #expect(run.status == 0)
        #expect(try directory.readText("file").hasSuffix("\n"))
    }

    @Test(arguments: ["--ledger", "--rejects"])
    func aFileThatCannotBeMadeEndsTheRun(_ flag: String) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("missing/file")
        let run = try await run("event-scrub", [flag, path], input: bareMessage())
        #expect(run.status == 74)
        #expect(run.out.isEmpty)
        #expect(run.errLines == ["event-scrub: cannot create \(path): No such file or directory"])
    }

    /// The ledger is what messages are deleted by: one line for each that bears a MessageId, and no other.
    @Test func theLedgerHasOnlyMessagesWithAnIdentifier() async throws {
        let directory = try TemporaryDirectory()
        let kept = bareMessage()
        let dropped = bareMessage(host: "\"x\"")
        let lines = [
            kept, dropped, "{}", "nonsense", "", "[1]",
            #"{"MessageId":"k","Body":\#(try quotedJSON(kept))}"#,
            #"{"MessageId":"d\n\"\u00e9","Body":\#(try quotedJSON(dropped))}"#,
            #"{"Body":\#(try quotedJSON(#"{"MessageId":"inner",\#(kept.dropFirst())"#))}"#,
            #"{"MessageId":7,"Body":\#(try quotedJSON(kept))}"#, #"{"MessageId":"r","Body":"{"}"#,
            #"{"MessageId":"cut","Body":"#, #"{"MessageId":"x","MessageId":"last"}"#,
        ]
        let run = try await run(
            "event-scrub", ["--ledger", directory.path("ledger")], input: lines.joined(separator: "\n"))
        #expect(run.status == 0)
        #expect(run.lines.count == 4)
        #expect(
            try directory.readText("ledger").split(separator: "\n") == [
                #"{"MessageId":"k","outcome":"kept","day":"20260101"}"#,
                #"{"MessageId":"d\n\"\u00e9","outcome":"dropped","reason":"hostname"}"#,
                #"{"MessageId":"r","outcome":"rejected","reason":"Body is not JSON"}"#,
                #"{"MessageId":"last","outcome":"rejected","reason":"no hostname"}"#,
            ])
    }

    @Test func rejectsAreRecordedAsTheyCame() async throws {
        let directory = try TemporaryDirectory()
        let lines = [
            "nonsense \"é\u{1}\"", "", #" { "hostname" : 1.10, "hostname":[ ] , "é":1e5 } "#, "{}\r", "{\r",
        ]
        let run = try await run(
            "event-scrub", ["--rejects", directory.path("rejects")], input: lines.joined(separator: "\n"))
        #expect(run.status == 0)
        #expect(
            try directory.readText("rejects").split(separator: "\n") == [
                #"{"line":1,"reason":"not JSON","message":"nonsense \"\u00e9\u0001\""}"#,
                #"{"line":3,"reason":"no event object","message": "#
                    + #"{ "hostname" : 1.10, "hostname":[ ] , "é":1e5 } }"#,
                #"{"line":4,"reason":"no hostname","message":{}}"#,
                #"{"line":5,"reason":"not JSON","message":"{"}"#,
            ])
    }

    /// Bytes that are no text are still written as one, and the line too long is not written at all.
    @Test func rejectsThatAreNoTextAreRecorded() async throws {
        let directory = try TemporaryDirectory()
        let long = [UInt8](repeating: 0x61, count: (16 << 20) + 1)
        let input = try directory.write("input", [0xff, 0x61, 0x0a] + long + Array("\n{}\n".utf8))
        let run = try await run("event-scrub", ["--rejects", directory.path("rejects"), input])
        #expect(run.status == 0)
        #expect(
            try directory.readText("rejects").split(separator: "\n") == [
                #"{"line":1,"reason":"not JSON","message":"\ufffda"}"#,
                #"{"line":2,"reason":"line longer than 16 MiB","message":null}"#,
                #"{"line":3,"reason":"no hostname","message":{}}"#,
            ])
    }

    #if os(Linux)
        @Test(arguments: ["--ledger", "--rejects"])
        func aFullDiskEndsTheRun(_ flag: String) async throws {
            let run = try await run(
                "event-scrub", [flag, "/dev/full"], input: #"{"MessageId":"m","Body":"x"}"#)
            #expect(run.status == 74)
            #expect(run.errLines.last == "event-scrub: cannot write /dev/full: No space left on device")
        }
    #endif
}
