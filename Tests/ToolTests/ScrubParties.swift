import Records
import Support

@testable import event_scrub

/// One way to scrub a line.
struct ScrubParty {
    let name: String
    /// - Parameters:
    ///   - line: laid out as `JSONCursor` wants it.
    ///   - index: the line's.
    let verdict: (_ line: UnsafeRawBufferPointer, _ index: borrowing QuoteIndex) -> ScrubVerdict

    /// All ways but the model's, with the default rules. Each is to be used by one thread. Who adds a way
    /// adds it here: the property test and the fuzz target take it from this list.
    static func all() -> [ScrubParty] {
        let strict = Scrubber(rules)
        let quick = Scrubber(rules)
        return [
            ScrubParty(name: "strict scan") { line, _ in
                var events = ByteBuffer(capacity: 1024)
                let result = strict.scrub(line, events: &events)
                return ScrubVerdict(result, Array(events.bytes))
            },
            ScrubParty(name: "quick scan") { line, index in
                var events = ByteBuffer(capacity: 1024)
                let result = quick.scrub(line, index, events: &events)
                return ScrubVerdict(result, Array(events.bytes))
            },
        ]
    }

    static let model = ScrubModel(
        hosts: RuleOptions.defaultHosts, droppedEvents: RuleOptions.defaultDroppedEvents,
        droppedChannels: RuleOptions.defaultDroppedChannels)

    static let rules = ScrubRules(
        hosts: RuleOptions.defaultHosts.map { Array($0.utf8) },
        droppedEvents: RuleOptions.defaultDroppedEvents.map { Array($0.utf8) },
        droppedChannels: RuleOptions.defaultDroppedChannels.map { Array($0.utf8) },
        format: .auto, utcOffset: Array("Z".utf8))
}

extension ScrubVerdict {
    /// - Parameter events: what was appended for the line.
    fileprivate init(_ result: Scrubber.Result, _ events: [UInt8]) {
        let outcome: Outcome =
            switch result.outcome {
            case .kept(let day): .kept(event: events, day: day.description)
            // A line that is not kept has no event; else this shows it.
            case .dropped(let reason):
                events.isEmpty ? .dropped(reason.rawValue) : .kept(event: events, day: "")
            case .rejected(let reason):
                events.isEmpty ? .rejected(reason.rawValue) : .kept(event: events, day: "")
            }
        self.init(
            outcome, messageID: result.messageID.map { Array($0) },
            droppedText: result.droppedText.map { Array($0) }, isJSON: result.isJSON)
    }
}
