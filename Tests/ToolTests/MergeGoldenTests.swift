import Support
import Testing

/// The day files of the replaced program must come out, byte for byte.
@Suite struct MergeGoldenTests {
    private static let days = ["20251230", "20251231", "20260101"]

    @Test func goldenDaysFromARealBucket() async throws {
        let aws = try await LocalAWS.shared()
        let stage = try await aws.setup("merge")
        for day in ["20251230", "20251231"] {
            try await aws.put(stage.bucket, "events/prod/\(day)", try golden("\(day).before"))
        }
        let folder = try TemporaryDirectory()
        let run = try await run(
            "day-merge", ["--to", stage.eventsURL, "--work", folder.path("days")],
            environment: stage.environment, input: try shuffledEvents())
        #expect(run.status == 0, "\(run.err)")
        let lines = try run.lines.map { try JSON(parsing: Array($0.utf8)) }
        #expect(lines.map { $0["day"].string } == Self.days)
        for (line, day) in zip(lines, Self.days) {
            let merged = try folder.read("days/\(day)")
            #expect(merged == (try golden("\(day).after")), "\(day)")
            #expect(line["url"] == .string("\(stage.eventsURL)\(day)"))
            #expect(line["file"] == .string(folder.path("days/\(day)")))
            #expect(line["size"] == .int(merged.count))
            let etag = try await aws.object(stage.bucket, "events/prod/\(day)")?.etag
            #expect(line["ifMatch"].string == etag)
            #expect(line["absence"] == (etag == nil ? "proven" : nil))
        }
    }

    /// With less memory than the lines need, they spill to disk, and nothing changes.
    @Test(arguments: ["1K", "4K", "64M"])
    func goldenDaysWithAnyMemory(_ memory: String) async throws {
        let server = try mergeServer([
            "20251230": object(try goldenText("20251230.before")),
            "20251231": object(try goldenText("20251231.before")),
        ])
        let input = String(decoding: try shuffledEvents(), as: UTF8.self)
        let merge = try await Merge(input, at: server, ["--memory", memory])
        #expect(merge.run.status == 0)
        for day in Self.days { #expect(try merge.text(day) == goldenText("\(day).after"), "\(day)") }
        #expect(try merge.files == Self.days)
    }

    /// A second merge of the same events into the result finds nothing to add.
    @Test func goldenDaysAgainAreUnchanged() async throws {
        var objects: [String: StubReply] = [:]
        for day in Self.days { objects[day] = object(try goldenText("\(day).after")) }
        let server = try mergeServer(objects)
        let merge = try await Merge(String(decoding: try shuffledEvents(), as: UTF8.self), at: server)
        #expect(merge.run.status == 0)
        #expect(merge.lines.count == 3)
        for line in merge.lines.values {
            #expect(line["status"] == "unchanged" && line["added"] == 0)
            #expect(line["file"] == nil && line["sha256"] == nil)
        }
        #expect(try merge.files.isEmpty)
    }

    /// The events of all days, day by day in turn, the last one's first, each twice.
    private func shuffledEvents() throws -> [UInt8] {
        let events = try Self.days.reversed().map {
            try goldenText("\($0).events").split(separator: "\n").map(String.init)
        }
        var mixed: [String] = []
        for place in 0..<(events.map(\.count).max() ?? 0) {
            for lines in events where place < lines.count {
                mixed += [lines[place], lines[lines.count - 1 - place]]
            }
        }
        return Array(text(mixed).utf8)
    }

    private func golden(_ name: String) throws -> [UInt8] { try readFile("\(goldenDirectory)/days/\(name)") }
    private func goldenText(_ name: String) throws -> String {
        String(decoding: try golden(name), as: UTF8.self)
    }
}
