import Support
import Testing

/// Day lines that need no put, and lines that are none.
@Suite struct PutInputTests {
    @Test func anUnchangedDayIsPassedOn() async throws {
        let server = try putServer(putTaken)
        let line =
            #"{"day":"20260101","url":"s3://bucket/events/20260101","ifMatch":"\"e-1\"","#
            + #""new":2,"existing":2,"merged":2,"added":0,"status":"unchanged"}"#
        let put = try await Put(text([line]), in: TemporaryDirectory(), at: server)
        #expect(put.run.status == 0)
        #expect(put.run.outText == line + "\n")
        #expect(put.run.err.isEmpty)
        #expect(server.requests.isEmpty)
    }

    @Test func aFailedDayIsPassedOnWithItsStatus() async throws {
        let merge = try await Merge(
            text([eventLine("2026-01-01", 1)]),
            at: mergeServer(["20260101": s3Error(403, "InvalidObjectState")]))
        let server = try putServer(putTaken)
        let put = try await Put(merge.run.outText, in: TemporaryDirectory(), at: server)
        #expect(put.run.status == 77)
        #expect(put.run.outText == merge.run.outText)
        #expect(put.run.errLines.count == 1)
        #expect(server.requests.isEmpty)
    }

    /// A line of anybody's making need not say the status.
    @Test func aFailedDayOfAnotherMaking() async throws {
        let line = #"{"day":"20260101","url":"s3://b/k","status":"failed","code":"C","message":"a\u001bb"}"#
        let put = try await Put(text([line]), in: TemporaryDirectory(), at: putServer(putTaken))
        #expect(put.run.status == 69)
        #expect(put.status == "failed" && put.code == "C")
    }

    @Test(arguments: [
        "{}", "not JSON", "[]", #"{"day":"20260101"}"#, #"{"url":"s3://bucket/k"}"#,
        #"{"day":"2026-01-01","url":"s3://b/k"}"#,
        #"{"day":"20260101","url":"s3://bucket/k","status":"done"}"#,
        #"{"day":"20260101","url":"s3://bucket/k","file":"f"}"#,
        #"{"day":"20260101","url":"s3://bucket/k","ifNoneMatch":"e"}"#,
        #"{"day":"20260101","url":"s3://bucket/k","ifMatch":"\"e\"","ifNoneMatch":"*"}"#, "+15035551212",
    ])
    func aLineThatIsNoDayIsNamedByNumber(_ bad: String) async throws {
        let server = try putServer(putTaken)
        let folder = try TemporaryDirectory()
        try folder.write("20260101", putBody)
        let put = try await Put(text(["", bad, PutDay().line(folder)]), in: folder, at: server)
        #expect(put.run.status == 65)
        #expect(put.run.errLines.first?.hasPrefix("s3-put: standard input, line 2: ") == true)
        #expect(!put.run.err.contains("5035551212"))
        #expect(put.run.lines.count == 1 && put.status == "stored")
    }

    /// What nobody knows is passed over; a last line needs no newline here.
    @Test(arguments: ["\n", "", "\r\n", "\r\n\r\n \t\n"])
    func otherKeysAndLineEnds(_ end: String) async throws {
        let server = try putServer(putTaken)
        let folder = try TemporaryDirectory()
        try folder.write("20260101", putBody)
        let line = PutDay().members(folder) + #","more":{"a":[1]}}"#
        let put = try await Put("\n" + line + end, in: folder, at: server)
        #expect(put.run.status == 0 && put.status == "stored", "\(put.run.err)")
    }

    @Test func operandsAreReadInTurn() async throws {
        let folder = try TemporaryDirectory()
        let days = (1...3).map { PutDay(day: "2026010\($0)") }
        for day in days { try folder.write(day.day, putBody) }
        let files = [
            try folder.write("a", days[0].line(folder)), "-",
            try folder.write("b", days[2].line(folder) + "\n"),
        ]
        let put = try await Put(days[1].line(folder), in: folder, at: putServer(putTaken), files)
        #expect(put.run.status == 0)
        #expect(put.lines.keys.sorted() == ["20260101", "20260102", "20260103"])
    }

    @Test(arguments: ["", "\n \n"])
    func nothingIsDone(_ input: String) async throws {
        let put = try await Put(input, in: TemporaryDirectory(), at: putServer(putTaken))
        #expect(put.run.status == 0)
        #expect(put.run.out.isEmpty && put.run.err.isEmpty)
    }

    @Test(arguments: [
        ["--concurrency", "0"], ["--concurrency", "65"], ["--sse", "rot13"], ["--sse-kms-key-id", "k"],
        ["--sse", "AES256", "--sse-kms-key-id", "k"], ["--endpoint-url", "nowhere"], ["--unheard-of"],
    ])
    func aWrongCallIsRefused(_ arguments: [String]) async throws {
        let server = try putServer(putTaken)
        let put = try await Put(PutDay(), at: server, arguments)
        #expect(put.run.status == 64)
        #expect(put.run.out.isEmpty && !put.run.err.isEmpty)
        #expect(server.requests.isEmpty)
    }

    /// A file that is not there must not keep what other operands hold from being said.
    @Test func anOperandThatIsNotThere() async throws {
        let server = try putServer(putTaken)
        let put = try await Put(PutDay(), at: server, ["nowhere"])
        #expect(put.run.status == 74)
        #expect(put.run.err == "s3-put: cannot open nowhere: No such file or directory\n")
        #expect(server.requests.isEmpty)
    }
}
