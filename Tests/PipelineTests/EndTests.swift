import Foundation
import Support
import Synchronization
import Testing

/// A run comes to its end, whatever the queue does.
@Suite struct EndTests {
    /// Whoever sends without a pause does not keep a run going: what was sent after its begin is for the next one.
    @Test func steadyArrivalsDoNotKeepARunGoing() async throws {
        let chain = try await Chain("steady")
        let bodies = Array(try goldenBodies().prefix(60))
        try await chain.send(Array(bodies.prefix(40)))
        let sender = Task {
            // It ends with the run, and never before.
            while !Task.isCancelled {
                for body in bodies.dropFirst(40) { try await chain.send([body]) }
            }
        }
        defer { sender.cancel() }
        let run = try await chain.dumpQueue([], ["PULL_OPTIONS": "--wait-time-seconds 1 --max-messages 10"])
        #expect(run.status == 0, "\(run.err)")
        let stored = lines(try await chain.days())
        let early = try await events(of: Array(bodies.prefix(40)))
        #expect(stored.isSuperset(of: early.map { Substring($0) }))
    }

    /// Its deletes come too late each time, so that the same messages come again and again: AWS says that they are
    /// deleted all the same. The time ends it.
    @Test func receiptsThatAlwaysExpireDoNotKeepARunGoing() async throws {
        let stub = try StubAWS(pulls: .max)
        let temporary = try TemporaryDirectory()
        let run = try await run(
            dumpQueuePath, ["--max-minutes", "0"],
            environment: stub.environment([
                "TMPDIR": temporary.path,
                "PULL_OPTIONS": "--max-messages 20 --visibility-timeout 1 --concurrency 1",
            ]))
        #expect(run.status == 0, "\(run.err)")
        #expect(run.err.contains("received 20, "))
        #expect(!stub.deletes.isEmpty)
        #expect(try temporary.names.isEmpty)
    }

    /// A stage that fails each time, and no message can go: the first block is the last one.
    @Test func aRunWithoutProgressEnds() async throws {
        let stub = try StubAWS(pulls: .max) { $0.method == "PUT" ? StubReply(403, body: accessDenied) : nil }
        let temporary = try TemporaryDirectory()
        let run = try await run(
            dumpQueuePath,
            environment: stub.environment([
                "TMPDIR": temporary.path, "PULL_OPTIONS": "--max-messages 20 --concurrency 1",
            ]))
        #expect(run.status == 77, "\(run.err)")
        #expect(run.err.contains("received 20, "))
        #expect(stub.deletes.isEmpty)
    }

    private func lines(_ days: [String: [UInt8]]) -> Set<Substring> {
        Set(days.values.flatMap { String(decoding: $0, as: UTF8.self).split(separator: "\n") })
    }
}

private let accessDenied = "<Error><Code>AccessDenied</Code></Error>"
