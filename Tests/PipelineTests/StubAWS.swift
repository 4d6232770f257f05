import Support
import Synchronization

/// A queue and a bucket that do what no server can be made to do: messages without end, requests that hang.
struct StubAWS {
    let server: StubServer

    /// - Parameters:
    ///   - pulls: so many polls bring ten messages each, all others none.
    ///   - special: what it does not answer is answered as AWS would.
    init(pulls: Int, _ special: @escaping @Sendable (StubRequest) -> StubReply? = { _ in nil }) throws {
        let left = Mutex(pulls)
        server = try StubServer { request in
            if let reply = special(request) { return reply }
            switch request.operation {
            case "ReceiveMessage":
                let isFull = left.withLock { left in
                    defer { left = max(0, left - 1) }
                    return left > 0
                }
                return StubReply(body: isFull ? Self.messages : "{}")
            case "GetQueueAttributes": return StubReply(body: #"{"Attributes":{"RedrivePolicy":"{}"}}"#)
            case "GET": return StubReply(404, body: "<Error><Code>NoSuchKey</Code></Error>")
            case "PUT": return StubReply(200, [("ETag", #""e""#)])
            default:
                let done = request.entryIDs.map { #"{"Id":"\#($0)"}"# }.joined(separator: ",")
                return StubReply(body: #"{"Successful":[\#(done)]}"#)
            }
        }
    }

    var deletes: [StubRequest] { server.requests.filter { $0.operation == "DeleteMessageBatch" } }

    /// All that a run needs to take it for AWS; it tries everything once.
    func environment(_ more: [String: String]) -> [String: String] {
        let own = [
            "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_MAX_ATTEMPTS": "1", "QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/events",
            "EVENTS_URL": "s3://bucket/events/",
        ]
        return withToolsOnPath(own.merging(more) { $1 })
    }

    /// Ten of one day, all kept; MD5 as it is.
    private static let messages: String = {
        let messages = (0..<10).map { number in
            #"{"MessageId":"0000000\#(number)-0000-4000-8000-000000000000","ReceiptHandle":"h\#(number)","#
                + #""MD5OfBody":"\#(md5)","Body":"\#(body.replacing("\"", with: "\\\""))","#
                + #""Attributes":{"SentTimestamp":"1767225600000","ApproximateReceiveCount":"1"}}"#
        }
        return #"{"Messages":[\#(messages.joined(separator: ","))]}"#
    }()

    private static let body =
        #"{"timestamp":"2026-01-01T00:00:00Z","hostname":"futel-prod-back","event":{"Channel":"c","Event":"e"}}"#
    private static let md5 = "c7c84158352b6b75ec76fe1e7a890a4f"
}

extension StubRequest {
    /// Such as "ReceiveMessage", or "PUT".
    var operation: String { header("X-Amz-Target")?.split(separator: ".").last.map(String.init) ?? method }

    var entryIDs: [String] {
        ((try? JSON(parsing: body))?["Entries"].array ?? []).compactMap { $0["Id"].string }
    }
}
