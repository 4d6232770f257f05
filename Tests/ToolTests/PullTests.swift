import Records
import Support
import Testing

/// What goes to stdout and into the spool.
@Suite struct PullTests {
    @Test func eachMessageIsALineAndHasAReceipt() async throws {
        let server = try pullServer(stubMessages("a", "b"), StubReply(body: "{}"))
        let folder = try TemporaryDirectory()
        let before = UTCTime.now.adding(seconds: 900)
        let run = try await run(
            "sqs-pull", ["--spool", folder.path("spool"), "--concurrency", "1"], at: server)
        let after = UTCTime.now.adding(seconds: 900)
        #expect(run.status == 0)
        #expect(run.outText == stubMessage("a") + "\n" + stubMessage("b") + "\n")
        #expect(run.err == "sqs-pull: 2 received, 0 damaged (drained)\n")
        let receipts = try folder.readText("spool")
        let visibleAt = String(receipts.dropLast(3).suffix(24))
        func receipt(_ id: String) -> String {
            #"{"QueueUrl":"\#(stubQueueURL)","MessageId":"\#(id)","ReceiptHandle":"handle of \#(id)","#
                + #""VisibleAt":"\#(visibleAt)"}"# + "\n"
        }
        #expect(receipts == receipt("a") + receipt("b"))
        let time = try #require(UTCTime(iso8601: visibleAt))
        #expect(before <= time && time <= after)
    }

    @Test func theSpoolIsPrivate() async throws {
        let server = try pullServer(stubMessages("a"), StubReply(body: "{}"))
        let folder = try TemporaryDirectory()
        _ = try await run("sqs-pull", ["--spool", folder.path("spool")], at: server)
        #expect(try folder.mode("spool") == 0o600)
    }

    /// Whoever reads a message finds its receipt in the spool.
    @Test func aReceiptIsThereBeforeItsMessage() async throws {
        let queue = StubQueue(200)
        let server = try StubServer { queue.answer($0) }
        let folder = try TemporaryDirectory()
        let script = """
            sqs-pull --spool spool | while read -r line; do
                id=${line#*'"MessageId":"'} id=${id%%'"'*}
                grep -qF "\\"MessageId\\":\\"$id\\"" spool || echo "$id came before its receipt"
                echo "$id" >> seen
            done
            """
        let run = try await shell(script, environment: environment(of: server), directory: folder.path)
        #expect(run.outText.isEmpty)
        #expect(try folder.readText("seen").split(separator: "\n").count == 200)
    }

    @Test func aDamagedMessageIsInNeither() async throws {
        let damaged = stubMessage("damaged", md5: "00000000000000000000000000000000")
        let without = stubMessage("without").replacing("MD5OfBody", with: "Other")
        let body = #"{"Messages":[\#(damaged),\#(stubMessage("good")),\#(without)]}"#
        let server = try pullServer(StubReply(body: body), StubReply(body: "{}"))
        let folder = try TemporaryDirectory()
        let run = try await run(
            "sqs-pull",
            ["--spool", folder.path("spool"), "--stats", folder.path("stats"), "--concurrency", "1"],
            at: server)
        #expect(run.status == 0)
        #expect(run.outText == stubMessage("good") + "\n")
        let spool = try folder.readText("spool")
        #expect(spool.contains("handle of good") && !spool.contains("damaged") && !spool.contains("without"))
        #expect(
            run.errLines == [
                "sqs-pull: message damaged: its body does not have its MD5; left in the queue",
                "sqs-pull: message without: its body does not have its MD5; left in the queue",
                "sqs-pull: 3 received, 2 damaged (drained)",
            ])
        let stats = try JSON(parsing: try folder.read("stats"))
        #expect(stats["received"] == 3 && stats["damaged"] == 2 && stats["oldestSent"] == 1_767_225_600_000)
    }

    @Test func anOddMessageIDIsMadeFitToBeShown() async throws {
        let damaged = stubMessage(#"m\u001b[2J\n\u202e"#, md5: "none")
        let server = try pullServer(
            StubReply(body: #"{"Messages":[\#(damaged)]}"#), StubReply(body: "{}"))
        let folder = try TemporaryDirectory()
        let run = try await run("sqs-pull", ["--spool", folder.path("spool")], at: server)
        let line =
            #"sqs-pull: message m\u{1b}[2J\u{a}\u{202e}: its body does not have its MD5; left in the queue"#
        #expect(run.errLines.contains(line), "\(run.err)")
    }

    @Test func aRealQueueIsEmptiedWholly() async throws {
        let aws = try await LocalAWS.shared()
        let stage = try await aws.setup("pull")
        let bodies = (0..<37).map { "{\"n\": \($0), \"text\": \"é 🚀 \\\" \\\\ \\n \u{7f}\"}\n" }
        try await aws.send(bodies, to: stage.queueURL)
        let folder = try TemporaryDirectory()
        let run = try await run(
            "sqs-pull", ["--spool", folder.path("spool"), "--wait-time-seconds", "1"],
            environment: stage.environment)
        #expect(run.status == 0, "\(run.err)")
        let received = try run.lines.map { try JSON(parsing: Array($0.utf8)) }
        #expect(received.compactMap { $0["Body"].string }.sorted() == bodies.sorted())
        #expect(received.allSatisfy { $0["Attributes"]["SentTimestamp"].string != nil })
        #expect(received.allSatisfy { $0["Attributes"]["ApproximateReceiveCount"].string == "1" })
        let receipts = try folder.readText("spool").split(separator: "\n").map {
            try JSON(parsing: Array($0.utf8))
        }
        #expect(receipts.map { $0["MessageId"] } == received.map { $0["MessageId"] })
        #expect(receipts.map { $0["ReceiptHandle"] } == received.map { $0["ReceiptHandle"] })
        #expect(try await aws.count(stage.queueURL) == QueueCounts(visible: 0, inFlight: 37))
    }

    /// The answer to a poll may be pretty JSON; a message is one line all the same.
    @Test func aMessageIsOneLine() async throws {
        let pretty = stubMessage("a").replacing(",\"", with: ",\n  \"")
        let server = try pullServer(StubReply(body: "{\"Messages\":\n[\(pretty)]}\n"), StubReply(body: "{}"))
        let folder = try TemporaryDirectory()
        let run = try await run("sqs-pull", ["--spool", folder.path("spool")], at: server)
        #expect(run.lines.count == 1)
        #expect(try JSON(parsing: run.out)["ReceiptHandle"] == "handle of a")
    }
}
