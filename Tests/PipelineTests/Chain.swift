import Foundation
import Support

/// One installation at the local AWS, and what the tests do with it.
struct Chain {
    let aws: LocalAWS
    let stage: Stage
    /// Stands in for the system's folder of temporary files, to see what is left there.
    let temporary: TemporaryDirectory

    init(_ name: String, deadLetterQueue: Bool = true) async throws {
        aws = try await LocalAWS.shared()
        stage = try await aws.setup(name, deadLetterQueue: deadLetterQueue)
        temporary = try TemporaryDirectory()
    }

    /// The environment of a run: the stage's, and polls that do not wait long for an empty queue, fewer than a real one
    /// would bear.
    func environment(_ more: [String: String] = [:]) -> [String: String] {
        let own = ["TMPDIR": temporary.path, "PULL_OPTIONS": "--wait-time-seconds 1 --concurrency 8"]
        return withToolsOnPath(stage.environment.merging(own) { $1 }.merging(more) { $1 })
    }

    func dumpQueue(_ arguments: [String] = [], _ more: [String: String] = [:]) async throws -> ToolRun {
        try await run(dumpQueuePath, arguments, environment: environment(more), timeout: 180)
    }

    func send(_ bodies: [String]) async throws { try await aws.send(bodies, to: stage.queueURL) }

    func put(_ day: String, _ bytes: [UInt8]) async throws {
        _ = try await aws.put(stage.bucket, "events/prod/\(day)", bytes)
    }

    /// The days' objects by name.
    func days() async throws -> [String: [UInt8]] {
        var days: [String: [UInt8]] = [:]
        for key in try await aws.keys(stage.bucket) {
            days[String(key.dropFirst("events/prod/".count))] = try await aws.bytes(stage.bucket, key)
        }
        return days
    }

    /// All bodies that are still in the queue, visible or not, sorted.
    func queued() async throws -> [String] { try await aws.peek(stage.queueURL).map(\.body).sorted() }

    /// Makes all messages visible that some run has hidden.
    func waitUntilVisible() async throws {
        for _ in 0..<200 where try await aws.count(stage.queueURL).inFlight > 0 {
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

let dumpQueuePath = "\(repositoryRoot)/scripts/dump-queue"

/// The golden messages' bodies, as SQS hands them out.
func goldenBodies() throws -> [String] {
    try goldenLines(of: "messages.ndjson").map { line in
        try JSON(parsing: Array(line.utf8))["Body"].string ?? ""
    }
}

/// What the days' objects must hold when the events are merged into the objects that were there.
func merged(_ events: [String], into existing: [String: [UInt8]] = [:]) -> [String: [UInt8]] {
    var days = existing.mapValues { bytes in
        Set(String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map { trimmed($0) })
            .subtracting([""])
    }
    for event in events {
        let date = event.dropFirst(#"{"timestamp": ""#.count).prefix(10)
        days[date.filter { $0 != "-" }, default: []].insert(event)
    }
    return days.mapValues { lines in
        // Byte order; all lines are ASCII.
        Array(lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { $0 + "\n" }.joined().utf8)
    }
}

/// The events that event-scrub makes of the bodies; its own tests say that they are right.
func events(of bodies: [String]) async throws -> [String] {
    let lines = try bodies.map { try JSON.object(["Body": .string($0)]).encoded() + Array("\n".utf8) }
    return try await run("event-scrub", ["--quiet"], input: Array(lines.joined())).lines
}

func goldenEvents() throws -> [String] { try goldenLines(of: "events.ndjson") }

func goldenLines(of name: String) throws -> [String] {
    let text = String(decoding: try readFile("\(goldenDirectory)/\(name)"), as: UTF8.self)
    return text.split(separator: "\n").map(String.init)
}

private func trimmed(_ line: Substring) -> String {
    var line = line
    while let last = line.last, " \t\r".contains(last) { line = line.dropLast() }
    return String(line)
}

extension TemporaryDirectory {
    /// A script that stands in for a tool.
    func writeExecutable(_ name: String, _ text: String) throws {
        let path = try write(name, text)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
    }
}
