import Support
import Testing

/// The chain, from a queue that SNS fills to the days' objects.
@Suite struct DrainTests {
    @Test func anEmptyQueueIsDone() async throws {
        let aws = try await LocalAWS.shared()
        let stage = try await aws.setup("empty")
        let run = try await run(
            "\(repositoryRoot)/scripts/dump-queue",
            environment: withToolsOnPath(
                stage.environment.merging(["PULL_OPTIONS": "--wait-time-seconds 0"]) { $1 }))
        #expect(run.status == 0)
        #expect(run.out.isEmpty)
    }
}
