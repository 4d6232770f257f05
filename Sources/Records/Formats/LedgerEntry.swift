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

    /// Appends the line of an outcome, and its newline.
    ///
    /// - Parameters:
    ///   - messageID: UTF-8, unescaped; 16 bytes can be read behind it.
    ///   - key: what `value` is, plain ASCII as the outcome and the value are: a day or a reason.
    package static func append(
        messageID: UnsafeRawBufferPointer, outcome: StaticString, _ key: StaticString, _ value: String,
        to lines: inout ByteBuffer
    ) {
        var value = value
        value.withUTF8 { value in
            let value = UnsafeRawBufferPointer(value)
            lines.append(room: 128 + JSONString.room(for: messageID.count) + value.count) { start in
                var end = JSONString.write(messageID, at: start.put(#"{"MessageId":"#))
                end = end.put(#","outcome":""#).put(outcome).put(#"",""#).put(key).put(#"":""#)
                return end.put(value).put("\"}\n")
            }
        }
    }
}
