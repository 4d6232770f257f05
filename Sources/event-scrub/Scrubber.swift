import Records

/// Turns lines into events by the rules, one line after the other; one for each thread.
///
/// The steps and their order are the contract (README, "How a line is scrubbed"): a line is
/// rejected or dropped by the first that applies.
final class Scrubber {
    /// A text that is valid until the next line.
    typealias Text = UnsafeRawBufferPointer

    private let rules: ScrubRules
    private let hosts: NameSet
    private let droppedEvents: NameSet
    private let strict = StrictScan()
    private let levels = QuickScan.Levels()
    // What was unescaped of a line's fields, and of its MessageId.
    private let fieldBuffer = TextBuffer()
    private let identifierBuffer = TextBuffer()

    init(_ rules: ScrubRules) {
        self.rules = rules
        hosts = NameSet(rules.hosts)
        droppedEvents = NameSet(rules.droppedEvents)
    }

    /// Lines since the last one that the quick scan read. As all of a scrubber, one thread's.
    @exclusivity(unchecked) private var misses = 0

    /// Whether the next line is worth an index. Where line after line was not for the quick scan,
    /// as in a producer's dump that it does not know, it is tried on one in sixteen only.
    var wantsIndex: Bool { misses < 16 || misses % 16 == 0 }

    /// What a line came to. Texts are valid until the next line.
    struct Result {
        var outcome: Outcome
        /// Of the SQS message, where the line is an object that bears one.
        var messageID: Text?
        /// The hostname, channel or event name for which the line was dropped.
        var droppedText: Text?
        /// Whether the line as a whole is JSON.
        var isJSON = true
        /// The strict scan was not needed.
        var isQuick = false
    }

    /// Scrubs a line; a kept one's event is appended to `events`.
    ///
    /// - Parameters:
    ///   - line: laid out as `JSONCursor` wants it.
    ///   - index: the line's.
    func scrub(_ line: Text, _ index: borrowing QuoteIndex, events: inout ByteBuffer) -> Result {
        guard rules.format == .auto, let found = QuickScan.read(line, index, levels) else {
            misses += 1
            return scrub(line, events: &events)
        }
        misses = 0
        var result = Result(outcome: .rejected(.notJSON))
        result.isQuick = true
        result.messageID = messageID(found.messageID)
        do throws(RejectReason) { try applyRules(found, &result, &events) } catch {
            result.outcome = .rejected(error)
        }
        return result
    }

    /// The same by the strict scan alone.
    func scrub(_ line: Text, events: inout ByteBuffer) -> Result {
        var result = Result(outcome: .rejected(.notJSON))
        do throws(RejectReason) {
            result.isJSON = false
            switch rules.format {
            case .auto:
                let top = try strict.top(line)
                result.isJSON = true
                result.messageID = messageID(top.messageID)
                try applyRules(try strict.unwrap(top), &result, &events)
            case .metrics: try scrubLogLine(line, &result, &events)
            }
        } catch {
            result.outcome = .rejected(error)
        }
        return result
    }

    /// Steps 3 to 7.
    private func applyRules(
        _ line: UnwrappedLine, _ result: inout Result, _ events: inout ByteBuffer
    ) throws(RejectReason) {
        fieldBuffer.clear()
        let message = line.message
        guard let hostname = message.pointee.hostname else { throw .noHostname }
        guard let event = message.pointee.event else { throw .noEvent }
        let host = text(hostname)
        guard let host, hosts.contains(host) else { return drop(.hostname, host, &result) }

        guard let channelValue = event.channel, !isFalsy(channelValue) else {
            return drop(.channel, nil, &result)
        }
        guard let channel = text(channelValue) else { throw .channelForm }
        if isDroppedChannel(channel) { return drop(.channel, channel, &result) }

        guard let nameValue = event.userEvent ?? event.name else { throw .noName }
        if nameValue.kind == .null { return drop(.event, nil, &result) }
        guard let name = text(nameValue) else { throw .nameForm }
        if droppedEvents.contains(name) { return drop(.event, name, &result) }

        let timestamp = try timestamp(message.pointee.timestamp ?? line.sent)
        let endpoint = try endpoint(event.endpoint, channel)
        Event.append(timestamp: timestamp, channel: channel, endpoint: endpoint, event: name, to: &events)
        result.outcome = .kept(Timestamp.day(timestamp))
    }

    /// Step 6: the message's where the key is there, else the envelope's.
    private func timestamp(_ value: JSONValue?) throws(RejectReason) -> Text {
        guard let value else { throw .noTimestamp }
        guard let found = text(value), Timestamp.isValid(found) else { throw .timestampForm }
        return found
    }

    /// Step 7: the event's where the key is there, else the channel.
    private func endpoint(
        _ value: JSONValue?, _ channel: Text
    ) throws(RejectReason) -> Text? {
        guard let value else { return channel }
        if value.kind == .null { return nil }
        guard let endpoint = text(value) else { throw .endpointForm }
        return endpoint
    }

    // MARK: Log lines

    private func scrubLogLine(
        _ line: Text, _ result: inout Result, _ events: inout ByteBuffer
    ) throws(RejectReason) {
        fieldBuffer.clear()
        let log = try LogLine(line, utcOffset: rules.utcOffset, fieldBuffer)
        if log.channel.isEmpty || isDroppedChannel(log.channel) {
            return drop(.channel, log.channel, &result)
        }
        if droppedEvents.contains(log.name) { return drop(.event, log.name, &result) }
        Event.append(
            timestamp: log.timestamp, channel: log.channel, endpoint: log.channel, event: log.name,
            to: &events)
        result.outcome = .kept(Timestamp.day(log.timestamp))
    }

    // MARK: Filters

    private func drop(_ reason: DropReason, _ text: Text?, _ result: inout Result) {
        result.outcome = .dropped(reason)
        result.droppedText = text
    }

    private func isDroppedChannel(_ channel: Text) -> Bool {
        rules.droppedChannels.contains { $0.withUnsafeBytes { System.contains(channel, $0) } }
    }

    /// What Python takes for false: null, false, a number equal to zero, anything empty.
    private func isFalsy(_ value: JSONValue) -> Bool {
        switch value.kind {
        case .null, .false: true
        case .true: false
        case .string, .array, .object: value.isEmpty
        case .number: System.double(String(decoding: value.bytes, as: UTF8.self)) == 0
        }
    }

    // MARK: Values

    /// A string's value, or nil for another type.
    @inline(__always)
    private func text(_ value: JSONValue) -> Text? {
        guard value.kind == .string else { return nil }
        return value.hasEscapes ? fieldBuffer.unescape(value.bytes) : value.bytes
    }

    private func messageID(_ value: JSONValue?) -> Text? {
        guard let value, value.kind == .string else { return nil }
        guard value.hasEscapes else { return value.bytes }
        identifierBuffer.clear()
        return identifierBuffer.unescape(value.bytes)
    }
}
