import Support
import Testing

/// Promise 1: a message is deleted only on proof.
@Suite struct AckProofTests {
    /// The message is "m"; its day, if any, is 20260101.
    @Test(
        arguments: [
            (ledger: [dropped("m")], stored: [], isProven: true), ([kept("m")], [stored()], true),
            ([kept("m")], [stored("20260101", "unchanged")], true), ([kept("m")], [], false),
            ([], [stored()], false), ([rejected("m")], [stored()], false),
            ([kept("m")], [stored("20260102")], false),
            ([kept("m")], [stored("20260101", "conflict")], false),
            ([kept("m")], [stored("20260101", "failed")], false),
            ([kept("m")], [stored("20260101", "conflict"), stored()], true),
            ([kept("m")], [stored(), stored("20260101", "conflict")], false),
            ([kept("m")], [stored(), stored("20260101", "failed")], false),
            ([kept("m")], [stored(), stored("20260101", "unchanged")], true),
            ([kept("other"), dropped("another")], [stored()], false), ([kept("M")], [stored()], false),
            ([kept("m"), kept("m", "20260102")], [stored()], false),
            ([kept("m"), kept("m", "20260102")], [stored(), stored("20260102")], true),
            ([kept("m"), rejected("m")], [stored()], false), ([dropped("m"), kept("m")], [], false),
            ([dropped("m"), dropped("m")], [], true),
            ([#"{"MessageId":"m","outcome":"unheard-of","day":"20260101"}"#], [stored()], false),
            ([#"{"MessageId":"m","outcome":"kept"}"#], [stored()], false),
            ([#"{"MessageId":"m","outcome":"kept","day":"2026-01-01"}"#], [stored()], false),
            ([#"{"outcome":"dropped"}"#], [stored()], false),
            ([kept("m")], [#"{"day":"20260101","url":"s3://bucket/k"}"#], false),
            ([kept("m")], [stored("20260101", "unheard-of")], false),
        ] as [(ledger: [String], stored: [String], isProven: Bool)])
    func onlyWhatIsProven(_ files: (ledger: [String], stored: [String], isProven: Bool)) async throws {
        let server = try ackServer()
        let ack = try await Ack(
            text([receipt("m")]), ledger: text(files.ledger), stored: text(files.stored), at: server)
        #expect(ack.statuses == ["m": files.isProven ? "deleted" : "kept"])
        #expect(server.handles == (files.isProven ? ["handle of m"] : []))
        let line =
            files.isProven
            ? #"{"MessageId":"m","status":"deleted"}"#
            : #"{"MessageId":"m","status":"kept","code":"NotProven"}"#
        #expect(ack.run.lines == [line])
    }

    /// A line without its newline may be what is left of another one.
    @Test func aTornLineProvesNothing() async throws {
        let server = try ackServer()
        let whole = text([receipt("m")])
        for (spool, ledger, stored) in [
            (whole, kept("m"), text([stored()])), (whole, text([kept("m")]), stored()),
            (receipt("m"), text([kept("m")]), text([stored()])), (whole, dropped("m"), ""),
        ] {
            let ack = try await Ack(spool, ledger: ledger, stored: stored, at: server)
            #expect(ack.run.status == 0)
            #expect(ack.statuses["m"] != "deleted")
        }
        #expect(server.requests.isEmpty)
    }

    /// Cut anywhere, the three files prove no more than their whole lines do.
    @Test func filesThatWereCutProveNoMore() async throws {
        let server = try ackServer()
        let ledger = text([kept("m", "20260101"), kept("n", "20260102")])
        let stored = text([stored("20260101"), stored("20260102", "failed")])
        for length in stride(from: 0, through: ledger.utf8.count, by: 9) {
            let ack = try await Ack(
                text([receipt("m"), receipt("n")]), ledger: String(ledger.prefix(length)), stored: stored,
                at: server)
            let isWhole = length > kept("m").utf8.count
            #expect(ack.statuses == ["m": isWhole ? "deleted" : "kept", "n": "kept"], "\(length)")
        }
    }

    @Test func linesThatAreNoneAreNamedByNumber() async throws {
        let server = try ackServer()
        let ack = try await Ack(
            text(["+15035551212", receipt("m")]), ledger: text(["{}", kept("m")]),
            stored: text([stored(), "x"]),
            at: server)
        #expect(ack.run.status == 65)
        #expect(ack.statuses == ["m": "deleted"])
        #expect(ack.run.errLines.count { $0.contains(", line ") } == 3)
        #expect(ack.run.err.contains("standard input, line 1: "))
        #expect(ack.run.err.contains("/ledger, line 1: ") && ack.run.err.contains("/stored, line 2: "))
        #expect(!ack.run.err.contains("5035551212"))
    }

    @Test func storedFilesAreReadInTurn() async throws {
        let server = try ackServer()
        let folder = try TemporaryDirectory()
        let first = try folder.write("first", text([stored(), stored("20260102", "conflict")]))
        let second = try folder.write("second", text([stored("20260102"), stored("20260101", "failed")]))
        let ledger = try folder.write("ledger", text([kept("m"), kept("n", "20260102")]))
        let arguments = ["--ledger", ledger, "--stored", first, "--stored", second]
        let ack = try await Ack(text([receipt("m"), receipt("n")]), at: server, arguments)
        #expect(ack.statuses == ["m": "kept", "n": "deleted"])
    }

    // MARK: Without proof

    @Test(arguments: [[], ["--ledger"], ["--stored"], ["--all", "--ledger", "--stored"]])
    func withoutProofNothingIsDeleted(_ arguments: [String]) async throws {
        let server = try ackServer()
        let folder = try TemporaryDirectory()
        let file = try folder.write("file", text([dropped("m")]))
        let named = arguments.flatMap { $0 == "--all" ? [$0] : [$0, file] }
        let ack = try await Ack(text([receipt("m")]), at: server, named)
        #expect(ack.run.status == 64)
        #expect(ack.run.out.isEmpty)
        #expect(server.requests.isEmpty)
    }

    @Test func allNeedsNoProof() async throws {
        let server = try ackServer()
        let ack = try await Ack(text([receipt("m"), receipt("n")]), at: server, ["--all"])
        #expect(ack.run.status == 0)
        #expect(ack.statuses == ["m": "deleted", "n": "deleted"])
        #expect(ack.run.err == "sqs-ack: 2 deleted, 0 kept, 0 failed\n")
    }

    @Test(arguments: ["ledger", "stored", "spool"])
    func aFileThatIsNotThereEndsTheRun(_ missing: String) async throws {
        let server = try ackServer()
        let folder = try TemporaryDirectory()
        for (name, content) in ["ledger": dropped("m"), "stored": stored(), "spool": receipt("m")]
        where name != missing {
            try folder.write(name, content + "\n")
        }
        let run = try await run(
            "sqs-ack",
            ["--ledger", folder.path("ledger"), "--stored", folder.path("stored"), folder.path("spool")],
            at: server)
        #expect(run.status == 74)
        #expect(run.err == "sqs-ack: cannot open \(folder.path(missing)): No such file or directory\n")
        #expect(server.requests.isEmpty)
    }
}
