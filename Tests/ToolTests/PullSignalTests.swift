import Foundation
import Support
import Testing

/// SIGTERM and SIGINT end a pull in good order.
@Suite struct PullSignalTests {
    @Test(arguments: [SIGTERM, SIGINT])
    func aSignalEndsThePullAndWhatItHoldsIsHandedOn(_ signal: Int32) async throws {
        let number = Counter()
        let server = try StubServer { request in
            guard request.isReceive else { return StubReply(body: "{}") }
            return number.next() == 0 ? stubMessages("a", "b") : StubReply(body: "{}", delay: 60)
        }
        let folder = try TemporaryDirectory()
        let run = try await withRunning(
            "sqs-pull", ["--spool", folder.path("spool")], environment: environment(of: server)
        ) { running in
            try await running.wait { $0.out.count(where: { $0 == UInt8(ascii: "\n") }) == 2 }
            running.send(signal)
        }
        expectPrivate(run, "sqs-pull")
        #expect(run.status == 128 + signal && run.signal == nil)
        #expect(run.lines == [stubMessage("a"), stubMessage("b")])
        #expect(try folder.readText("spool").split(separator: "\n").count == 2)
    }

    /// Whenever the signal comes, whoever is in stdout is in the spool.
    @Test func aSignalInTheMiddleLosesNoReceipt() async throws {
        let queue = StubQueue(.max)
        let server = try StubServer { queue.answer($0) }
        let folder = try TemporaryDirectory()
        let run = try await withRunning(
            "sqs-pull", ["--spool", folder.path("spool"), "--max-messages", "100000000"],
            environment: environment(of: server)
        ) { running in
            try await running.wait { $0.out.count > 100_000 }
            running.send(SIGTERM)
        }
        #expect(run.status == 143 && run.signal == nil)
        let handedOn = try ids(run.outText)
        #expect(handedOn.count > 100)
        #expect(try handedOn.isSubset(of: ids(folder.readText("spool"))))
    }

    /// The MessageIds of the whole lines: one that is torn is nobody's.
    private func ids(_ text: String) throws -> Set<String> {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return Set(try lines.compactMap { try JSON(parsing: Array($0.utf8))["MessageId"].string })
    }

    /// A runner does not wait long before it kills. All attempts would take ten minutes.
    @Test func aSignalBeforeTheFirstPollEndsItToo() async throws {
        let server = try StubServer { _ in StubReply(body: "{}", delay: 600) }
        let folder = try TemporaryDirectory()
        let run = try await withRunning(
            "sqs-pull", ["--spool", folder.path("spool")],
            environment: environment(of: server, ["AWS_MAX_ATTEMPTS": "20"])
        ) { running in
            try await running.wait { _ in !server.requests.isEmpty }
            running.send(SIGTERM)
        }
        #expect(run.status == 143 && run.signal == nil)
        #expect(server.receives.isEmpty)
    }

    /// One that was ignored at the start stays ignored, as nohup wants it.
    @Test func anIgnoredSignalStaysIgnored() async throws {
        let queue = StubQueue(30)
        let server = try StubServer { request in
            var reply = queue.answer(request)
            reply.delay = 0.1
            return reply
        }
        let folder = try TemporaryDirectory()
        let script = """
            trap '' INT
            sqs-pull --concurrency 1 --spool spool > messages &
            pid=$!
            until [ -s messages ]; do sleep 0.01; done
            kill -INT $pid
            wait $pid
            """
        let run = try await shell(script, environment: environment(of: server), directory: folder.path)
        #expect(run.status == 0)
        #expect(try folder.readText("messages").split(separator: "\n").count == 30)
    }
}
