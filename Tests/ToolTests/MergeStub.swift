import Foundation
import Support
import Testing

/// An event line of the day, such as "2026-01-01", without its newline.
func eventLine(_ day: String, _ number: Int) -> String {
    let seconds = number % 60 < 10 ? "0\(number % 60)" : "\(number % 60)"
    return #"{"timestamp": "\#(day)T12:00:\#(seconds)Z", "channel": "SIP/\#(number)", "#
        + #""endpoint": null, "event": "e"}"#
}

func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

/// A bucket of which only some objects are known: the answer to each day, and 404 NoSuchKey for others.
func mergeServer(_ days: [String: StubReply]) throws -> StubServer {
    try StubServer { days[String($0.path.suffix(8))] ?? s3Error(404, "NoSuchKey") }
}

func object(_ text: String, _ headers: [(name: String, value: String)] = []) -> StubReply {
    StubReply(200, [("ETag", "\"e-1\"")] + headers, body: text)
}

/// An error as S3 writes it.
func s3Error(_ status: Int, _ code: String, _ headers: [(name: String, value: String)] = []) -> StubReply {
    StubReply(
        status, headers,
        body: """
            <?xml version="1.0" encoding="UTF-8"?>
            <Error><Code>\(code)</Code><Message>call +15035551212</Message>\
            <RequestId>2B7E151628AED2A6ABF7</RequestId></Error>
            """)
}

/// A run of day-merge, and what it left in its folder.
struct Merge {
    let run: ToolRun
    let folder: TemporaryDirectory
    /// The day lines by day.
    let lines: [String: JSON]

    /// Merges the lines into the bucket at the server.
    init(
        _ input: String, at server: StubServer, _ arguments: [String] = [], _ more: [String: String] = [:],
        in folder: TemporaryDirectory? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        self.folder = try folder ?? TemporaryDirectory()
        run = try await ToolTests.run(
            "day-merge", ["--to", "s3://bucket/events/", "--work", self.folder.path("days")] + arguments,
            at: server, more, input: input, sourceLocation: sourceLocation)
        let lines = try run.lines.map { try JSON(parsing: Array($0.utf8)) }
        self.lines = [String: JSON](uniqueKeysWithValues: lines.map { ($0["day"].string ?? "", $0) })
    }

    /// What is in the work folder, without the lock.
    var files: [String] { get throws { try workNames.filter { $0 != "lock" } } }

    private var workNames: [String] {
        get throws { try folder.names.contains("days") ? folder.names(in: "days") : [] }
    }

    func text(_ day: String) throws -> String { try folder.readText("days/\(day)") }
}

extension TemporaryDirectory {
    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: false)
    }

    /// A symbolic link in it.
    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
    }

    /// The names in a subfolder, sorted.
    func names(in subfolder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(subfolder)).sorted()
    }
}
