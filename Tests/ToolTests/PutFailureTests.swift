import Support
import Testing

/// Days that cannot be put; the others always are.
@Suite struct PutFailureTests {
    @Test(
        arguments: [
            (s3Error(403, "AccessDenied"), 77, "AccessDenied"),
            (s3Error(400, "ExpiredToken"), 77, "ExpiredToken"),
            (s3Error(403, "SignatureDoesNotMatch"), 77, "SignatureDoesNotMatch"),
            (StubReply(403), 77, "HTTP403"),
            (s3Error(503, "SlowDown"), 75, "SlowDown"), (StubReply(500), 69, "HTTP500"),
            (s3Error(400, "BadDigest"), 78, "BadDigest"),
            (s3Error(301, "PermanentRedirect"), 78, "PermanentRedirect"),
            (StubReply(200, body: "x", delivery: .cut(after: 0)), 69, "ConnectionBroken"),
            (.reset, 69, "ConnectionBroken"), (.closed, 69, "ConnectionBroken"),
        ] as [(StubReply, Int32, String)])
    func anAnswerThatIsARefusal(_ reply: StubReply, _ status: Int32, _ code: String) async throws {
        let put = try await Put(PutDay(), at: putServer(reply))
        #expect(put.run.status == status, "\(put.run.err)")
        #expect(put.status == "failed" && put.code == code)
        let message = put["20260101"]["message"].string ?? ""
        #expect(message.hasPrefix("PutObject s3://bucket/events/20260101: \(code)"))
        #expect(put.run.err == "s3-put: 20260101: \(message)\n")
        #expect(!put.run.outText.contains("5035551212"))
    }

    @Test func aStoreWithoutConditionsIsRefused() async throws {
        let put = try await Put(PutDay(), at: putServer(s3Error(501, "NotImplemented")))
        #expect(put.run.status == 78 && put.status == "failed" && put.code == "NotImplemented")
        #expect(put.run.err.contains("--unconditional"))
    }

    @Test func unconditionalSendsNoCondition() async throws {
        let server = try putServer(putTaken)
        let put = try await Put(PutDay(), at: server, ["--unconditional"])
        #expect(put.run.status == 0 && put.status == "stored")
        let request = try #require(server.requests.first)
        #expect(request.header("If-Match") == nil && request.header("If-None-Match") == nil)
    }

    @Test(arguments: ["", #","ifMatch":null"#, #","ifNoneMatch":null"#, #","ifMatch":17"#])
    func aDayWithoutAConditionIsRefused(_ condition: String) async throws {
        let server = try putServer(putTaken)
        let put = try await Put(PutDay(condition: condition), at: server)
        #expect(put.run.status == 65 && put.status == "failed" && put.code == "NoCondition")
        #expect(put.run.err.contains("--overwrite"))
        #expect(server.requests.isEmpty)
    }

    @Test func overwriteTakesIt() async throws {
        let server = try putServer(putTaken)
        let put = try await Put(PutDay(condition: ""), PutDay(day: "20260102"), at: server, ["--overwrite"])
        #expect(put.run.status == 0 && put.status == "stored")
        let sent = server.puts.map { "\($0.path.suffix(1)) \($0.header("If-Match") ?? "none")" }
        #expect(sent.sorted() == ["1 none", "2 \"e-1\""])
    }

    // MARK: The file

    @Test(arguments: [putBody + "more\n", "one\n", "one\ntwO\n", ""])
    func aFileThatHasChangedIsRefused(_ content: String) async throws {
        let server = try putServer(putTaken)
        let folder = try TemporaryDirectory()
        try folder.write("20260101", content)
        let put = try await Put(text([PutDay().line(folder)]), in: folder, at: server)
        #expect(put.run.status == 65 && put.status == "failed" && put.code == "FileDiffers")
        #expect(put.run.err.contains("\(folder.path)/20260101"))
        #expect(server.requests.isEmpty)
    }

    /// A day line may name anything: nothing is waited for, and nothing without an end is read.
    @Test(arguments: ["mkfifo 20260101", "mkdir 20260101", "ln -s /dev/zero 20260101"])
    func whatIsNoFileIsRefused(_ make: String) async throws {
        let server = try putServer(putTaken)
        let folder = try TemporaryDirectory()
        _ = try await shell(make, directory: folder.path)
        let put = try await Put(text([PutDay(size: 0).line(folder)]), in: folder, at: server)
        #expect(put.run.status == 65 && put.code == "FileDiffers", "\(put.run.err)")
        #expect(server.requests.isEmpty)
    }

    @Test func aFileThatIsNotThereIsSaid() async throws {
        let server = try putServer(putTaken)
        let folder = try TemporaryDirectory()
        let put = try await Put(text([PutDay().line(folder)]), in: folder, at: server)
        #expect(put.run.status == 74 && put.code == "InputOutput")
        #expect(
            put.run.err
                == "s3-put: 20260101: cannot open \(folder.path)/20260101: No such file or directory\n")
        #expect(server.requests.isEmpty)
    }

    @Test func moreThanOnePutMayCarryIsRefused() async throws {
        let server = try putServer(putTaken)
        let put = try await Put(PutDay(size: (5 << 40) + 1), at: server)
        #expect(put.run.status == 65 && put.status == "failed")
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: ["s3://bucket", "s3://bucket/", "https://bucket/key", "", "s3://b/\u{1b}[2J"])
    func aURLThatIsNoObjectIsRefused(_ url: String) async throws {
        let server = try putServer(putTaken)
        let folder = try TemporaryDirectory()
        try folder.write("20260101", putBody)
        let escaped = url.replacing("\u{1b}", with: "\\u001b")
        let line = PutDay().line(folder).replacing("s3://bucket/events/20260101", with: escaped)
        let put = try await Put(text([line]), in: folder, at: server)
        #expect(put.run.status == 65 && put.code == "BadURL")
        #expect(server.requests.isEmpty)
    }

    // MARK: Statuses

    /// Of what the days came to, the first of 78, 77, 74, 69, 65, 75 counts, and each day is tried.
    @Test func theStatusIsTheFirstThatApplies() async throws {
        let failing: [(reply: StubReply, status: Int32)] = [
            (s3Error(501, "NotImplemented"), 78), (s3Error(403, "AccessDenied"), 77), (StubReply(500), 69),
            (s3Error(412, "PreconditionFailed"), 75), (putTaken, 0),
        ]
        for place in failing.indices {
            let server = try StubServer { request in
                request.method == "GET"
                    ? s3Error(404, "NoSuchKey") : failing[Int(request.target.suffix(1)) ?? 0].reply
            }
            let folder = try TemporaryDirectory()
            let days = (place..<failing.count).reversed().map { PutDay(day: "2026010\($0)") }
            for day in days { try folder.write(day.day, putBody) }
            let put = try await Put(text(days.map { $0.line(folder) }), in: folder, at: server)
            #expect(put.run.status == failing[place].status)
            #expect(put.lines.count == failing.count - place)
            #expect(put["20260104"]["status"] == "stored")
        }
    }

    @Test func withoutCredentialsNothingIsSent() async throws {
        let server = try putServer(putTaken)
        let folder = try TemporaryDirectory()
        try folder.write("20260101", putBody)
        let more = ["AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"]
        let run = try await run("s3-put", at: server, more, input: PutDay().line(folder))
        #expect(run.status == 77)
        #expect(run.err.contains("no AWS credentials"))
        #expect(server.requests.isEmpty)
    }
}
