/// A line of the ledger: what became of one message that bears a MessageId.
package enum LedgerEntry {
    case kept(messageID: String, Day)
    case dropped(messageID: String)
    case rejected(messageID: String)

    package var messageID: String {
        switch self {
        case .kept(let id, _), .dropped(let id), .rejected(let id): id
        }
    }

    /// Nil where a key is missing or an outcome unknown.
    package init?(_ object: JSONObject) {
        guard let id = object.string("MessageId") else { return nil }
        switch object.string("outcome") {
        case "kept":
            guard let day = object.string("day").flatMap(Day.init) else { return nil }
            self = .kept(messageID: id, day)
        case "dropped": self = .dropped(messageID: id)
        case "rejected": self = .rejected(messageID: id)
        default: return nil
        }
    }

    // Written here as bytes, a line for each message of an archive, so without a builder.

    /// - Parameter messageID: UTF-8, unescaped.
    package static func append(
        messageID: UnsafeRawBufferPointer, outcome: StaticString, _ key: StaticString, _ value: String,
        to line: inout [UInt8]
    ) {
        line.append(contentsOf: #"{"MessageId":"#.utf8)
        JSONString.append(messageID, to: &line)
        line.append(contentsOf: #","outcome":""#.utf8)
        line.append(contentsOf: outcome.bytes)
        line.append(contentsOf: #"",""#.utf8)
        line.append(contentsOf: key.bytes)
        line.append(contentsOf: #"":""#.utf8)
        line.append(contentsOf: value.utf8)
        line.append(contentsOf: "\"}\n".utf8)
    }
}
