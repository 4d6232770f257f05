import Support
import Testing

private let a = eventLine("2026-01-01", 1)
private let b = eventLine("2026-01-01", 2)
private let c = eventLine("2026-01-01", 3)

/// What may stand in an object that others have written.
@Suite struct MergeObjectTests {
    @Test(arguments: [
        "\(a)\n\(c)\n", "\(c)\n\(a)\n", "\(a)\n\(c)", "\(a)\r\n\(c)\r\n", "\(a) \t\n\(c)\u{b}\u{c}\r\n",
        "\n\n\(a)\n \t\r\n\(c)\n\n", "\(a)\n\(c)\n\(a)\n\(c)\n", "\(c)\n\(a)\n\(c) \n\(a)\r\n",
        "\(a)\n\(c)\n\t",
    ])
    func isTrimmedAndSorted(_ before: String) async throws {
        let merge = try await Merge(text([b]), at: mergeServer(["20260101": object(before)]))
        #expect(merge.run.status == 0)
        #expect(try merge.text("20260101") == text([a, b, c]))
        let line = try #require(merge.lines["20260101"])
        #expect(line["existing"] == 2 && line["merged"] == 3 && line["added"] == 1)
    }

    /// All other lines stay, whatever they hold: bytes are compared, not characters.
    @Test func whateverElseItHoldsStays() async throws {
        let odd: [[UInt8]] = [
            [0], [0, 1, 2], Array(" leading".utf8), Array("é".utf8), [0xff, 0xfe], Array("{}".utf8),
            Array("e\u{301}".utf8), Array("\u{85}".utf8), Array("x\u{a0}".utf8), Array("x\u{1c}".utf8),
        ]
        let before = Array(odd.reversed().joined(separator: [0x0a]))
        let server = try mergeServer(["20260101": StubReply(200, [("ETag", "\"e\"")], body: before)])
        let merge = try await Merge(text([a]), at: server)
        #expect(merge.run.status == 0)
        let expected = (odd + [Array(a.utf8)]).sorted { $0.lexicographicallyPrecedes($1) }
        #expect(try merge.folder.read("days/20260101") == Array(expected.map { $0 + [0x0a] }.joined()))
    }

    /// A day to which nothing is added is left as it is, in whatever order.
    @Test(arguments: ["\(c)\n\(b)\n\(a)\n", "\(a) \r\n\n\(b)\n\(c)"])
    func isLeftAloneWhenNothingIsAdded(_ before: String) async throws {
        let merge = try await Merge(text([c, a]), at: mergeServer(["20260101": object(before)]))
        #expect(merge.run.status == 0)
        #expect(merge.lines["20260101"]?["status"] == "unchanged")
        #expect(merge.lines["20260101"]?["existing"] == 3)
        #expect(try merge.files.isEmpty)
    }

    @Test(arguments: ["", "\n", " \r\n\t\n"])
    func mayBeEmpty(_ before: String) async throws {
        let merge = try await Merge(text([a]), at: mergeServer(["20260101": object(before)]))
        #expect(merge.run.status == 0)
        #expect(merge.lines["20260101"]?["ifMatch"] == "\"e-1\"")
        #expect(merge.lines["20260101"]?["existing"] == 0)
        #expect(try merge.text("20260101") == text([a]))
    }

    @Test(arguments: ["x-amz-checksum-sha256", "x-amz-checksum-crc32"])
    func mayHaveAChecksumOfItsParts(_ name: String) async throws {
        let headers = [(name, "AAAA-3"), ("x-amz-checksum-type", "COMPOSITE")]
        let merge = try await Merge(text([a]), at: mergeServer(["20260101": object(text([b]), headers)]))
        #expect(merge.run.status == 0)
        #expect(try merge.text("20260101") == text([a, b]))
    }

    /// The same in any order, and with little memory: an object that must be sorted spills too.
    @Test func spillingChangesNothing() async throws {
        let lines = (0..<3000).map { eventLine("2026-01-01", $0 * 7919 % 3000) }
        let old = lines.prefix(2000).map { $0.replacing("\"e\"", with: "\"old\"") }
        let server = try mergeServer(["20260101": object(text(old) + text(Array(lines.prefix(500))))])
        let roomy = try await Merge(text(lines), at: server)
        for memory in ["1", "4K", "100K"] {
            let tight = try await Merge(text(lines), at: server, ["--memory", memory])
            #expect(tight.run.status == 0)
            #expect(try tight.text("20260101") == roomy.text("20260101"))
            #expect(tight.lines["20260101"]?["sha256"] == roomy.lines["20260101"]?["sha256"])
            #expect(tight.lines["20260101"]?["added"] == 2500)
            #expect(try tight.files == ["20260101"])
        }
    }

    /// Keys are encoded once, whatever the prefix holds.
    @Test(arguments: [
        ("s3://bucket/a b+c=d/é/", "/bucket/a%20b%2Bc%3Dd/%C3%A9/20260101"),
        ("s3://bucket", "/bucket/20260101"),
        ("s3://bucket/a//../b", "/bucket/a//../b/20260101"),
        ("s3://my.bucket/%20/", "/my.bucket/%2520/20260101"),
    ])
    func standsBelowAnyPrefix(_ to: String, _ path: String) async throws {
        let server = try mergeServer([:])
        let merge = try await Merge(text([a]), at: server, ["--to", to])
        #expect(merge.run.status == 0)
        #expect(server.requests.map(\.target) == [path])
        let folder = to.hasSuffix("/") ? to : to + "/"
        #expect(merge.lines["20260101"]?["url"] == .string("\(folder)20260101"))
    }
}
