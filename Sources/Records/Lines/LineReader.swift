/// The lines of an input, one after the other. Memory: a chunk.
package final class LineReader {
    package struct Line {
        /// Without newline and without a carriage return before it; valid, and followed by a NUL,
        /// until the next one is asked for. Nil for a line longer than `Limits.lineLength`.
        package let text: UnsafeRawBufferPointer?
        /// From 1.
        package let number: Int
        /// The input's last line, and without its newline.
        package let isTorn: Bool
    }

    /// As the user gave it; for messages.
    package let path: String
    private let reader: LineChunkReader
    private let chunk: LineChunk
    // Moved for each line, so that the checks would show.
    @exclusivity(unchecked) private var position = 0
    private var number = 0

    /// - Parameter capacity: bytes read at a time.
    package init(_ file: File, capacity: Int = 64 << 10) {
        path = file.path
        reader = LineChunkReader(file)
        chunk = LineChunk(capacity: capacity)
    }

    /// The next line that is not blank, or nil at the end.
    package func next() throws(Failure) -> Line? {
        while true {
            while let line = chunk.line(from: &position) {
                number += 1
                if !isBlank(line) {
                    return Line(text: line, number: number, isTorn: chunk.endsTorn && chunk.isEnd(position))
                }
            }
            guard try reader.fill(chunk) else { return nil }
            position = 0
            if case .overlongLine = chunk.content {
                number += 1
                return Line(text: nil, number: number, isTorn: false)
            }
        }
    }
}

/// Nothing but spaces, tabs and carriage returns.
package func isBlank(_ line: UnsafeRawBufferPointer) -> Bool {
    line.allSatisfy { $0 == Ascii.space || $0 == Ascii.tab || $0 == Ascii.carriageReturn }
}
