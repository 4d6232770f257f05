import Records

/// The whole run: threads that take turns reading chunks, scrub them side by side, and take
/// turns writing them, so that the order of the lines is kept.
///
/// Memory: for each thread a chunk and what it came to.
final class ScrubRun: @unchecked Sendable {
    // @unchecked: the variables and the sink are touched only within `turn.locked`.
    private let inputs: ScrubInputs
    private let rules: ScrubRules
    private let sink: ScrubSink
    private let turn = Monitor()
    private var nextToWrite = 0
    private var input = 0
    private var linesOfInput = 0
    private var working = 0
    private var failure: Failure?
    /// Of the threads that have ended.
    private var counts = ScrubCounts()
    // As far as the output has come:
    private var lines = 0
    private var bytes = 0
    private var progress: Progress

    init(inputs: ScrubInputs, rules: ScrubRules, sink: ScrubSink, console: Console) {
        self.inputs = inputs
        self.rules = rules
        self.sink = sink
        progress = Progress(console)
    }

    /// Reads the inputs to their end and returns the counts. After a failure the threads are
    /// left behind: one may be waiting for input that never comes.
    func run(jobs: Int) throws(Failure) -> ScrubCounts {
        working = jobs
        if jobs == 1 {
            // None is left behind, so it needs no thread of its own.
            work()
        } else {
            for _ in 0..<jobs { System.startThread { [self] in work() } }
        }
        return try turn.locked { () throws(Failure) -> ScrubCounts in
            turn.wait { working == 0 || failure != nil }
            progress.clear()
            if let failure { throw failure }
            try sink.finish()
            return counts
        }
    }

    private func work() {
        let wants = sink.wants
        let chunk = LineChunk()
        let scrubber = Scrubber(rules)
        var scrubbed = ScrubbedChunk()
        var ended: Failure?
        do throws(Failure) {
            while let ticket = try inputs.read(into: chunk) {
                scrubbed.fill(from: chunk, by: scrubber, wants)
                try write(scrubbed, ticket)
            }
        } catch {
            ended = error
        }
        turn.locked {
            failure = failure ?? ended
            counts.add(scrubbed.counts)
            working -= 1
            turn.announce()
        }
    }

    private func write(_ scrubbed: borrowing ScrubbedChunk, _ ticket: ScrubInputs.Ticket) throws(Failure) {
        try turn.locked { () throws(Failure) in
            turn.wait { nextToWrite == ticket.number || failure != nil }
            guard failure == nil else { return }
            if input != ticket.input {
                input = ticket.input
                linesOfInput = 0
            }
            try sink.write(scrubbed, of: inputs.files[input].path, firstLine: linesOfInput + 1)
            linesOfInput += scrubbed.lineCount
            lines += scrubbed.lineCount
            bytes += scrubbed.byteCount
            nextToWrite += 1
            turn.announce()
            progress.update(
                "\(lines) lines", bytes >> 20, of: inputs.totalBytes.map { $0 >> 20 }, "MiB")
        }
    }
}
