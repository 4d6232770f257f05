import Foundation
import Support
import Synchronization
import Testing

/// What must never be seen of any tool, whatever fails.
let secretKey = "SECRETaccessKEY/example+1234567"
let sessionToken = "SESSIONtoken/EXAMPLE+7654321=="

let stubQueueURL = "https://sqs.eu-west-1.amazonaws.com/123456789012/events"

/// All that a tool needs to take the server for AWS; it tries everything once.
func environment(of server: StubServer, _ more: [String: String] = [:]) -> [String: String] {
    let own = [
        "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": secretKey,
        "AWS_SESSION_TOKEN": sessionToken, "AWS_MAX_ATTEMPTS": "1", "QUEUE_URL": stubQueueURL,
    ]
    return own.merging(more) { $1 }
}

/// Runs a tool against the server, and looks that it keeps its secrets.
func run(
    _ tool: String, _ arguments: [String] = [], at server: StubServer, _ more: [String: String] = [:],
    input: String = "", timeout: Double = 120, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> ToolRun {
    let run = try await Support.run(
        tool, arguments, environment: environment(of: server, more), input: input, timeout: timeout)
    expectPrivate(run, tool, sourceLocation: sourceLocation)
    return run
}

/// No secret was written, and stderr is lines of the tool's own, without control characters.
func expectPrivate(_ run: ToolRun, _ tool: String, sourceLocation: SourceLocation = #_sourceLocation) {
    for secret in [secretKey, sessionToken] {
        #expect(!run.outText.contains(secret) && !run.err.contains(secret), sourceLocation: sourceLocation)
    }
    let strange = run.errLines.filter { line in
        !line.hasPrefix("\(tool): ")
            || line.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
    #expect(strange.isEmpty, sourceLocation: sourceLocation)
}

/// Numbers from 0, for handlers that answer each request in another way.
final class Counter: Sendable {
    private let count = Mutex(0)

    /// How many were taken.
    var value: Int { count.withLock { $0 } }

    func next() -> Int {
        count.withLock { count in
            defer { count += 1 }
            return count
        }
    }
}

/// For the handlers of stub servers, which have threads of their own.
func sleepMilliseconds(_ count: Int) { Thread.sleep(forTimeInterval: Double(count) / 1000) }

/// MD5 of "{}".
private let emptyObjectMD5 = "99914b932bd37a50b983c5e7c90ae93b"

/// A message as SQS writes it, with `{}` for a body.
func stubMessage(_ id: String, md5: String = emptyObjectMD5) -> String {
    #"{"MessageId":"\#(id)","ReceiptHandle":"handle of \#(id)","MD5OfBody":"\#(md5)","Body":"{}","#
        + #""Attributes":{"SentTimestamp":"1767225600000","ApproximateReceiveCount":"1"}}"#
}

/// A queue that never runs dry, or that has so many messages; it hands out as many as are asked for.
final class StubQueue: Sendable {
    private let left: Mutex<Int>
    private let numbers = Counter()
    private let attributes: String

    /// - Parameter attributes: the answer to GetQueueAttributes.
    init(_ messages: Int, attributes: String = #"{"Attributes":{"RedrivePolicy":"{}"}}"#) {
        left = Mutex(messages)
        self.attributes = attributes
    }

    func answer(_ request: StubRequest) -> StubReply {
        guard request.isReceive else { return StubReply(body: attributes) }
        let wanted = (try? JSON(parsing: request.body))?["MaxNumberOfMessages"].int ?? 0
        let count = left.withLock { left in
            defer { left -= min(left, wanted) }
            return min(left, wanted)
        }
        guard count > 0 else { return StubReply(body: "{}") }
        let messages = (0..<count).map { _ in stubMessage("m-\(numbers.next())") }
        return StubReply(body: #"{"Messages":[\#(messages.joined(separator: ","))]}"#)
    }
}

extension StubRequest {
    /// Such as "ReceiveMessage".
    var operation: String { header("X-Amz-Target")?.split(separator: ".").last.map(String.init) ?? method }
    var isReceive: Bool { operation == "ReceiveMessage" }
}

/// A server that answers GetQueueAttributes, and each ReceiveMessage in turn; the last answer for ever.
func pullServer(_ receives: StubReply...) throws -> StubServer {
    let numbers = Counter()
    return try StubServer { request in
        guard request.isReceive else { return StubReply(body: #"{"Attributes":{"RedrivePolicy":"{}"}}"#) }
        return receives[min(numbers.next(), receives.count - 1)]
    }
}

func stubMessages(_ ids: String...) -> StubReply {
    StubReply(body: #"{"Messages":[\#(ids.map { stubMessage($0) }.joined(separator: ","))]}"#)
}

extension StubServer {
    var receives: [StubRequest] { requests.filter(\.isReceive) }
}
