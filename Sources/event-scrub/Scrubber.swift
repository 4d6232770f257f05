import Records

/// Turns lines into events by the rules, one line after the other; one for each thread.
///
/// The steps and their order are the contract (README, "How a line is scrubbed"): a line is
/// rejected or dropped by the first that applies.
final class Scrubber {
    /// A text that is valid until the next line.
    typealias Text = UnsafeRawBufferPointer

    private let rules: ScrubRules
    // Each holds what was unescaped of the text before it: Body of the line, Message of the
    // body, fields of the message.
    private let bodyBuffer = TextBuffer()
    private let messageBuffer = TextBuffer()
    private let fieldBuffer = TextBuffer()
    private let identifierBuffer = TextBuffer()

    init(_ rules: ScrubRules) { self.rules = rules }

    /// What a line came to. Texts are valid until the next line.
    struct Result {
        var outcome: Outcome
        /// Of the SQS message, where the line is an object that bears one.
        var messageID: Text?
        /// The hostname, channel or event name for which the line was dropped.
        var droppedText: Text?
        /// Whether the line as a whole is JSON.
        var isJSON = true
    }

    /// Scrubs a line; a kept one's event is appended to `events`.
    ///
    /// - Parameter line: laid out as `JSONCursor` wants it.
    func scrub(_ line: Text, events: inout [UInt8]) -> Result {
        var result = Result(outcome: .rejected(.notJSON))
        do throws(RejectReason) {
            switch rules.format {
            case .auto: try scrubMessage(line, &result, &events)
            case .metrics: try scrubLogLine(line, &result, &events)
            }
        } catch {
            result.outcome = .rejected(error)
        }
        return result
    }

    // MARK: JSON

    private func scrubMessage(
        _ line: Text, _ result: inout Result, _ events: inout [UInt8]
    ) throws(RejectReason) {
        result.isJSON = false
        let top = try scan(line, checksUTF8: true, malformed: .notJSON)
        result.isJSON = true
        result.messageID = messageID(of: top)
        var level = top
        if let body = string(level.body, level) {
            level = try scan(unescape(body, bodyBuffer), checksUTF8: false, malformed: .bodyNotJSON)
        }
        var envelope: MessageScan?
        if let message = string(level.message, level) {
            envelope = level
            level = try scan(unescape(message, messageBuffer), checksUTF8: false, malformed: .messageNotJSON)
        }
        fieldBuffer.clear(count: level.cursor.count + (envelope?.cursor.count ?? 0), pieces: 6)
        try applyRules(level, sent: envelope.map { ($0.sent, $0) }, &result, &events)
    }

    /// Steps 3 to 7.
    private func applyRules(
        _ message: MessageScan, sent: (JSONValue?, MessageScan)?, _ result: inout Result,
        _ events: inout [UInt8]
    ) throws(RejectReason) {
        guard let hostname = message.hostname else { throw .noHostname }
        guard let event = message.event else { throw .noEvent }
        let host = text(hostname, message)
        guard let host, isAmong(rules.hosts, host) else { return drop(.hostname, host, &result) }

        guard let channelValue = event.channel, !isFalsy(channelValue, message) else {
            return drop(.channel, nil, &result)
        }
        guard let channel = text(channelValue, message) else { throw .channelForm }
        if isDroppedChannel(channel) { return drop(.channel, channel, &result) }

        guard let nameValue = event.userEvent ?? event.event else { throw .noName }
        if nameValue.kind == .null { return drop(.event, nil, &result) }
        guard let name = text(nameValue, message) else { throw .nameForm }
        if isAmong(rules.droppedEvents, name) { return drop(.event, name, &result) }

        let timestamp = try timestamp(message, sent)
        let endpoint = try endpoint(event.endpoint, message, channel)
        Event.append(timestamp: timestamp, channel: channel, endpoint: endpoint, event: name, to: &events)
        result.outcome = .kept(Timestamp.day(timestamp))
    }

    /// Step 6: the message's where the key is there, else the envelope's.
    private func timestamp(
        _ message: MessageScan, _ sent: (JSONValue?, MessageScan)?
    ) throws(RejectReason) -> Text {
        let found: Text?
        if let value = message.timestamp {
            found = text(value, message)
        } else {
            guard let (value, envelope) = sent, let value else { throw .noTimestamp }
            found = text(value, envelope)
        }
        guard let found, Timestamp.isValid(found) else { throw .timestampForm }
        return found
    }

    /// Step 7: the event's where the key is there, else the channel.
    private func endpoint(
        _ value: JSONValue?, _ message: MessageScan, _ channel: Text
    ) throws(RejectReason) -> Text? {
        guard let value else { return channel }
        if value.kind == .null { return nil }
        guard let endpoint = text(value, message) else { throw .endpointForm }
        return endpoint
    }

    // MARK: Log lines

    private func scrubLogLine(
        _ line: Text, _ result: inout Result, _ events: inout [UInt8]
    ) throws(RejectReason) {
        result.isJSON = false
        let log = try LogLine(line, utcOffset: rules.utcOffset)
        if log.channel.isEmpty || isDroppedChannel(log.channel) {
            return drop(.channel, log.channel, &result)
        }
        if isAmong(rules.droppedEvents, log.name) { return drop(.event, log.name, &result) }
        result.outcome = log.timestamp.withUnsafeBytes { timestamp in
            Event.append(
                timestamp: timestamp, channel: log.channel, endpoint: log.channel, event: log.name,
                to: &events)
            return .kept(Timestamp.day(timestamp))
        }
    }

    // MARK: Filters

    private func drop(_ reason: DropReason, _ text: Text?, _ result: inout Result) {
        result.outcome = .dropped(reason)
        result.droppedText = text
    }

    private func isAmong(_ names: [[UInt8]], _ text: Text) -> Bool {
        names.contains { $0.withUnsafeBytes { System.compare($0, text) == 0 } }
    }

    private func isDroppedChannel(_ channel: Text) -> Bool {
        rules.droppedChannels.contains { $0.withUnsafeBytes { System.contains(channel, $0) } }
    }

    /// What Python takes for false: null, false, a number equal to zero, anything empty.
    private func isFalsy(_ value: JSONValue, _ message: MessageScan) -> Bool {
        switch value.kind {
        case .null, .false: true
        case .true: false
        case .string, .array, .object: value.isEmpty
        case .number: System.double(String(decoding: message.cursor.bytes(value), as: UTF8.self)) == 0
        }
    }

    // MARK: Values

    private func scan(
        _ text: Text, checksUTF8: Bool, malformed: RejectReason
    ) throws(RejectReason) -> MessageScan {
        do { return try MessageScan(text, checksUTF8: checksUTF8) } catch {
            throw RejectReason(error, malformed: malformed)
        }
    }

    /// The raw bytes of a value that is there and is a string.
    private func string(_ value: JSONValue?, _ level: MessageScan) -> Text? {
        guard let value, value.kind == .string else { return nil }
        return level.cursor.bytes(value)
    }

    private func unescape(_ raw: Text, _ buffer: TextBuffer) -> Text {
        buffer.clear(count: raw.count, pieces: 1)
        return buffer.unescape(raw)
    }

    /// A string's value, or nil for another type.
    private func text(_ value: JSONValue, _ level: MessageScan) -> Text? {
        guard let raw = string(value, level) else { return nil }
        return value.hasEscapes ? fieldBuffer.unescape(raw) : raw
    }

    private func messageID(of level: MessageScan) -> Text? {
        guard let value = level.messageID, let raw = string(value, level) else { return nil }
        return value.hasEscapes ? unescape(raw, identifierBuffer) : raw
    }
}
