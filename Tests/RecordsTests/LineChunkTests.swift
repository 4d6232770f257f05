import Records
import Support
import Testing

/// Chunks of whole lines, as threads take them.
@Suite struct LineChunkTests {
    /// All lines that the chunks bring; of one too long, its place. Each must be laid out for a scan.
    private func chunks(_ path: String, capacity: Int) throws -> (lines: [String], isTorn: Bool) {
        let reader = LineChunkReader(try File.reading(path))
        // Two in turn, as with two threads: what is left of one chunk begins the other.
        let chunks = [LineChunk(capacity: capacity), LineChunk(capacity: 2 * capacity)]
        var lines: [String] = []
        var isTorn = false
        var turn = 0
        while try reader.fill(chunks[turn]) {
            let chunk = chunks[turn]
            #expect(!isTorn, "the torn line is the last one")
            isTorn = chunk.endsTorn
            if case .overlongLine = chunk.content {
                lines.append("(too long)")
            } else {
                let count = chunk.forEachLine { line, index in
                    lines.append(String(decoding: line, as: UTF8.self))
                    // In the chunk's own memory, so there is an address.
                    let behind = line.baseAddress!.load(fromByteOffset: line.count, as: UInt8.self)
                    #expect(behind == 0)
                }
                #expect(count > 0)
            }
            turn = 1 - turn
        }
        return (lines, isTorn)
    }

    @Test func theLinesAreThoseOfTheFile() throws {
        let directory = try TemporaryDirectory()
        let lines = (0...60).map { String(repeating: "y", count: $0 * 7 % 41) }
        let whole = try directory.write("whole", lines.map { $0 + "\n" }.joined())
        let torn = try directory.write("torn", (lines + ["torn"]).joined(separator: "\n"))
        let returns = try directory.write("returns", lines.map { $0 + "\r\n" }.joined())
        for capacity in 1...90 {
            let read = try chunks(whole, capacity: capacity)
            #expect(read.lines == lines && !read.isTorn, "capacity \(capacity)")
            let cut = try chunks(torn, capacity: capacity)
            #expect(cut.lines == lines + ["torn"] && cut.isTorn, "capacity \(capacity)")
            let returned = try chunks(returns, capacity: capacity)
            #expect(returned.lines == lines && !returned.isTorn, "capacity \(capacity)")
        }
    }

    @Test func whatWaitsBehindALongLineFitsAnyChunk() throws {
        let directory = try TemporaryDirectory()
        let long = [UInt8](repeating: 0x61, count: (16 << 20) + 1) + [Ascii.newline]
        let rest = (0..<3_000).map { "line \($0)" }
        let bytes = long + Array(rest.map { $0 + "\n" }.joined().utf8) + long
        let path = try directory.write("lines", bytes)
        let read = try chunks(path, capacity: 16)
        #expect(read.lines == ["(too long)"] + rest + ["(too long)"])
    }

    /// A thread fills one chunk from one input after the other: nothing of the one may be said of the next.
    @Test func onlyTheTornEndIsTorn() throws {
        let directory = try TemporaryDirectory()
        let torn = LineChunkReader(try File.reading(try directory.write("torn", "a\nb")))
        let whole = LineChunkReader(try File.reading(try directory.write("whole", "c\n")))
        let empty = LineChunkReader(try File.reading(try directory.write("empty", "")))
        let chunk = LineChunk(capacity: 16)
        var said: [Bool] = []
        #expect(try torn.fill(chunk))
        said.append(chunk.endsTorn)
        #expect(try torn.fill(chunk))
        said.append(chunk.endsTorn)
        #expect(try whole.fill(chunk))
        said.append(chunk.endsTorn)
        // With nothing left to read there is nothing torn either.
        #expect(try !whole.fill(chunk))
        said.append(chunk.endsTorn)
        #expect(try !empty.fill(chunk))
        said.append(chunk.endsTorn)
        #expect(said == [false, true, false, false, false])
    }

    /// The newline of a line too long goes with it, wherever a read brings it: no line more, none less.
    @Test(arguments: [1, 3])
    func behindALineTooLongComesTheNext(_ excess: Int) throws {
        let directory = try TemporaryDirectory()
        let long = [UInt8](repeating: 0x61, count: (16 << 20) + excess)
        let path = try directory.write("lines", long + Array("\nb\n\nc\n".utf8))
        let read = try chunks(path, capacity: 1 << 20)
        #expect(read.lines == ["(too long)", "b", "", "c"] && !read.isTorn)
    }

    @Test func bytesAreCounted() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("lines", "a\n\nbc\nd")
        let reader = LineChunkReader(try File.reading(path))
        let chunk = LineChunk(capacity: 4)
        var counts: [Int] = []
        while try reader.fill(chunk) { counts.append(chunk.byteCount) }
        #expect(counts.reduce(0, +) == 7)
    }
}
