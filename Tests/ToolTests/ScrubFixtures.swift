import Support
import Testing

/// What a line is to come to.
enum ScrubOutcome: Sendable {
    /// The event line, and its day.
    case kept(String, day: String)
    case dropped(String)
    case rejected(String)

    /// An event of the day that most messages of these tests have; the fields are JSON.
    static func event(
        _ channel: String = #""c""#, _ endpoint: String = #""c""#, _ event: String = #""e""#,
        time: String = "2026-01-01T11:34:11Z"
    ) -> ScrubOutcome {
        let line = #"{"timestamp": "\#(time)", "channel": \#(channel), "endpoint": \#(endpoint), "#
        return .kept(line + #""event": \#(event)}"#, day: String(time.prefix(10).filter { $0 != "-" }))
    }

    /// What follows the MessageId in the ledger.
    var inLedger: String {
        switch self {
        case .kept(_, let day): #""outcome":"kept","day":"\#(day)""#
        case .dropped(let reason): #""outcome":"dropped","reason":"\#(reason)""#
        case .rejected(let reason): #""outcome":"rejected","reason":"\#(reason)""#
        }
    }
}

/// A line, and what it is to come to.
struct ScrubCase: Sendable {
    let line: String
    let outcome: ScrubOutcome

    init(_ line: String, _ outcome: ScrubOutcome) {
        self.line = line
        self.outcome = outcome
    }
}

/// A bare message; the parts are JSON, and one that is nil is left out.
func bareMessage(
    _ event: String? = #"{"Channel":"c","Event":"e"}"#, host: String? = #""futel-prod-back""#,
    time: String? = #""2026-01-01T11:34:11Z""#
) -> String {
    let members = [("hostname", host), ("timestamp", time), ("event", event)]
    return "{" + members.compactMap { key, value in value.map { "\"\(key)\":\($0)" } }.joined(separator: ",")
        + "}"
}

/// The text as a JSON string, ASCII only.
func quotedJSON(_ text: String) throws -> String {
    let quoted = String(decoding: try JSON.string(text).encoded(), as: UTF8.self)
    return quoted.utf16.map { unit in
        unit < 0x80
            ? String(UnicodeScalar(UInt8(unit))) : "\\u" + String(0x10000 + Int(unit), radix: 16).dropFirst()
    }.joined()
}

/// How a message may come.
enum ScrubWrapping: CaseIterable, Sendable {
    case bare, envelope, rawDelivery, message

    static let sent = "2025-12-30T03:15:24.271Z"

    /// The message so wrapped, with a MessageId on the outside.
    func wrap(_ message: String, id: Int) throws -> String {
        let key = "{\"MessageId\":\"\(id)\","
        switch self {
        case .bare: return key + message.dropFirst()
        case .envelope: return try Self.envelope(message, id: "\(id)")
        case .rawDelivery: return key + #""Body":\#(try quotedJSON(message))}"#
        case .message: return key + #""Body":\#(try quotedJSON(try Self.envelope(message)))}"#
        }
    }

    /// As SNS prints it.
    static func envelope(_ message: String, id: String = "of SNS") throws -> String {
        """
        {"Type" : "Notification", "MessageId" : "\(id)", "Message" : \(try quotedJSON(message)), \
        "Timestamp" : "\(sent)"}
        """
    }
}

/// Runs the tool on the lines and compares everything that it says of them: events, ledger, rejects.
/// The lines bear MessageIds: "0", "1" and so on, but those that are no JSON.
func expectScrub(_ cases: [ScrubCase], _ flags: [String] = [], hint: String = "") async throws {
    let directory = try TemporaryDirectory()
    let files = ["--ledger", directory.path("ledger"), "--rejects", directory.path("rejects")]
    let input = cases.map { $0.line + "\n" }.joined()
    let run = try await run("event-scrub", flags + files, input: input)
    #expect(run.status == 0)

    var events: [String] = []
    var rejects: [String] = []
    for (index, tried) in cases.enumerated() {
        switch tried.outcome {
        case .kept(let line, _): events.append(line)
        case .dropped: break
        case .rejected(let reason):
            let isJSON = !["not JSON", "not UTF-8", "JSON nested deeper than 512"].contains(reason)
            let message = isJSON ? tried.line : try quotedJSON(tried.line)
            rejects.append(#"{"line":\#(index + 1),"reason":"\#(reason)","message":\#(message)}"#)
        }
    }
    let ledger = cases.enumerated().filter { !$1.outcome.inLedger.contains("\"not JSON\"") }.map {
        #"{"MessageId":"\#($0)",\#($1.outcome.inLedger)}"#
    }
    #expect(run.lines == events, "\(hint)")
    #expect(try directory.readText("ledger") == ledger.map { $0 + "\n" }.joined(), "\(hint)")
    #expect(try directory.readText("rejects") == rejects.map { $0 + "\n" }.joined(), "\(hint)")
}
