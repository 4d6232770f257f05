import Records

/// What the scrub wants to know of one level: of an SQS message, an SNS envelope or the message
/// itself. Which of them it is shows only at its end, since the last of duplicate keys counts;
/// so all keys are looked for at every level. The values are valid until the next line.
struct MessageScan {
    struct EventFields {
        var channel: JSONValue?
        var userEvent: JSONValue?
        var name: JSONValue?
        var endpoint: JSONValue?
    }

    var messageID: JSONValue?
    var body: JSONValue?
    var message: JSONValue?
    /// The envelope's `Timestamp`.
    var sent: JSONValue?
    var hostname: JSONValue?
    var timestamp: JSONValue?
    /// Nil where `event` is missing or no object.
    var event: EventFields?
}

/// A line, unwrapped as far as it goes.
struct UnwrappedLine {
    /// Of the line itself, where it is an SQS message.
    var messageID: JSONValue?
    /// The `Timestamp` of the envelope that the message was unwrapped from.
    var sent: JSONValue?
    /// In the memory of the scan that read it, as copying it for each line would cost more than
    /// reading some of its fields; valid until the next line.
    var message: UnsafePointer<MessageScan>
}
