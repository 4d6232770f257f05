import Records

/// What becomes of a line. Reasons are fixed phrases: nothing of the content is in them.
enum Outcome: Equatable {
    case kept(Day)
    case dropped(DropReason)
    case rejected(RejectReason)
}

enum DropReason: String, CaseIterable { case hostname, channel, event }

enum RejectReason: String, CaseIterable, Error {
    case overlong = "line longer than 16 MiB"
    case notJSON = "not JSON"
    case tooDeep = "JSON nested deeper than 512"
    case notUTF8 = "not UTF-8"
    case bodyNotJSON = "Body is not JSON"
    case messageNotJSON = "Message is not JSON"
    case noHostname = "no hostname"
    case noEvent = "no event object"
    case channelForm = "channel is not a string"
    case noName = "event has no name"
    case nameForm = "event name is not a string"
    case noTimestamp = "no timestamp"
    case timestampForm = "timestamp is not a date and time in the expected form"
    case endpointForm = "endpoint is neither a string nor null"
    case notMetrics = "not a log line of the expected form"

    init(_ error: JSONError, malformed: RejectReason) {
        self =
            switch error {
            case .malformed: malformed
            case .tooDeep: .tooDeep
            case .notUTF8: .notUTF8
            }
    }
}
