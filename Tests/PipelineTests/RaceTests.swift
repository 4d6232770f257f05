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
