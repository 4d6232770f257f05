import Support
import Testing

/// Promise 2: any number of runs may work at once.
@Suite struct RaceTests {
    @Test func chainsOnOneQueueAndBucketLoseNothing() async throws {
        let chain = try await Chain("race")
        let bodies = Array(try goldenBodies().prefix(600))
        try await chain.send(bodies)
        let options = ["PULL_OPTIONS": "--wait-time-seconds 1 --max-messages 50 --concurrency 2"]
        let statuses = try await withThrowingTaskGroup(of: Int32.self) { group in
            for _ in 0..<3 { group.addTask { try await chain.dumpQueue([], options).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.allSatisfy { $0 == 0 || $0 == 75 })
        #expect(try await chain.days() == merged(try await events(of: bodies)))
        #expect(try await chain.queued().isEmpty)
    }

    /// Eight at once, all with events of the same days, a batch of messages at a time.
    @Test func eightChainsShareTheirDays() async throws {
        let chain = try await Chain("eight")
        let bodies = (0..<2400).map { number in
            let time = "2026-01-0\(1 + number % 3)T00:\(10 + number / 60):\(10 + number % 50)Z"
            return #"{"timestamp":"\#(time)","hostname":"futel-prod.phu73l.net","event":{"#
                + #""Channel":"SIP/\#(number)","Event":"e"}}"#
        }
        try await chain.send(bodies)
        let options = ["PULL_OPTIONS": "--wait-time-seconds 1 --max-messages 100 --concurrency 1"]
        let runs = try await withThrowingTaskGroup(of: ToolRun.self) { group in
            for _ in 0..<8 { group.addTask { try await chain.dumpQueue([], options) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(runs.allSatisfy { $0.status == 0 }, "\(runs.map(\.err))")
        // Nobody starves, and there was something to starve of.
        #expect(runs.contains { !$0.err.contains("merged again after a conflict 0") })
        #expect(try await chain.days() == merged(try await events(of: bodies)))
        #expect(try await chain.queued().isEmpty)
    }

    /// Between the merge and the put, somebody else writes the same day.
    @Test func aDayWrittenInBetweenIsMergedAgain() async throws {
        let chain = try await Chain("between")
        let bodies = Array(try goldenBodies().prefix(60))
        try await chain.send(bodies)
        let wrappers = try TemporaryDirectory()
        // Stands in for another writer: the first s3-put finds each day's object made by it.
        let other =
            #"{"timestamp": "2025-12-30T00:00:00", "channel": "c", "endpoint": null, "event": "other"}"#
        let wrapper = """
            #!/bin/bash
            PATH=${PATH#*:}
            if mkdir "$MARK" 2>/dev/null; then
                printf '%s\\n' '\(other)' | day-merge --to "$EVENTS_URL" --work "$MARK/w" | s3-put >/dev/null
            fi
            exec s3-put "$@"

            """
        try wrappers.writeExecutable("s3-put", wrapper)
        let path = "\(wrappers.path):\(chain.environment()["PATH"] ?? "")"
        let run = try await chain.dumpQueue([], ["PATH": path, "MARK": wrappers.path("mark")])
        #expect(run.status == 0, "\(run.err)")
        #expect(run.err.contains("s3-put: 20251230: conflict"))
        #expect(run.err.contains("merged again after a conflict 1"))
        #expect(try await chain.days() == merged(try await events(of: bodies) + [other]))
        #expect(try await chain.queued().isEmpty)
    }
}
