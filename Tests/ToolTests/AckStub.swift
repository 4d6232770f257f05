import Support
import Testing

/// A receipt as sqs-pull writes it. Its handle is `handle of ID` and, for a later one, the time.
func receipt(
    _ id: String, visibleAt: String = "2999-01-01T00:00:00.000Z", handle: String? = nil,
    queueURL: String = stubQueueURL
) -> String {
    #"{"QueueUrl":"\#(queueURL)","MessageId":"\#(id)","ReceiptHandle":"\#(handle ?? "handle of \(id)")","#
        + #""VisibleAt":"\#(visibleAt)"}"#
}

func kept(_ id: String, _ day: String = "20260101") -> String {
    #"{"MessageId":"\#(id)","outcome":"kept","day":"\#(day)"}"#
}

func dropped(_ id: String) -> String {
    #"{"MessageId":"\#(id)","outcome":"dropped","reason":"hostname"}"#
}

func rejected(_ id: String) -> String {
    #"{"MessageId":"\#(id)","outcome":"rejected","reason":"not JSON"}"#
}

func stored(_ day: String = "20260101", _ status: String = "stored") -> String {
    #"{"day":"\#(day)","url":"s3://bucket/events/\#(day)","status":"\#(status)"}"#
}

/// A run of sqs-ack.
struct Ack {
    let run: ToolRun
    /// The ack lines' statuses by MessageId.
    let statuses: [String: String]

    /// The texts are the three files' whole contents.
    init(
        _ spool: String, ledger: String, stored: String, at server: StubServer, _ arguments: [String] = [],
        _ more: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let folder = try TemporaryDirectory()
        let files = [
            "--ledger", try folder.write("ledger", ledger), "--stored", try folder.write("stored", stored),
        ]
        try await self.init(spool, at: server, files + arguments, more, sourceLocation: sourceLocation)
    }

    init(
        _ spool: String, at server: StubServer, _ arguments: [String], _ more: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        run = try await ToolTests.run(
            "sqs-ack", arguments, at: server, more, input: spool, sourceLocation: sourceLocation)
        let lines = try run.lines.map { try JSON(parsing: Array($0.utf8)) }
        statuses = [String: String](
            uniqueKeysWithValues: lines.map { ($0["MessageId"].string ?? "", $0["status"].string ?? "") })
    }
}

/// A server that does what each batch asks for.
func ackServer() throws -> StubServer {
    try StubServer { request in
        StubReply(
            body: #"{"Successful":[\#(request.entryIDs.map { #"{"Id":"\#($0)"}"# }.joined(separator: ","))]}"#
        )
    }
}

extension StubRequest {
    var entries: [JSON] { (try? JSON(parsing: body))?["Entries"].array ?? [] }
    var entryIDs: [String] { entries.compactMap { $0["Id"].string } }
    var handles: [String] { entries.compactMap { $0["ReceiptHandle"].string } }
}

extension StubServer {
    /// The handles of all batches, sorted.
    var handles: [String] { requests.flatMap(\.handles).sorted() }
}
