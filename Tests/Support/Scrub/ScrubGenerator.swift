/// Makes lines for the scrub: what the producers send in every wrapping and style, with values now and then
/// that they should not send. Nearly all are JSON; `ScrubDamage` is for what is none.
package struct ScrubGenerator {
    private var random: SplitMix

    package init(seed: UInt64) { random = SplitMix(seed: seed) }

    /// The seed's line, perhaps damaged; without newline.
    package static func line(seed: UInt64) -> [UInt8] {
        var generator = ScrubGenerator(seed: seed)
        var line = generator.line()
        if generator.random.oneIn(2) {
            var damage = ScrubDamage(seed: generator.random.next())
            for _ in 0...generator.random.below(3) { damage.apply(to: &line) }
            line.removeAll { $0 == 0x0a }
        }
        return line
    }

    /// A line without newline.
    package mutating func line() -> [UInt8] {
        let line =
            switch random.below(16) {
            case 0...7: received(envelope(message()))
            case 8, 9: envelope(message())
            case 10, 11: received(message())
            case 12, 13: message()
            // Wrapped once more than is unwrapped, or the other way about.
            case 14: received(random.oneIn(2) ? received(message()) : message())
            default: envelope(random.oneIn(2) ? envelope(message()) : received(message()))
            }
        // Within a line there is no newline; the white space of its own level has others.
        return line.map { $0 == 0x0a ? 0x20 : $0 }
    }

    // MARK: Levels

    /// An entry of ReceiveMessage's answer.
    private mutating func received(_ body: [UInt8]) -> [UInt8] {
        let style = level(.compact)
        var members: [Member] = []
        if !random.oneIn(8) { members.append(("MessageId", identifier())) }
        if random.oneIn(2) { members.append(("ReceiptHandle", text(ScrubValues.plain(random.below(70))))) }
        if random.oneIn(2) { members.append(("MD5OfBody", text("e739f5e82a1d1067ace94cd81926ca76"))) }
        members.append(("Body", style.string(body, &random)))
        if random.oneIn(2) {
            let times: [Member] = [
                ("SentTimestamp", text("1767064524271")), ("ApproximateReceiveCount", text("1")),
            ]
            members.append(("Attributes", style.object(times, &random)))
        }
        return object(members, style)
    }

    /// What SNS puts round a message.
    private mutating func envelope(_ message: [UInt8]) -> [UInt8] {
        let style = level(.pretty)
        var members: [Member] = [("Type", text("Notification")), ("MessageId", identifier())]
        if random.oneIn(2) { members.append(("TopicArn", text("arn:aws:sns:us-west-2:168594572693:events"))) }
        if random.oneIn(12) { members.append(("Subject", value())) }
        members.append(("Message", style.string(message, &random)))
        if !random.oneIn(8) { members.append(("Timestamp", time("2025-12-30T03:15:24.271Z"))) }
        if random.oneIn(3) {
            members.append(("Signature", text(ScrubValues.plain(random.below(200)) + "==")))
        }
        if random.oneIn(10) {
            members.append(("MessageAttributes", Array(#"{"a":{"Type":"String","Value":"b"}}"#.utf8)))
        }
        return object(members, style)
    }

    private mutating func message() -> [UInt8] {
        let style = level(.spaced)
        var members: [Member] = []
        if !random.oneIn(8) { members.append(("timestamp", time("2025-12-30T03:15:22+00:00"))) }
        if !random.oneIn(20) { members.append(("hostname", host())) }
        if !random.oneIn(20) { members.append(("event", random.oneIn(20) ? value() : event(style))) }
        return object(members, style)
    }

    private mutating func event(_ style: JSONStyle) -> [UInt8] {
        var members: [Member] = []
        if !random.oneIn(20) { members.append(("Event", name())) }
        if random.oneIn(2) { members.append(("Privilege", text("user,all"))) }
        if !random.oneIn(20) { members.append(("Channel", channel())) }
        for _ in 0..<random.below(8) {
            members.append((random.pick(ScrubValues.unreadKeys), text(random.pick(ScrubValues.unread))))
        }
        if random.oneIn(2) { members.append(("UserEvent", random.oneIn(6) ? ScrubValues.null : name())) }
        if random.oneIn(4) {
            let usual = random.oneIn(4) ? ScrubValues.null : text("SIP/630-00000121")
            members.append(("endpoint", random.oneIn(6) ? value() : usual))
        }
        return object(members, style)
    }

    // MARK: Members

    private typealias Member = (key: String, value: [UInt8])

    /// Mostly as its producer writes it, since that is what a fast path knows.
    private mutating func level(_ usual: JSONStyle.Spacing) -> JSONStyle {
        var style = JSONStyle.random(&random)
        if !random.oneIn(3) { style = JSONStyle(spacing: usual, spelling: .plain) }
        return style
    }

    /// The object, now and then with its members in another order, one of them twice, one more, one spelled
    /// otherwise, or white space around all.
    private mutating func object(_ members: [Member], _ style: JSONStyle) -> [UInt8] {
        var members = members
        if random.oneIn(4) { members.shuffle(using: &random) }
        if random.oneIn(10), !members.isEmpty {
            let again = random.pick(members)
            members.insert(
                (again.key, random.oneIn(2) ? value() : again.value), at: random.below(members.count + 1))
        }
        if random.oneIn(8) {
            members.insert((random.pick(ScrubValues.keys), value()), at: random.below(members.count + 1))
        }
        if random.oneIn(12), !members.isEmpty {
            members[random.below(members.count)].value = value()
        }
        var text = style.object(members, &random)
        if random.oneIn(16), let member = members.randomElement(using: &random) {
            respell(member.key, in: &text)
        }
        if random.oneIn(16) { text = [0x20] + text + [0x20, 0x0d] }
        return text
    }

    /// Writes a letter of the key as an escape.
    private mutating func respell(_ key: String, in text: inout [UInt8]) {
        let quoted = [0x22] + Array(key.utf8) + [0x22]
        guard let range = text.firstRange(of: quoted), !key.isEmpty else { return }
        let place = range.lowerBound + 1 + random.below(quoted.count - 2)
        guard text[place] < 0x80 else { return }
        text.replaceSubrange(place...place, with: ScrubValues.escape(text[place]))
    }

    // MARK: Values, as JSON

    private mutating func text(_ text: String) -> [UInt8] {
        if random.oneIn(60) { return value() }
        return JSONStyle(spacing: .compact, spelling: random.oneIn(4) ? .ascii : .plain)
            .string(Array(text.utf8), &random)
    }

    private mutating func identifier() -> [UInt8] {
        text(random.pick(["ae12d99a-b341-bdc6-1eed-6863016159f9", "m", "", "é\"\\\n"]))
    }

    private mutating func host() -> [UInt8] {
        text(random.oneIn(5) ? random.pick(ScrubValues.otherHosts) : random.pick(ScrubValues.hosts))
    }

    private mutating func channel() -> [UInt8] {
        if random.oneIn(8) { return value() }
        return text(random.oneIn(6) ? ScrubValues.plain(random.below(90)) : random.pick(ScrubValues.channels))
    }

    private mutating func name() -> [UInt8] {
        random.oneIn(12) ? value() : text(random.pick(ScrubValues.names))
    }

    private mutating func time(_ usual: String) -> [UInt8] {
        if random.oneIn(30) { return value() }
        return text(random.oneIn(3) ? random.pick(ScrubValues.times) : usual)
    }

    /// Any value, mostly one that nobody expects where it stands.
    private mutating func value() -> [UInt8] {
        switch random.below(40) {
        case 0: ScrubValues.nested(480 + random.below(40), random.oneIn(2))
        case 1: Array("\"\(ScrubValues.plain(random.oneIn(8) ? 20_000 : 500 + random.below(900)))\"".utf8)
        case 2: [0x22] + [UInt8](repeating: 0x5c, count: 2 * random.below(20)) + [0x22]
        default: Array(random.pick(ScrubValues.any).utf8)
        }
    }
}
