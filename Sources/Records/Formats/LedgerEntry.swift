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

    /// Appends the line of a message whose event went to this day.
    ///
    /// - Parameter messageID: UTF-8, unescaped; 16 bytes can be read behind it.
    package static func append(
        messageID: UnsafeRawBufferPointer, keptFor day: Day, to lines: inout ByteBuffer
    ) {
        lines.append(room: 128 + JSONString.room(for: messageID.count)) { start in
            let end = JSONString.write(messageID, at: start.put(#"{"MessageId":"#))
            return day.write(at: end.put(#","outcome":"kept","day":""#)).put("\"}\n")
        }
    }

    /// Appends the line of another outcome, and its reason: plain ASCII both.
    package static func append(
        messageID: UnsafeRawBufferPointer, outcome: StaticString, reason: String, to lines: inout ByteBuffer
    ) {
        var reason = reason
        reason.withUTF8 { reason in
            let reason = UnsafeRawBufferPointer(reason)
            lines.append(room: 128 + JSONString.room(for: messageID.count) + reason.count) { start in
                let end = JSONString.write(messageID, at: start.put(#"{"MessageId":"#))
                return end.put(#","outcome":""#).put(outcome).put(#"","reason":""#).put(reason).put("\"}\n")
            }
        }
    }
}
