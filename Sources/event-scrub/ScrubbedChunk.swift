import Records

/// What a chunk of lines came to, ready to be written in its turn.
struct ScrubbedChunk: ~Copyable {
    struct Reject {
        /// Lines before it in the chunk.
        let index: Int
        let reason: RejectReason
        /// The line as JSON: as it came, or as a string where it is none. Empty if not wanted.
        let message: [UInt8]
        /// It will stand in a file that the user named: in the rejects, or under its MessageId in the ledger.
        let isRecorded: Bool
    }

    private(set) var events = ByteBuffer()
    private(set) var ledger = ByteBuffer()
    private(set) var rejects: [Reject] = []
    /// Of all chunks so far.
    private(set) var counts = ScrubCounts()
    /// Lines of the input that the chunk stands for, blank ones included.
    private(set) var lineCount = 0
    /// And bytes, but for those of a line that was too long.
    private(set) var byteCount = 0
    private var index = QuoteIndex()

    /// Scrubs the chunk, in memory that is used again.
    mutating func fill(from chunk: LineChunk, by scrubber: Scrubber, _ wants: ScrubSink.Wants) {
        events.clear()
        ledger.clear()
        rejects.removeAll(keepingCapacity: true)
        byteCount = chunk.byteCount
        counts.count(bytes: byteCount)
        if case .overlongLine = chunk.content {
            lineCount = 1
            counts.count(Scrubber.Result(outcome: .rejected(.overlong)))
            rejects.append(
                Reject(
                    index: 0, reason: .overlong, message: Array("null".utf8),
                    isRecorded: wants.rejectedMessages))
            return
        }
        lineCount = 0
        let text = chunk.bytes
        var position = 0
        while position < text.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: text[position...])
            if scrubber.wantsIndex {
                index.read(UnsafeRawBufferPointer(rest))
            } else {
                index.readEnd(UnsafeRawBufferPointer(rest))
            }
            // The scans want a NUL behind what they read; behind the last line is one already.
            if index.length < rest.count { rest[index.length] = 0 }
            let line = UnsafeRawBufferPointer(rebasing: rest[..<index.length])
            if !isBlank(line) { take(scrubber.scrub(line, index, events: &events), of: line, wants) }
            position += index.next
            lineCount += 1
        }
    }

    private mutating func take(
        _ result: Scrubber.Result, of line: UnsafeRawBufferPointer, _ wants: ScrubSink.Wants
    ) {
        counts.count(result)
        if wants.ledger { enter(result) }
        guard case .rejected(let reason) = result.outcome else { return }
        rejects.append(
            Reject(
                index: lineCount, reason: reason,
                message: wants.rejectedMessages ? Self.json(line, result.isJSON) : [],
                isRecorded: wants.rejectedMessages || (wants.ledger && result.messageID != nil)))
    }

    private mutating func enter(_ result: Scrubber.Result) {
        guard let id = result.messageID else { return }
        switch result.outcome {
        case .kept(let day):
            LedgerEntry.append(messageID: id, keptFor: day, to: &ledger)
        case .dropped(let reason):
            LedgerEntry.append(messageID: id, outcome: "dropped", reason: reason.rawValue, to: &ledger)
        case .rejected(let reason):
            LedgerEntry.append(messageID: id, outcome: "rejected", reason: reason.rawValue, to: &ledger)
        }
    }

    private static func json(_ line: UnsafeRawBufferPointer, _ isJSON: Bool) -> [UInt8] {
        if isJSON { return Array(line) }
        var text: [UInt8] = []
        JSONString.append(line, to: &text)
        return text
    }
}
