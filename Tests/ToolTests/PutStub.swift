import Support
import Testing

/// What is put in these tests.
let putBody = "one\ntwo\n"
private let putBodySHA256 = "c3f9c8c283a2b1f2f1896f27a01cbe3cddc0c9d93f752e4639035a0f5b36f6e8"

/// A day line whose file is ``putBody``.
struct PutDay {
    var day = "20260101"
    /// The members behind the file's, with a comma before them.
    var condition = #","ifMatch":"\"e-1\"""#
    var size = putBody.utf8.count
    var sha256 = putBodySHA256

    static func ifNoneMatch(_ absence: String, day: String = "20260101") -> PutDay {
        PutDay(day: day, condition: #","ifNoneMatch":"*","absence":"\#(absence)""#)
    }

    /// All of the line but its closing brace.
    func members(_ folder: TemporaryDirectory) -> String {
        #"{"day":"\#(day)","url":"s3://bucket/events/\#(day)","file":"\#(folder.path)/\#(day)","#
            + #""size":\#(size),"sha256":"\#(sha256)"\#(condition),"new":1,"existing":1,"merged":2,"added":1"#
    }

    func line(_ folder: TemporaryDirectory) -> String { members(folder) + "}" }
}

/// A run of s3-put.
struct Put {
    let run: ToolRun
    let folder: TemporaryDirectory
    /// The stored lines by day.
    let lines: [String: JSON]

    /// Puts the days, each with a file of ``putBody``.
    init(
        _ days: PutDay..., at server: StubServer, _ arguments: [String] = [], attempts: Int = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let folder = try TemporaryDirectory()
        for day in days { try folder.write(day.day, putBody) }
        try await self.init(
            text(days.map { $0.line(folder) }), in: folder, at: server, arguments, attempts: attempts,
            sourceLocation: sourceLocation)
    }

    init(
        _ input: String, in folder: TemporaryDirectory, at server: StubServer, _ arguments: [String] = [],
        attempts: Int = 1, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        self.folder = folder
        run = try await ToolTests.run(
            "s3-put", arguments, at: server, ["AWS_MAX_ATTEMPTS": "\(attempts)"], input: input,
            sourceLocation: sourceLocation)
        let lines = try run.lines.map { try JSON(parsing: Array($0.utf8)) }
        self.lines = [String: JSON](lines.map { ($0["day"].string ?? "", $0) }) { _, last in last }
    }

    subscript(day: String) -> JSON { lines[day] ?? .null }
    /// Of the first day.
    var status: String? { self["20260101"]["status"].string }
    var code: String? { self["20260101"]["code"].string }
}

/// A server that answers each PUT in turn, the last answer for ever, and every GET in one way.
func putServer(_ puts: StubReply..., get: StubReply = s3Error(404, "NoSuchKey")) throws -> StubServer {
    let numbers = Counter()
    return try StubServer { request in
        request.method == "PUT" ? puts[min(numbers.next(), puts.count - 1)] : get
    }
}

/// What S3 answers to a PUT that it took.
let putTaken = StubReply(200, [("ETag", "\"e-2\"")])

extension StubServer {
    var puts: [StubRequest] { requests.filter { $0.method == "PUT" } }
    var gets: [StubRequest] { requests.filter { $0.method == "GET" } }
}
