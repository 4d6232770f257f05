/// The rules of the README, "How a line is scrubbed", as plainly as they can be said: what the scrubber,
/// however fast, must say of every line.
///
/// Slow, and by another way than the scrubber: each level becomes code points, then a tree.
package struct ScrubModel: Sendable {
    private let hosts: [CodePoints]
    private let droppedEvents: [CodePoints]
    private let droppedChannels: [CodePoints]

    package init(hosts: [String], droppedEvents: [String], droppedChannels: [String]) {
        self.hosts = hosts.map(ModelText.points)
        self.droppedEvents = droppedEvents.map(ModelText.points)
        self.droppedChannels = droppedChannels.map(ModelText.points)
    }

    /// The line that ends a scrub before its end: for this reason, over this text.
    private enum Ending: Error {
        case dropped(String, CodePoints?)
        case rejected(String)
    }

    /// - Parameter line: without its line end; not blank.
    package func verdict(of line: [UInt8]) -> ScrubVerdict {
        var verdict = ScrubVerdict(.rejected("not JSON"), messageID: nil, droppedText: nil, isJSON: false)
        do throws(Ending) {
            let top = try parsed(line)
            verdict.isJSON = true
            verdict.messageID = top.member(Key.messageID)?.string.map(ModelText.encode)
            let (message, envelope) = try unwrapped(top)
            let (event, day) = try event(message, envelope)
            verdict.outcome = .kept(event: event, day: day)
        } catch {
            switch error {
            case .rejected(let reason): verdict.outcome = .rejected(reason)
            case .dropped(let reason, let text):
                verdict.outcome = .dropped(reason)
                verdict.droppedText = text.map(ModelText.encode)
            }
        }
        return verdict
    }

    /// The lines of an input, without newline and one carriage return before it, each with its number from
    /// 1. Blank ones are left out.
    package static func lines(of text: [UInt8]) -> [(number: Int, line: [UInt8])] {
        var lines = text.split(separator: 0x0a, omittingEmptySubsequences: false).map(Array.init)
        if lines.last == [] { lines.removeLast() }
        return lines.enumerated().compactMap { index, line in
            let line = line.last == 0x0d ? Array(line.dropLast()) : line
            let isBlank = line.allSatisfy { [0x20, 0x09, 0x0d].contains($0) }
            return isBlank ? nil : (index + 1, line)
        }
    }

    /// The bytes as a JSON string, as the ledger and the rejects have it; what is no UTF-8 and no surrogate
    /// becomes U+FFFD, byte for byte.
    package static func quoted(_ text: [UInt8]) -> [UInt8] {
        let points = ModelText.decode(text, allowingSurrogates: true)
        return ModelText.quoted(points.map { $0 == ModelText.noCharacter ? 0xfffd : $0 })
    }

    // MARK: Steps 1 and 2

    private func parsed(_ line: [UInt8]) throws(Ending) -> ModelJSON {
        let text = ModelText.decode(line)
        let value = try parsed(text, malformed: "not JSON")
        if text.contains(ModelText.noCharacter) { throw .rejected("not UTF-8") }
        return value
    }

    private func parsed(_ text: CodePoints, malformed: String) throws(Ending) -> ModelJSON {
        do { return try ModelParser.parse(text) } catch {
            switch error {
            case .malformed: throw .rejected(malformed)
            case .tooDeep: throw .rejected("JSON nested deeper than 512")
            }
        }
    }

    /// The message, and the envelope that it was in.
    private func unwrapped(_ top: ModelJSON) throws(Ending) -> (message: ModelJSON, envelope: ModelJSON?) {
        var level = top
        if let body = level.member(Key.body)?.string {
            level = try parsed(body, malformed: "Body is not JSON")
        }
        if let message = level.member(Key.message)?.string {
            return (try parsed(message, malformed: "Message is not JSON"), level)
        }
        return (level, nil)
    }

    // MARK: Steps 3 to 7

    private func event(
        _ message: ModelJSON, _ envelope: ModelJSON?
    ) throws(Ending) -> (line: [UInt8], day: String) {
        guard let hostname = message.member(Key.hostname) else { throw .rejected("no hostname") }
        guard let event = message.member(Key.event), event.isObject else {
            throw .rejected("no event object")
        }
        guard let host = hostname.string, hosts.contains(host) else {
            throw .dropped("hostname", hostname.string)
        }
        let channel = try channel(event)
        let name = try name(event)
        let timestamp = try timestamp(message, envelope)
        let endpoint = try endpoint(event, channel)
        var line = Array(#"{"timestamp": "#.utf8) + ModelText.quoted(timestamp)
        line += Array(#", "channel": "#.utf8) + ModelText.quoted(channel)
        line += Array(#", "endpoint": "#.utf8) + (endpoint.map(ModelText.quoted) ?? Array("null".utf8))
        line += Array(#", "event": "#.utf8) + ModelText.quoted(name) + Array("}\n".utf8)
        let day = String(decoding: ModelText.encode(Array(timestamp.prefix(10))), as: UTF8.self)
        return (line, day.filter { $0 != "-" })
    }

    private func channel(_ event: ModelJSON) throws(Ending) -> CodePoints {
        guard let value = event.member(Key.channel), !Self.isFalse(value) else {
            throw .dropped("channel", nil)
        }
        guard let channel = value.string else { throw .rejected("channel is not a string") }
        if droppedChannels.contains(where: { Self.contains(channel, $0) }) {
            throw .dropped("channel", channel)
        }
        return channel
    }

    private func name(_ event: ModelJSON) throws(Ending) -> CodePoints {
        guard let value = event.member(Key.userEvent) ?? event.member(Key.name) else {
            throw .rejected("event has no name")
        }
        if value.isNull { throw .dropped("event", nil) }
        guard let name = value.string else { throw .rejected("event name is not a string") }
        if droppedEvents.contains(name) { throw .dropped("event", name) }
        return name
    }

    private func timestamp(_ message: ModelJSON, _ envelope: ModelJSON?) throws(Ending) -> CodePoints {
        guard let value = message.member(Key.timestamp) ?? envelope?.member(Key.sent) else {
            throw .rejected("no timestamp")
        }
        guard let text = value.string, ModelTime.isTimestamp(text) else {
            throw .rejected("timestamp is not a date and time in the expected form")
        }
        return text
    }

    private func endpoint(_ event: ModelJSON, _ channel: CodePoints) throws(Ending) -> CodePoints? {
        guard let value = event.member(Key.endpoint) else { return channel }
        if value.isNull { return nil }
        guard let endpoint = value.string else { throw .rejected("endpoint is neither a string nor null") }
        return endpoint
    }

    // MARK: Values

    private enum Key {
        static let messageID = ModelText.points("MessageId")
        static let body = ModelText.points("Body")
        static let message = ModelText.points("Message")
        static let sent = ModelText.points("Timestamp")
        static let hostname = ModelText.points("hostname")
        static let timestamp = ModelText.points("timestamp")
        static let event = ModelText.points("event")
        static let channel = ModelText.points("Channel")
        static let userEvent = ModelText.points("UserEvent")
        static let name = ModelText.points("Event")
        static let endpoint = ModelText.points("endpoint")
    }

    /// Null, false, a number equal to zero, and what is empty. A number is the double nearest to it.
    private static func isFalse(_ value: ModelJSON) -> Bool {
        switch value {
        case .null: true
        case .bool(let bool): !bool
        case .number(let text): Double(String(decoding: ModelText.encode(text), as: UTF8.self)) == 0
        case .string(let text): text.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let members): members.isEmpty
        }
    }

    private static func contains(_ text: CodePoints, _ part: CodePoints) -> Bool {
        text.indices.contains { text[$0...].starts(with: part) }
    }
}
