import Foundation
import Support
import Testing

/// Promise 1: whatever dies, each event is in the queue or in S3.
@Suite struct LossTests {
    /// A run is killed as the stage begins; a later run must bring everything home.
    @Test(arguments: ["sqs-pull", "event-scrub", "day-merge", "s3-put", "sqs-ack"])
    func aRunKilledBeforeAStageLosesNothing(_ stage: String) async throws {
        let chain = try await Chain("killed-\(stage)")
        let bodies = Array(try goldenBodies().prefix(120))
        try await chain.send(bodies)
        let wrappers = try TemporaryDirectory()
        try wrappers.writeExecutable(stage, "#!/bin/sh\nkill -KILL $PPID\nexit 1\n")
        let path = "\(wrappers.path):\(chain.environment()["PATH"] ?? "")"
        let pull = "--wait-time-seconds 1 --visibility-timeout 3"
        let killed = try await chain.dumpQueue([], ["PATH": path, "PULL_OPTIONS": pull])
        #expect(killed.signal == 9)
        let expected = merged(try await events(of: bodies))
        try await expectNothingLost(chain, expected)
        try await chain.waitUntilVisible()
        #expect(try await chain.dumpQueue().status == 0)
        #expect(try await chain.days() == expected)
        #expect(try await chain.queued().isEmpty)
        // What the killed run left is gone too.
        #expect(try chain.temporary.names.isEmpty)
    }

    /// The stages by hand, without pipefail, one of them dying in the middle of its work.
    @Test(arguments: [
        "sqs-pull --spool receipts | head -c 30000 | event-scrub --ledger ledger | MERGE | PUT > stored",
        "sqs-pull --spool receipts | KILLED event-scrub --jobs 1 --ledger ledger | MERGE | PUT > stored",
        "sqs-pull --spool receipts | event-scrub --ledger ledger | head -c 5000 | MERGE | PUT > stored",
        "sqs-pull --spool receipts | event-scrub --ledger ledger | KILLED MERGE | PUT > stored",
        "sqs-pull --spool receipts | event-scrub --ledger ledger | MERGE | head -c 700 | PUT > stored",
        "sqs-pull --spool receipts | event-scrub --ledger ledger | MERGE | KILLED PUT > stored",
        "sqs-pull --spool receipts | event-scrub --ledger ledger | MERGE | PUT | head -c 400 > stored",
    ])
    func stagesJoinedByHandAcknowledgeOnlyWhatIsStored(_ pipeline: String) async throws {
        let chain = try await Chain("by-hand")
        let bodies = Array(try goldenBodies().prefix(120))
        try await chain.send(bodies)
        let directory = try TemporaryDirectory()
        let stages =
            pipeline
            .replacingOccurrences(of: "MERGE", with: "day-merge --to $EVENTS_URL --work days")
            .replacingOccurrences(of: "PUT", with: "s3-put --concurrency 1")
            // Dies a moment after it began, wherever it then is.
            .replacingOccurrences(of: "KILLED", with: "timeout -s KILL 0.04")
        let script = """
            export AWS_MAX_ATTEMPTS=1
            \(stages)
            [ -e ledger ] || : > ledger
            sqs-ack --ledger ledger --stored stored receipts
            """
        let run = try await shell(script, environment: chain.environment(), directory: directory.path)
        #expect(run.signal == nil)
        try await expectNothingLost(chain, merged(try await events(of: bodies)))
    }

    /// Every expected event is in its day, or its message still in the queue.
    private func expectNothingLost(_ chain: Chain, _ expected: [String: [UInt8]]) async throws {
        let queued = merged(try await events(of: try await chain.queued()))
        let stored = try await chain.days()
        for (day, bytes) in expected {
            let found = lines(queued[day]).union(lines(stored[day]))
            #expect(lines(bytes).subtracting(found).isEmpty, "\(day)")
        }
    }

    private func lines(_ bytes: [UInt8]?) -> Set<Substring> {
        Set(String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n"))
    }
}
