import Records
import Support
import Testing

/// Which lines of a file of records count, and what is said of the others.
@Suite struct RecordReaderTests {
    private func read(_ text: String, torn: TornLine) throws -> (taken: [String], refused: [String]) {
        let directory = try TemporaryDirectory()
        let file = try File.reading(try directory.write("records", text))
        var taken: [String] = []
        var refused: [String] = []
        try RecordReader(file, torn: torn).read(
            { $0.string("k") }, take: { taken.append($0) },
            refuse: { refused.append($0.replacing(directory.path, with: "D")) })
        return (taken, refused)
    }

    @Test func aTornLineProvesNothing() throws {
        let text = "{\"k\":\"1\"}\n{\"k\":\"2\"}"
        #expect(try read(text, torn: .ignored).taken == ["1"])
        #expect(try read(text, torn: .ignored).refused == [])
        #expect(try read(text, torn: .counts).taken == ["1", "2"])
        #expect(try read(text + "\n", torn: .ignored).taken == ["1", "2"])
    }

    @Test func carriageReturnsAreNoPartOfALine() throws {
        let found = try read("{\"k\":\"1\"}\r\n\r\n{\"k\":\"2\"} \r\n{\"k\":\"3\"}\r", torn: .counts)
        #expect(found.taken == ["1", "2", "3"])
        #expect(found.refused == [])
    }

    /// At every byte where a writer may have died, only whole lines count.
    @Test func aFileCutAnywhereGivesItsWholeLines() throws {
        let lines = ["{\"k\":\"1\"}", "{\"k\":\"2\"}", "{\"k\":\"3\"}"]
        let text = lines.map { $0 + "\n" }.joined()
        for length in 0...text.utf8.count {
            let cut = String(text.prefix(length))
            let whole = cut.filter { $0 == "\n" }.count
            let found = try read(cut, torn: .ignored)
            #expect(found.taken == (0..<whole).map { "\($0 + 1)" }, "cut at \(length)")
            #expect(found.refused == [], "cut at \(length)")
        }
    }

    @Test func badLinesAreRefusedByNumber() throws {
        let long = "{\"k\":\"" + String(repeating: "a", count: 16 << 20) + "\"}"
        let found = try read(
            "{\"k\":\"1\"}\n\nsecret\n{\"k\":5}\n[]\n{\"x\":\"secret\"}\n\(long)\n{\"k\":\"8\"}\n",
            torn: .ignored)
        #expect(found.taken == ["1", "8"])
        #expect(
            found.refused == [
                "D/records, line 3: no JSON object",
                "D/records, line 4: a key is missing or has another form",
                "D/records, line 5: no JSON object",
                "D/records, line 6: a key is missing or has another form",
                "D/records, line 7: longer than 16 MiB",
            ])
    }

    @Test func whatTheTakerThrowsEndsTheReading() throws {
        let directory = try TemporaryDirectory()
        let file = try File.reading(try directory.write("records", "{\"k\":\"1\"}\n{\"k\":\"2\"}\n"))
        var taken = 0
        #expect(throws: Failure(.badData, "enough")) {
            try RecordReader(file, torn: .counts).read(
                { $0.string("k") },
                take: { (_: String) throws(Failure) in
                    taken += 1
                    throw Failure(.badData, "enough")
                }, refuse: { _ in })
        }
        #expect(taken == 1)
    }
}
