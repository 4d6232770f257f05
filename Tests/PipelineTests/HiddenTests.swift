import Support
import Testing

/// A block that takes longer than its messages are hidden.
@Suite struct HiddenTests {
    /// Such as a day of some gigabytes on a slow line.
    private static let slowPut = "#!/bin/sh\nsleep 4\nPATH=${PATH#*:}\nexec s3-put \"$@\"\n"
    private static let pull = ["PULL_OPTIONS": "--wait-time-seconds 1 --visibility-timeout 2"]

    @Test func itsMessagesDoNotComeBack() async throws {
        let chain = try await Chain("hidden")
        let bodies = Array(try goldenBodies().prefix(60))
        try await chain.send(bodies)
        let run = try await slowRun(chain)
        #expect(run.status == 0, "\(run.err)")
        #expect(run.err.contains("receipts past their time 0"))
        #expect(try await chain.days() == merged(try await events(of: bodies)))
        #expect(try await chain.queued().isEmpty)
    }

    /// Somebody else, who asks all the time, is given none of them.
    @Test func nobodyElseIsGivenThem() async throws {
        let chain = try await Chain("others")
        try await chain.send(Array(try goldenBodies().prefix(30)))
        let thief = Task { () async throws -> [String] in
            // Not before the run has them all.
            while try await chain.aws.count(chain.stage.queueURL) != QueueCounts(visible: 0, inFlight: 30) {
                try await Task.sleep(for: .milliseconds(50))
            }
            var taken: [String] = []
            // Until the run has deleted them, or this has.
            while try await !chain.aws.peek(chain.stage.queueURL).isEmpty {
                taken += try await chain.aws.drain(chain.stage.queueURL)
                try await Task.sleep(for: .milliseconds(200))
            }
            return taken
        }
        let run = try await slowRun(chain)
        #expect(run.status == 0, "\(run.err)")
        #expect(try await thief.value == [])
    }

    @Test func aRefusalChangesNothing() async throws {
        let chain = try await Chain("refused")
        let bodies = Array(try goldenBodies().prefix(60))
        try await chain.send(bodies)
        // ministack wants the batch action named.
        let policy =
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Resource":"*","#
            + #""Action":["sqs:ChangeMessageVisibility","sqs:ChangeMessageVisibilityBatch"]}]}"#
        let user = chain.stage.bucket.replacing("-bucket", with: "-writer")
        _ = try await chain.aws.call(
            "iam", "put_user_policy",
            ["UserName": .string(user), "PolicyName": "deny", "PolicyDocument": .string(policy)])
        let run = try await slowRun(chain, ["--once"])
        #expect(run.status == 0, "\(run.err)")
        #expect(
            run.err.contains("dump-queue: the messages could not be kept hidden for longer"), "\(run.err)")
        #expect(run.err.contains("AccessDenied"))
        #expect(try await chain.days() == merged(try await events(of: bodies)))
        #expect(try await chain.queued().isEmpty)
        #expect(try chain.temporary.names.isEmpty)
    }

    private func slowRun(_ chain: Chain, _ arguments: [String] = []) async throws -> ToolRun {
        let wrappers = try TemporaryDirectory()
        try wrappers.writeExecutable("s3-put", Self.slowPut)
        let path = "\(wrappers.path):\(chain.environment()["PATH"] ?? "")"
        return try await chain.dumpQueue(arguments, Self.pull.merging(["PATH": path]) { $1 })
    }
}
