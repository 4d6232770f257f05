import Records

/// What the scrub wants to know of one level: of an SQS message, an SNS envelope or the message
/// itself. Which of them it is shows only at its end, since the last of duplicate keys counts;
/// so all keys are looked for at every level.
struct MessageScan {
    struct EventFields {
        var channel: JSONValue?
        var userEvent: JSONValue?
        var event: JSONValue?
        var endpoint: JSONValue?
    }

    /// Where the values stand.
    let cursor: JSONCursor
    private(set) var messageID: JSONValue?
    private(set) var body: JSONValue?
    private(set) var message: JSONValue?
    /// The envelope's `Timestamp`.
    private(set) var sent: JSONValue?
    private(set) var hostname: JSONValue?
    private(set) var timestamp: JSONValue?
    /// Nil where `event` is missing or no object.
    private(set) var event: EventFields?

    /// Reads the whole text; what is no object has no fields.
    ///
    /// - Parameter checksUTF8: false for a text that was made by unescaping one that was checked.
    init(_ text: UnsafeRawBufferPointer, checksUTF8: Bool) throws(JSONError) {
        var cursor = JSONCursor(text)
        self.cursor = cursor
        if cursor.nextIsObject() { try readMembers(&cursor) } else { _ = try cursor.value() }
        try cursor.finish(checksUTF8: checksUTF8)
    }

    private mutating func readMembers(_ cursor: inout JSONCursor) throws(JSONError) {
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
            if cursor.isString(key, "event"), cursor.nextIsObject() {
                event = try Self.eventFields(&cursor)
                continue
            }
            let value = try cursor.value()
            if cursor.isString(key, "Body") {
                body = value
            } else if cursor.isString(key, "Message") {
                message = value
            } else if cursor.isString(key, "MessageId") {
                messageID = value
            } else if cursor.isString(key, "Timestamp") {
                sent = value
            } else if cursor.isString(key, "hostname") {
                hostname = value
            } else if cursor.isString(key, "timestamp") {
                timestamp = value
            } else if cursor.isString(key, "event") {
                event = nil
            }
        }
    }

    private static func eventFields(_ cursor: inout JSONCursor) throws(JSONError) -> EventFields {
        var fields = EventFields()
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
            let value = try cursor.value()
            if cursor.isString(key, "Channel") {
                fields.channel = value
            } else if cursor.isString(key, "UserEvent") {
                fields.userEvent = value
            } else if cursor.isString(key, "Event") {
                fields.event = value
            } else if cursor.isString(key, "endpoint") {
                fields.endpoint = value
            }
        }
        return fields
    }
}
