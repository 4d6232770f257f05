import Support
import Testing

@Suite struct MergeSweepTests {
    /// The folder may be one that has other files.
    @Test func onlyItsOwnFilesAreSwept() async throws {
        let folder = try TemporaryDirectory()
        for name in ["mine.object", "notes.run", "a.partial"] { try folder.write("days/\(name)", "mine") }
        let merge = try await Merge(text([eventLine("2026-01-01", 1)]), at: mergeServer([:]), in: folder)
        #expect(try merge.files == ["20260101", "a.partial", "mine.object", "notes.run"])
    }
}
