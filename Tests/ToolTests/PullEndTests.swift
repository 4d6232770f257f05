import Foundation
import Support
import Testing

private let onlyWithFullDevice = ConditionTrait.enabled(
    if: FileManager.default.fileExists(atPath: "/dev/full"), "skipped: this system has no /dev/full")

/// Readers that go away, and files that take no more.
@Suite struct PullEndTests {
    @Test func aReaderThatLeftEndsItSilently() async throws {
        let queue = StubQueue(.max)
        let server = try StubServer { queue.answer($0) }
        let folder = try TemporaryDirectory()
        let run = try await shell(
            "sqs-pull --spool spool | head -n 1; exit ${PIPESTATUS[0]}", environment: environment(of: server),
            directory: folder.path)
        #expect(run.status == 141)
        #expect(run.err.isEmpty)
        #expect(run.lines.count == 1)
    }

    @Test(onlyWithFullDevice) func aFullOutputIsAnInputOutputError() async throws {
        let server = try pullServer(stubMessages("a"), StubReply(body: "{}"))
        let folder = try TemporaryDirectory()
        let run = try await shell(
            "sqs-pull --quiet --concurrency 1 --spool spool > /dev/full",
            environment: environment(of: server),
            directory: folder.path)
        #expect(run.status == 74)
        #expect(run.err == "sqs-pull: cannot write standard output: No space left on device\n")
    }

    /// Without its receipt a message must not go on.
    @Test(onlyWithFullDevice) func aSpoolThatTakesNoMoreKeepsTheMessagesBack() async throws {
        let server = try pullServer(stubMessages("a"), StubReply(body: "{}"))
        let run = try await run(
            "sqs-pull", ["--spool", "/dev/full", "--quiet", "--concurrency", "1"], at: server)
        #expect(run.status == 74)
        #expect(run.out.isEmpty)
        #expect(run.err == "sqs-pull: cannot write /dev/full: No space left on device\n")
    }

    @Test func aSpoolWithSomethingInItIsLeftAlone() async throws {
        let server = try pullServer(stubMessages("a"))
        let folder = try TemporaryDirectory()
        let spool = try folder.write("spool", "of an earlier run\n")
        let run = try await run("sqs-pull", ["--spool", spool], at: server)
        #expect(run.status == 64)
        #expect(run.errLines.first == "sqs-pull: \(spool) is not empty")
        #expect(try folder.readText("spool") == "of an earlier run\n")
        #expect(server.requests.isEmpty)
    }

    @Test func anEmptySpoolCanBeUsed() async throws {
        let server = try pullServer(stubMessages("a"), StubReply(body: "{}"))
        let folder = try TemporaryDirectory()
        let run = try await run("sqs-pull", ["--spool", try folder.write("spool", "")], at: server)
        #expect(run.status == 0)
        #expect(try folder.readText("spool").contains("handle of a"))
    }

    @Test func aSpoolThatCannotBeMadeIsSaid() async throws {
        let server = try pullServer(stubMessages("a"))
        let folder = try TemporaryDirectory()
        let run = try await run("sqs-pull", ["--spool", folder.path("none/spool")], at: server)
        #expect(run.status == 74)
        #expect(
            run.err == "sqs-pull: cannot create \(folder.path("none/spool")): No such file or directory\n")
        #expect(server.requests.isEmpty)
    }
}
