import Support
import Testing

/// A disk or a quota that is full, for which the limit to a file's size stands: writing fails in the same
/// places, and no other process is harmed.
@Suite struct MergeDiskTests {
    /// What does not fit is a run, then the new lines of the day, then the merged file, and it again where
    /// nothing has spilled.
    @Test(arguments: [("20K", 8), ("1K", 100), ("1K", 500), ("64M", 100)])
    func isSaidAndLeavesNothing(_ memory: String, _ blocks: Int) async throws {
        let old = text((0..<3000).map { eventLine("2026-01-02", $0) })
        let server = try mergeServer(["20260102": object(old)])
        let folder = try TemporaryDirectory()
        try folder.write("events", text((3000..<5000).map { eventLine("2026-01-02", $0) }))
        let merge = try await limited(to: blocks, memory, folder, at: server)
        #expect(merge.status == 74)
        #expect(merge.errLines.count == 1)
        #expect(
            merge.err.hasPrefix("day-merge: ") && merge.err.hasSuffix(": File too large\n"), "\(merge.err)")
        #expect(!merge.outText.contains("\"file\""))
        #expect(try folder.names(in: "days") == ["lock"])
        // With room again, in the same folder, nothing of it is to be seen.
        let again = try await limited(to: 1 << 20, memory, folder, at: server)
        #expect(again.status == 0, "\(again.err)")
        #expect(try folder.names(in: "days") == ["20260102", "lock"])
    }

    /// The other days have room.
    @Test func stopsNoOtherDay() async throws {
        let old = text((0..<3000).map { eventLine("2026-01-02", $0) })
        let server = try mergeServer(["20260102": object(old)])
        let folder = try TemporaryDirectory()
        try folder.write("events", text((1...3).map { eventLine("2026-01-0\($0)", 5000) }))
        let merge = try await limited(to: 100, "64M", folder, at: server)
        #expect(merge.status == 74)
        #expect(merge.lines.count == 3 && merge.lines[1].contains(#""code":"InputOutput""#))
        #expect(try folder.names(in: "days") == ["20260101", "20260103", "lock"])
    }

    /// - Parameter blocks: of 512 bytes, as `ulimit` counts outside of bash's own mode.
    private func limited(
        to blocks: Int, _ memory: String, _ folder: TemporaryDirectory, at server: StubServer
    ) async throws -> ToolRun {
        let script = """
            set -o posix
            ulimit -f \(blocks) &&
                exec day-merge --quiet --to s3://bucket/events/ --work days --memory \(memory) events
            """
        return try await shell(script, environment: environment(of: server), directory: folder.path)
    }
}
