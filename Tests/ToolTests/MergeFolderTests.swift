import Foundation
import Support
import Testing

private let a = eventLine("2026-01-01", 1)

/// The work folder: private, one run's at a time, and without anything of a run that was killed.
@Suite struct MergeFolderTests {
    @Test func isPrivate() async throws {
        let merge = try await Merge(text([a]), at: mergeServer([:]))
        #expect(try merge.folder.mode("days") == 0o700)
        #expect(try merge.folder.mode("days/20260101") == 0o600)
    }

    @Test func isOneRunsAtATime() async throws {
        let folder = try TemporaryDirectory()
        let slow = try StubServer { _ in
            var reply = s3Error(404, "NoSuchKey")
            reply.delay = 60
            return reply
        }
        let quick = try mergeServer([:])
        let arguments = ["--to", "s3://bucket/events/", "--work", folder.path("days")]
        let first = try await withRunning("day-merge", arguments, environment: environment(of: slow)) {
            running in
            await running.write(text([a]))
            await running.closeInput()
            try await running.wait { _ in !slow.requests.isEmpty }
            let second = try await Merge(text([a]), at: quick, in: folder)
            #expect(second.run.status == 75)
            #expect(second.run.err == "day-merge: \(folder.path("days")) is in use by another run\n")
            #expect(second.run.out.isEmpty && quick.requests.isEmpty)
            running.send(SIGKILL)
        }
        #expect(first.signal == SIGKILL)
        // A lock goes with its process.
        #expect(try await Merge(text([a]), at: quick, in: folder).run.status == 0)
    }

    /// A run that was killed in the middle of a day has left its files; the next one takes nothing of them.
    @Test func leftoversAreSwept() async throws {
        let folder = try TemporaryDirectory()
        for name in [
            "20250101.partial", "20250101.new", "new-0.run", "20260101.partial", "20260101-3.run",
        ] {
            try folder.write("days/\(name)", "left over\n")
        }
        try folder.write("days/20251231", "merged by an earlier run\n")
        try folder.write("days/20260101", "of an earlier run, and longer than what comes in its place\n")
        let merge = try await Merge(text([a]), at: mergeServer([:]), in: folder)
        #expect(merge.run.status == 0)
        #expect(try merge.files == ["20251231", "20260101"])
        #expect(try merge.text("20260101") == text([a]))
        #expect(try merge.text("20251231") == "merged by an earlier run\n")
    }

    /// A killed run leaves no file under a day's name that is not whole.
    @Test func aKilledRunLeavesNoHalfFile() async throws {
        let folder = try TemporaryDirectory()
        let slow = try StubServer { _ in
            object(text((0..<2000).map { eventLine("2026-01-01", $0) })).stalled(after: 50_000)
        }
        let arguments = ["--to", "s3://bucket/events/", "--work", folder.path("days"), "--memory", "1"]
        let run = try await withRunning("day-merge", arguments, environment: environment(of: slow)) {
            running in
            await running.write(text([a, a, eventLine("2026-01-02", 1)]))
            await running.closeInput()
            try await running.wait { _ in !slow.requests.isEmpty }
            running.send(SIGKILL)
        }
        #expect(run.signal == SIGKILL && run.out.isEmpty)
        #expect(try folder.names(in: "days").allSatisfy { $0 == "lock" || $0.contains(".") })
    }

    /// A folder that others can write to: no name in it may lead out of it.
    @Test(arguments: ["lock", "20260101.partial", "20260101.new", "new-0.run", "20260101"])
    func linksAreNotFollowed(_ name: String) async throws {
        let folder = try TemporaryDirectory()
        let other = try folder.write("other", "somebody's\n")
        try folder.makeFolder("days")
        try folder.link("days/\(name)", to: other)
        let merge = try await Merge(
            text([a, eventLine("2026-01-02", 1)]), at: mergeServer([:]), ["--memory", "1"], in: folder)
        #expect(merge.run.status == (name == "lock" ? 74 : 0), "\(merge.run.err)")
        #expect(try folder.readText("other") == "somebody's\n")
        if name != "lock" { #expect(try merge.text("20260101") == text([a])) }
    }

    /// Nor one that somebody makes when the folder has been swept.
    @Test func aNameThatIsTakenFailsItsDay() async throws {
        let folder = try TemporaryDirectory()
        let other = try folder.write("other", "somebody's\n")
        // Some days are merged at once; the last one's turn comes when the first is done.
        let server = try StubServer { _ in
            try? folder.link("days/20260109.partial", to: other)
            return s3Error(404, "NoSuchKey")
        }
        let merge = try await Merge(
            text((1...9).map { eventLine("2026-01-0\($0)", 1) }), at: server, in: folder)
        #expect(merge.run.status == 74)
        #expect(merge.lines.values.count { $0["file"] != nil } == 8)
        #expect(merge.lines["20260109"]?["code"] == "InputOutput")
        #expect(try folder.readText("other") == "somebody's\n")
    }

    @Test func mustBeAFolder() async throws {
        let folder = try TemporaryDirectory()
        let server = try mergeServer([:])
        try folder.write("days", "a file")
        let run = try await run(
            "day-merge", ["--to", "s3://bucket/events/", "--work", folder.path("days")], at: server,
            input: text([a]))
        #expect(run.status == 74)
        #expect(run.errLines.count == 1)
        #expect(server.requests.isEmpty)
        #expect(try folder.readText("days") == "a file")
    }

    @Test func isMadeButNotItsParents() async throws {
        let folder = try TemporaryDirectory()
        let server = try mergeServer([:])
        let run = try await run(
            "day-merge", ["--to", "s3://bucket/events/", "--work", folder.path("none/days")], at: server,
            input: text([a]))
        #expect(run.status == 74)
        #expect(run.err.contains("cannot make the folder \(folder.path("none/days")): No such file"))
    }
}

extension StubReply {
    fileprivate func stalled(after count: Int) -> StubReply {
        var reply = self
        reply.delivery = .stalled(after: count, seconds: 60)
        return reply
    }
}
