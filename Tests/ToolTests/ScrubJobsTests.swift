import Support
import Testing

/// Threads change nothing but the time.
@Suite struct ScrubJobsTests {
    @Test func outputIsTheSameWithAnyNumberOfJobs() async throws {
        let directory = try TemporaryDirectory()
        let messages = try readFile("\(goldenDirectory)/messages.ndjson")
        let events = try readFile("\(goldenDirectory)/events.ndjson")
        // Some 22 MB, with bad lines now and then.
        var input: [UInt8] = []
        var expected: [UInt8] = []
        for round in 0..<6 {
            input += messages
            input += Array("{\"MessageId\":\"bad \(round)\"}\nnonsense \(round)\n\n".utf8)
            expected += events
        }
        let path = try directory.write("input", input)
        for jobs in ["1", "8"] {
            let files = [
                "--ledger", directory.path("ledger \(jobs)"), "--rejects", directory.path("rejects \(jobs)"),
            ]
            let run = try await run("event-scrub", ["--jobs", jobs] + files + [path])
            #expect(run.status == 0)
            // As truth values: what differs is too large to be shown.
            let isExpected = run.out == expected
            #expect(isExpected, "--jobs \(jobs)")
            #expect(run.err.contains("event-scrub: 10812 read, 7116 kept, 3684 dropped, 12 rejected\n"))
            for file in ["ledger", "rejects"] {
                let isSame = try directory.read("\(file) \(jobs)") == directory.read("\(file) 1")
                #expect(isSame, "\(file) of --jobs \(jobs)")
            }
        }
        let ledger = try directory.readText("ledger 1").split(separator: "\n")
        #expect(ledger.count == 6 * 1801)
        #expect(ledger.last == #"{"MessageId":"bad 5","outcome":"rejected","reason":"no hostname"}"#)
        let rejects = try directory.readText("rejects 1").split(separator: "\n")
        #expect(rejects.count == 12)
        // Blank lines count: each round has 1803 lines.
        #expect(rejects.last == #"{"line":10817,"reason":"not JSON","message":"nonsense 5"}"#)
    }

    /// What comes by a pipe goes on as it comes: no line waits for those behind it.
    @Test(arguments: ["1", "8"])
    func linesAreHandedOnAsTheyCome(_ jobs: String) async throws {
        let message = Array("\(bareMessage())\n".utf8)
        let finished = try await withRunning("event-scrub", ["--jobs", jobs]) { tool in
            for count in 1...3 {
                await tool.write(message)
                try await tool.wait { $0.out.count { $0 == 0x0a } == count }
            }
        }
        #expect(finished.status == 0)
        #expect(finished.lines.count == 3)
    }

    #if os(Linux)
        /// A line of half a gigabyte, in a memory that could not hold it and the copy that growing takes.
        @Test func anEndlessLineIsNotHeld() async throws {
            let run = try await shell(
                """
                ulimit -v 700000
                { head -c 512M /dev/zero; printf '\\n%s\\n' "$1"; } | event-scrub --jobs 2
                """, [bareMessage()])
            #expect(run.status == 65)
            #expect(run.lines.count == 1)
            #expect(run.errLines.first == "event-scrub: line 1: rejected: line longer than 16 MiB")
        }

        /// It needs no network, so nothing of the network comes with it.
        @Test func linksNoNetworkLibrary() async throws {
            let scrub = try await shell(#"ldd "$(command -v event-scrub)" || true"#)
            let pull = try await shell(#"ldd "$(command -v sqs-pull)" || true"#)
            for library in ["libcurl", "libcrypto", "libssl"] { #expect(!scrub.outText.contains(library)) }
            // Else the listing shows nothing at all.
            #expect(pull.outText.contains("libcurl"))
        }
    #endif
}
