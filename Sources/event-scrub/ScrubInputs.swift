import Records

/// The inputs, cut into numbered chunks that threads take in turn.
final class ScrubInputs: @unchecked Sendable {
    // @unchecked: the variables are touched only within `turn.locked`.
    struct Ticket {
        /// The chunk's place in the order of the output.
        let number: Int
        /// The index of its input.
        let input: Int
    }

    let files: [File]
    /// Nil where it cannot be known.
    let totalBytes: Int?
    private let turn = Monitor()
    private var reader: LineChunkReader?
    private var nextInput = 0
    private var nextNumber = 0

    init(_ files: [File]) {
        self.files = files
        let sizes = files.map { file in
            (try? System.status(file.descriptor)).flatMap { $0.isRegular ? $0.size : nil }
        }
        totalBytes = sizes.contains(nil) ? nil : sizes.compactMap { $0 }.reduce(0, +)
    }

    /// Fills the chunk with the next lines; nil at the end of the last input. May wait for input,
    /// and makes every other thread wait that wants to read.
    func read(into chunk: LineChunk) throws(Failure) -> Ticket? {
        try turn.locked { () throws(Failure) -> Ticket? in
            while true {
                if let reader, try reader.fill(chunk) {
                    nextNumber += 1
                    return Ticket(number: nextNumber - 1, input: nextInput - 1)
                }
                guard nextInput < files.count else { return nil }
                reader = LineChunkReader(files[nextInput])
                nextInput += 1
            }
        }
    }
}
