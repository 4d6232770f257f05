/// Everything that a scrub says of one line, so that two ways of scrubbing can be compared.
package struct ScrubVerdict: Equatable, Sendable {
    package enum Outcome: Equatable, Sendable {
        /// The event line with its newline, and its day.
        case kept(event: [UInt8], day: String)
        case dropped(String)
        case rejected(String)
    }

    package var outcome: Outcome
    /// Of the line's own level, where it is a string. Text is UTF-8, lone surrogates in three bytes each.
    package var messageID: [UInt8]?
    /// The hostname, channel or event name for which the line was dropped.
    package var droppedText: [UInt8]?
    /// Whether the line as a whole is JSON; what it holds may be none.
    package var isJSON: Bool

    package init(_ outcome: Outcome, messageID: [UInt8]?, droppedText: [UInt8]?, isJSON: Bool) {
        self.outcome = outcome
        self.messageID = messageID
        self.droppedText = droppedText
        self.isJSON = isJSON
    }
}

extension ScrubVerdict: CustomStringConvertible {
    package var description: String {
        func text(_ bytes: [UInt8]?) -> String {
            bytes.map { String(reflecting: String(decoding: $0, as: UTF8.self)) } ?? "nil"
        }
        let said =
            switch outcome {
            case .kept(let event, let day): "kept \(text(event)) of \(day)"
            case .dropped(let reason): "dropped: \(reason), \(text(droppedText))"
            case .rejected(let reason): "rejected: \(reason)"
            }
        return "\(said); MessageId \(text(messageID)); \(isJSON ? "JSON" : "no JSON")"
    }
}
