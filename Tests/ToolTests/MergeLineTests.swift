import Support
import Testing

/// Day lines, word by word.
@Suite struct MergeLineTests {
    private let a = eventLine("2026-01-01", 1)
    private let b = eventLine("2026-01-01", 2)
    /// The SHA-256 of the line, and of the two lines.
    private let hashOfA = "f969f1f9a53155357c4a4e2b3ce3329d63cea1524cbcc360823189aaa89712e0"
    private let hashOfBoth = "78339e31ee6f3897f5982956f6d86413141b64f840ade8fc75a5867ac9ad8bc9"

    @Test func ofADayThatGrows() async throws {
        let merge = try await Merge(text([b, a, b]), at: mergeServer(["20260101": object(text([a]))]))
        #expect(merge.run.status == 0)
        #expect(
            merge.run.outText
                == #"{"day":"20260101","url":"s3://bucket/events/20260101","#
                + #""file":"\#(merge.folder.path)/days/20260101","size":\#(text([a, b]).utf8.count),"#
                + #""sha256":"\#(hashOfBoth)","ifMatch":"\"e-1\"","new":3,"existing":1,"merged":2,"added":1}"#
                + "\n")
        #expect(merge.run.err == "day-merge: 20260101: 3 new, 1 existing, 1 added\n")
    }

    @Test func ofANewDay() async throws {
        let merge = try await Merge(text([a]), at: mergeServer([:]))
        #expect(
            merge.run.outText
                == #"{"day":"20260101","url":"s3://bucket/events/20260101","#
                + #""file":"\#(merge.folder.path)/days/20260101","size":\#(a.utf8.count + 1),"#
                + #""sha256":"\#(hashOfA)","ifNoneMatch":"*","absence":"proven","#
                + #""new":1,"existing":0,"merged":1,"added":1}"# + "\n")
    }

    @Test func ofADayThatMayNotBeRead() async throws {
        let merge = try await Merge(text([a]), at: mergeServer(["20260101": s3Error(403, "AccessDenied")]))
        #expect(merge.run.status == 0)
        let line = try #require(merge.lines["20260101"])
        #expect(line["ifNoneMatch"] == "*" && line["absence"] == "unproven" && line["ifMatch"] == nil)
        #expect(merge.run.err == "day-merge: 20260101: 1 new, 0 existing, 1 added, absence unproven\n")
        #expect(try merge.text("20260101") == text([a]))
    }

    @Test func ofADayThatGainsNothing() async throws {
        let merge = try await Merge(text([a, a]), at: mergeServer(["20260101": object(text([a, b]))]))
        #expect(merge.run.status == 0)
        #expect(
            merge.run.outText
                == #"{"day":"20260101","url":"s3://bucket/events/20260101","ifMatch":"\"e-1\"","#
                + #""new":2,"existing":2,"merged":2,"added":0,"status":"unchanged"}"# + "\n")
        #expect(try merge.files.isEmpty)
    }

    @Test func ofADayThatFailed() async throws {
        let server = try mergeServer(["20260101": s3Error(403, "InvalidObjectState")])
        let merge = try await Merge(text([a]), at: server)
        #expect(merge.run.status == 77)
        let line = try #require(merge.lines["20260101"])
        #expect(line["status"] == "failed" && line["code"] == "InvalidObjectState" && line["new"] == 1)
        #expect(line["file"] == nil && line["ifMatch"] == nil && line["ifNoneMatch"] == nil)
        let message =
            "GetObject s3://bucket/events/20260101: InvalidObjectState "
            + "(HTTP 403, request id 2B7E151628AED2A6ABF7)"
        #expect(line["message"].string?.hasPrefix(message) == true)
        #expect(merge.run.err.hasPrefix("day-merge: 20260101: \(message)"))
        #expect(merge.run.errLines.count == 1)
    }

    @Test func countsGoToTheStatsFile() async throws {
        let folder = try TemporaryDirectory()
        let server = try mergeServer([
            "20260102": object(eventLine("2026-01-02", 1)), "20260103": StubReply(500),
        ])
        let input = text([a, b, eventLine("2026-01-02", 1), eventLine("2026-01-03", 1)])
        let merge = try await Merge(input, at: server, ["--stats", folder.path("stats"), "--quiet"])
        #expect(merge.run.errLines.count == 1)
        #expect(
            try folder.readText("stats") == #"{"days":3,"unchanged":1,"failed":1,"new":4,"added":2}"# + "\n")
    }

    @Test func daysComeInTheirOrder() async throws {
        let days = ["2026-01-03", "2024-02-29", "2026-01-01", "0001-01-01", "9999-12-31"]
        let merge = try await Merge(text(days.map { eventLine($0, 1) }), at: mergeServer([:]))
        let order = merge.run.lines.map { $0.dropFirst(8).prefix(8) }
        #expect(order == ["00010101", "20240229", "20260101", "20260103", "99991231"])
    }
}
