/// What a last line without its newline means.
package enum TornLine {
    /// A line like any other: data that somebody cut off from its newline.
    case counts
    /// Nothing: its writer may have died in the middle of it, and a torn line proves nothing.
    case ignored
}

/// Reads a file of records, one JSON object a line, and says which lines are none.
package struct RecordReader {
    let file: File
    let torn: TornLine

    package init(_ file: File, torn: TornLine) {
        self.file = file
        self.torn = torn
    }

    /// Hands out each line's record. A line that is no JSON object, or that `parse` does not
    /// take, is refused: `refuse` gets one sentence that names file and line, never content.
    package func read<Parsed>(
        _ parse: (JSONObject) -> Parsed?, take: (Parsed) throws(Failure) -> Void, refuse: (String) -> Void
    ) throws(Failure) {
        let reader = LineReader(file)
        while let line = try reader.next() {
            if line.isTorn, torn == .ignored { continue }
            guard let text = line.text else {
                refuse(place(line) + ": longer than 16 MiB")
                continue
            }
            guard let object = try? JSONObject(text) else {
                refuse(place(line) + ": no JSON object")
                continue
            }
            guard let parsed = parse(object) else {
                refuse(place(line) + ": a key is missing or has another form")
                continue
            }
            try take(parsed)
        }
    }

    private func place(_ line: LineReader.Line) -> String { "\(escaped(file.path)), line \(line.number)" }
}
