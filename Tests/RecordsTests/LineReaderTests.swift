import Foundation
import Records
import Support
import Testing

/// Lines as they come, whatever the reads cut them into.
@Suite struct LineReaderTests {
    private static let limit = 16 << 20

    /// What is read of a line; a line too long has no text.
    private struct Seen: Equatable {
        var text: String?
        let number: Int
        let isTorn: Bool

        init(_ text: String?, _ number: Int, torn: Bool = false) {
            self.text = text
            self.number = number
            isTorn = torn
        }
    }

    private func lines(_ path: String, capacity: Int = 64 << 10) throws -> [Seen] {
        let reader = LineReader(try File.reading(path), capacity: capacity)
        var seen: [Seen] = []
        while let line = try reader.next() {
            seen.append(
                Seen(line.text.map { String(decoding: $0, as: UTF8.self) }, line.number, torn: line.isTorn))
        }
        return seen
    }

    @Test func linesAreWholeWhereverTheReadsEnd() throws {
        let directory = try TemporaryDirectory()
        // Lines of every length up to 40, so that with every capacity newlines fall on every place.
        let texts = (1...40).map { String(repeating: "x", count: $0 - 1) + "\($0 % 10)" }
        let expected = texts.enumerated().map { Seen($1, $0 + 1) }
        let path = try directory.write("lines", texts.map { $0 + "\n" }.joined())
        for capacity in 1...100 {
            #expect(try lines(path, capacity: capacity) == expected, "capacity \(capacity)")
        }
    }

    @Test func blankLinesCountButAreNotHandedOut() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("lines", "\n\na\r\n\r\n \t\r\n\nb \r\n  c\n\t\n")
        for capacity in 1...30 {
            #expect(
                try lines(path, capacity: capacity) == [Seen("a", 3), Seen("b ", 7), Seen("  c", 8)],
                "capacity \(capacity)")
        }
    }

    /// Only a carriage return at the very end belongs to the line's end.
    @Test func onlyOneCarriageReturnIsTaken() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("lines", "a\rb\r\r\n\u{b}\n")
        #expect(try lines(path) == [Seen("a\rb\r", 1), Seen("\u{b}", 2)])
    }

    @Test func aLastLineWithoutItsNewlineIsTorn() throws {
        let directory = try TemporaryDirectory()
        let torn = try directory.write("torn", "a\nb")
        let tornReturn = try directory.write("return", "a\nb\r")
        let whole = try directory.write("whole", "a\nb\n")
        let blank = try directory.write("blank", "a\n  ")
        for capacity in 1...8 {
            #expect(try lines(torn, capacity: capacity) == [Seen("a", 1), Seen("b", 2, torn: true)])
            #expect(try lines(tornReturn, capacity: capacity) == [Seen("a", 1), Seen("b", 2, torn: true)])
            #expect(try lines(whole, capacity: capacity) == [Seen("a", 1), Seen("b", 2)])
            #expect(try lines(blank, capacity: capacity) == [Seen("a", 1)])
        }
    }

    @Test func nothingIsReadOfAnEmptyFile() throws {
        let directory = try TemporaryDirectory()
        #expect(try lines(try directory.write("empty", "")) == [])
        #expect(try lines(try directory.write("newlines", "\n\n\n")) == [])
    }

    // The tests with lines of 16 MiB are few, since an unoptimised build takes a second for each.

    @Test(arguments: [(0, "\n"), (0, ""), (1, "\n"), (1, "")])
    func theLimitIsExact(_ excess: Int, _ ending: String) throws {
        let directory = try TemporaryDirectory()
        let long = [UInt8](repeating: 0x61, count: Self.limit + excess)
        let path = try directory.write("lines", Array("first\n".utf8) + long + Array(ending.utf8))
        let reader = LineReader(try File.reading(path))
        #expect(try reader.next()?.text?.count == 5)
        let line = try #require(try reader.next())
        #expect(line.number == 2)
        #expect(line.text?.count == (excess == 0 ? Self.limit : nil))
        #expect(line.isTorn == (excess == 0 && ending.isEmpty))
        #expect(try reader.next() == nil)
    }

    @Test(arguments: [1, (16 << 20) + 7])
    func linesBehindOneTooLongAreRead(_ excess: Int) throws {
        let directory = try TemporaryDirectory()
        let long = [UInt8](repeating: 0x61, count: Self.limit + excess)
        let rest = "b\nc\r\n\nd"
        let path = try directory.write("lines", Array("a\n".utf8) + long + [Ascii.newline] + Array(rest.utf8))
        #expect(
            try lines(path) == [
                Seen("a", 1), Seen(nil, 2), Seen("b", 3), Seen("c", 4), Seen("d", 6, torn: true),
            ])
    }

    @Test func oneTooLongFollowsAnother() throws {
        let directory = try TemporaryDirectory()
        let long = [UInt8](repeating: 0x61, count: Self.limit + 1) + [Ascii.newline]
        let full = [UInt8](repeating: 0x62, count: Self.limit) + [Ascii.newline]
        let path = try directory.write("lines", long + long + full + Array("end\n".utf8))
        let reader = LineReader(try File.reading(path))
        let counts = try (1...4).map { _ in try reader.next()?.text?.count }
        #expect(counts == [nil, nil, Self.limit, 3])
        #expect(try reader.next() == nil)
    }

    /// 256 MiB without a newline: a hole, which takes no room on the disk.
    @Test func anEndlessLineIsPassed() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("lines", "a\n")
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.truncate(atOffset: 256 << 20)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("\nb\n".utf8))
        try handle.close()
        #expect(try lines(path) == [Seen("a", 1), Seen(nil, 2), Seen("b", 3)])
    }

    @Test func aFolderIsNoInput() throws {
        let directory = try TemporaryDirectory()
        let reader = LineReader(try File.reading(directory.path))
        #expect(throws: Failure.self) { try reader.next() }
        #expect(throws: Failure.self) { try File.reading(directory.path("missing")) }
    }
}
