import Records
import Support
import Testing

@testable import day_merge

/// Lines so long that few can be merged at once: what came out of a merge goes into the next one.
@Suite struct LineSorterTests {
    @Test(arguments: 0..<50)
    func longLinesAreSortedInManyPasses(_ seed: Int) throws {
        var random = SplitMix(seed: UInt64(seed))
        let folder = try TemporaryDirectory()
        let directory = try WorkDirectory(folder.path("days"))
        let sorter = LineSorter(
            "new", memory: Int.random(in: 1...2000, using: &random),
            forReaders: Int.random(in: 1...6000, using: &random), directory)
        let names = (0..<Int.random(in: 1...120, using: &random)).map { _ in
            Int.random(in: 100...140, using: &random)
        }
        for name in names { try take(line(name), sorter) }
        let sorted = try sorter.sorted().lines
        var found: [Int] = []
        while let current = sorted.current {
            // The start says which one it is.
            let start = String(decoding: current.prefix(3), as: UTF8.self)
            found.append(try #require(Int(start)))
            #expect(current.count == line(found[found.count - 1]).count)
            try sorted.advance()
        }
        #expect(found == Set(names).sorted())
        #expect(try folder.names(in: "days") == ["lock"])
    }

    /// Of very different lengths.
    private func line(_ name: Int) -> [UInt8] {
        Array("\(name)".utf8) + [UInt8](repeating: 0x78, count: (name * 7919) % 600)
    }

    private func take(_ line: [UInt8], _ sorter: LineSorter) throws {
        try line.withUnsafeBytes { bytes in try sorter.take(bytes) }
    }
}
