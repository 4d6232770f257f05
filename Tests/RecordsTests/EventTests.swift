import Records
import Testing

@Suite struct EventTests {
    @Test func isWrittenInJustThisForm() {
        #expect(
            line("2026-01-01T11:34:11Z", "SIP/630", "SIP/631", "filterdial")
                == #"{"timestamp": "2026-01-01T11:34:11Z", "channel": "SIP/630", "endpoint": "SIP/631", "#
                + #""event": "filterdial"}"# + "\n")
        #expect(
            line("2026-01-01 11:34:11", "a\"\\\n\u{7f}é😀", nil, "")
                == #"{"timestamp": "2026-01-01 11:34:11", "channel": "a\"\\\n\u007f\u00e9\ud83d\ude00", "#
                + #""endpoint": null, "event": ""}"# + "\n")
    }

    @Test(arguments: ["SIP/630", "", "é😀\u{7f}\u{0}\n\r\t\u{8}\u{c}\"\\/", "null", "\", \"event\": \"x"])
    func whatIsWrittenHasItsDay(_ text: String) {
        for endpoint in [text, nil] {
            let written = line("2026-01-01T11:34:11.5+00:00", text, endpoint, text)
            #expect(day(String(written.dropLast())) == "20260101")
        }
    }

    @Test func loneSurrogatesAreWrittenAndRead() {
        let lone: [UInt8] = [0xed, 0xa0, 0xbd]
        let line = written(Array("2026-01-01T11:34:11Z".utf8), lone, lone, lone)
        #expect(text(line).contains(#""channel": "\ud83d", "endpoint": "\ud83d", "event": "\ud83d"}"#))
        #expect(day(String(text(line).dropLast())) == "20260101")
    }

    /// JSON of the same meaning, or nearly an event: none is a line of ours.
    private static let nearly: [String] = [
        "", "{}", "null", " \(plain)", "\(plain) ", "\(plain)\n", "\(plain)\r", "\(plain)\(plain)",
        "\(plain)}",
        String(plain.dropLast()), changed(": ", ":"), changed(", ", ","),
        changed("{", "{ "), changed("\"a\"", "1"),
        changed("\"a\"", "null"), changed("\"c\"", "null"),
        changed("\"b\"", "Null"), changed("\"b\"", "nullnull"),
        changed("\"b\"", "null\"b\""), changed("2026-01-01", "2026-02-29"),
        changed("2026-01-01", "2026-01-0\\u0031"), changed("T", "t"),
        changed("channel", "Channel"), changed("\"a\"", "\"é\""),
        changed("\"a\"", "\"\u{7f}\""), changed("\"a\"", "\"\t\""),
        changed("\"a\"", "\"\\/\""), changed("\"a\"", "\"\\u0061\""),
        changed("\"a\"", "\"\\u000a\""), changed("\"a\"", "\"\\u00E9\""),
        changed("\"a\"", "\"\\u00e\""), changed("\"a\"", "\"\\x\""),
        changed("\"a\"", "\"\\u0022\""), changed("\"a\"", "\"a\\\""),
        changed("}", ", \"more\": \"x\"}"),
    ]

    @Test(arguments: nearly)
    func whatIsNearlyAnEventIsNone(_ text: String) {
        #expect(text != Self.plain)
        #expect(day(text) == nil)
    }

    private static func changed(_ part: String, _ other: String) -> String {
        plain.replacing(part, with: other)
    }

    private static let plain =
        #"{"timestamp": "2026-01-01T11:34:11Z", "channel": "a", "endpoint": "b", "event": "c"}"#

    /// Any one byte changed to any other: it is an event just when writing its fields again gives the line.
    @Test func everyOtherByteIsJudgedByWhatWouldBeWritten() {
        let line = Array(
            (#"{"timestamp": "2024-02-28T11:34:11.5Z", "channel": "a\u00e9\n\"\\", "endpoint": null, "#
                + #""event": "\ud83d\ude00c"}"#).utf8)
        #expect(day(text(line)) == "20240228" && isAsWritten(line))
        var taken = 0
        for place in line.indices {
            for byte in UInt8.min...UInt8.max where byte != line[place] {
                var changed = line
                changed[place] = byte
                let isEvent = day(changed) != nil
                if isEvent { taken += 1 }
                // Most changes are of a kind that no JSON survives; asking costs more than the answer.
                guard isEvent || verdict(changed) == nil else { continue }
                #expect(isEvent == isAsWritten(changed), "byte \(byte) at \(place)")
            }
        }
        #expect(taken > 500)
    }

    /// Whether the line is just what `append` makes of its own fields.
    private func isAsWritten(_ line: [UInt8]) -> Bool {
        guard let fields = try? fields(line), fields.count == 4, let time = fields[0],
            let channel = fields[1],
            let event = fields[3], time.withUnsafeBytes(Timestamp.isValid)
        else { return false }
        let again = written(time, channel, fields[2], event)
        return again == line + [Ascii.newline]
    }

    /// The values of an object of strings and nulls, in their order.
    private func fields(_ line: [UInt8]) throws -> [[UInt8]?] {
        try withScanned(line) { bytes in
            var cursor = JSONCursor(bytes)
            try cursor.enterObject()
            var values: [[UInt8]?] = []
            while try cursor.nextKey() != nil {
                let value = try cursor.value()
                values.append(value.kind == .string ? cursor.unescaped(value) : nil)
            }
            try cursor.finish()
            return values
        }
    }

    private func day(_ line: String) -> String? {
        day(Array(line.utf8))
    }

    private func day(_ line: [UInt8]) -> String? {
        var day: Day?
        withPadding(line) { day = Event.day(of: $0) }
        return day?.description
    }

    private func line(_ timestamp: String, _ channel: String, _ endpoint: String?, _ event: String) -> String
    {
        text(
            written(
                Array(timestamp.utf8), Array(channel.utf8), endpoint.map { Array($0.utf8) }, Array(event.utf8)
            ))
    }

    private func written(
        _ timestamp: [UInt8], _ channel: [UInt8], _ endpoint: [UInt8]?, _ event: [UInt8]
    ) -> [UInt8] {
        var line = ByteBuffer(capacity: 16)
        withPadding(timestamp) { timestamp in
            withPadding(channel) { channel in
                withPadding(event) { event in
                    withPadding(endpoint ?? []) {
                        Event.append(
                            timestamp: timestamp, channel: channel, endpoint: endpoint == nil ? nil : $0,
                            event: event, to: &line)
                    }
                }
            }
        }
        return Array(line.bytes)
    }
}
