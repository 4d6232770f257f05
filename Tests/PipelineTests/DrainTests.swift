import Support
import Testing

/// From a full queue to the days' objects, and again.
@Suite struct DrainTests {
    @Test func goldenMessagesBecomeTheReplacedProgramsFiles() async throws {
        let chain = try await Chain("golden")
        var before: [String: [UInt8]] = [:]
        for day in ["20251230", "20251231"] {
            before[day] = try readFile("\(goldenDirectory)/days/\(day).before")
            try await chain.put(day, before[day] ?? [])
        }
        try await chain.send(try goldenBodies())
        let run = try await chain.dumpQueue()
        #expect(run.status == 0, "\(run.err)")
        #expect(run.out.isEmpty)
        #expect(run.err.contains("received 1800, kept 1186, dropped 614, rejected 0"))
        let days = try await chain.days()
        let expected = merged(try goldenEvents(), into: before)
        #expect(days.keys.sorted() == expected.keys.sorted())
        for (day, bytes) in expected { #expect(days[day] == bytes, "\(day)") }
        #expect(try await chain.queued().isEmpty)
        #expect(try chain.temporary.names.isEmpty)
    }

    @Test func messagesThroughSNSAreUnwrapped() async throws {
        let chain = try await Chain("sns")
        let messages = try goldenBodies().compactMap { try JSON(parsing: Array($0.utf8))["Message"].string }
            .filter { $0.contains(#""timestamp": "20"#) }
            .prefix(100)
        try await chain.aws.publish(Array(messages), to: chain.stage.topicARN)
        let run = try await chain.dumpQueue()
        #expect(run.status == 0, "\(run.err)")
        #expect(try await chain.days() == merged(try await events(of: Array(messages))))
        #expect(try await chain.queued().isEmpty)
    }

    @Test func aSecondRunOverTheSameEventsWritesNothing() async throws {
        let chain = try await Chain("twice")
        let bodies = Array(try goldenBodies().prefix(200))
        try await chain.send(bodies)
        #expect(try await chain.dumpQueue().status == 0)
        let first = try await objects(chain)
        try await chain.send(bodies)
        let run = try await chain.dumpQueue()
        #expect(run.status == 0)
        #expect(run.err.contains("days stored 0, unchanged 3"))
        #expect(try await objects(chain) == first)
        #expect(try await chain.queued().isEmpty)
    }

    private func objects(_ chain: Chain) async throws -> [String: [String]] {
        var objects: [String: [String]] = [:]
        for key in try await chain.aws.keys(chain.stage.bucket) {
            let object = try await chain.aws.object(chain.stage.bucket, key)
            objects[key] = [object?.etag ?? "", object?.lastModified ?? ""]
        }
        return objects
    }

    @Test func blocksFollowEachOtherUntilTheQueueIsEmpty() async throws {
        let chain = try await Chain("blocks")
        let bodies = Array(try goldenBodies().prefix(250))
        try await chain.send(bodies)
        let options = ["PULL_OPTIONS": "--wait-time-seconds 1 --max-messages 60"]
        let run = try await chain.dumpQueue([], options)
        #expect(run.status == 0, "\(run.err)")
        #expect(run.errLines.filter { $0.hasPrefix("sqs-ack: ") && $0.contains("deleted") }.count >= 5)
        #expect(try await chain.days() == merged(try await events(of: bodies)))
        #expect(try await chain.queued().isEmpty)
    }

    /// Such a day is put in parts.
    @Test func aLargeDayIsContinued() async throws {
        let chain = try await Chain("large")
        let line =
            #"{"timestamp": "2026-01-01T00:00:00Z", "channel": "0000000", "endpoint": null, "event": ""#
        // Few long lines, since it is the size that counts.
        let long = String(repeating: "x", count: 1 << 20)
        let day = (10..<76).map { "\(line)\($0)\(long)\"}\n" }.joined()
        try await chain.put("20260101", Array(day.utf8))
        let body =
            #"{"timestamp":"2026-01-01T00:00:00Z","hostname":"futel-prod.phu73l.net","#
            + #""event":{"Channel":"9","Event":"e"}}"#
        try await chain.send([body])
        let run = try await chain.dumpQueue()
        #expect(run.status == 0, "\(run.err)")
        let last = #"{"timestamp": "2026-01-01T00:00:00Z", "channel": "9", "endpoint": "9", "event": "e"}"#
        #expect(try await chain.days()["20260101"] == Array((day + last + "\n").utf8))
        #expect(try await chain.queued().isEmpty)
    }

    @Test func onceTakesOneBlock() async throws {
        let chain = try await Chain("once")
        try await chain.send(Array(try goldenBodies().prefix(50)))
        let run = try await chain.dumpQueue(
            ["--once"], ["PULL_OPTIONS": "--wait-time-seconds 1 --max-messages 20"])
        #expect(run.status == 0)
        #expect(try await chain.queued().count == 30)
    }

    @Test func aDryRunChangesNothing() async throws {
        let chain = try await Chain("dry")
        let bodies = Array(try goldenBodies().prefix(50))
        try await chain.send(bodies)
        let run = try await chain.dumpQueue(["--dry-run"])
        #expect(run.status == 0, "\(run.err)")
        #expect(run.err.contains("day-merge: 2025"))
        #expect(try await chain.days().isEmpty)
        #expect(try await chain.aws.count(chain.stage.queueURL) == QueueCounts(visible: 50, inFlight: 0))
    }

    @Test func theReplacedProgramsEnvironmentIsEnough() async throws {
        let chain = try await Chain("bare")
        _ = try await chain.aws.call("s3", "create_bucket", ["Bucket": "logpublish"])
        let bodies = Array(try goldenBodies().prefix(30))
        try await chain.send(bodies)
        // The bucket of the default EVENTS_URL is not the stage user's, so root's keys are used; the
        // endpoint stands for AWS.
        let environment = [
            "QUEUE_URL": chain.stage.queueURL, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_ENDPOINT_URL": chain.stage.endpointURL,
        ]
        let run = try await run(dumpQueuePath, environment: withToolsOnPath(environment))
        #expect(run.status == 0, "\(run.err)")
        var days: [String: [UInt8]] = [:]
        for key in try await chain.aws.keys("logpublish", prefix: "events/prod/") {
            days[String(key.suffix(8))] = try await chain.aws.bytes("logpublish", key)
        }
        #expect(days == merged(try await events(of: bodies)))
    }
}
