import Records
import Testing

@Suite struct DayRecordTests {
    /// The lines of the contract, in its order of keys.
    static let lines = [
        #"{"day":"20260101","url":"s3://bucket/events/prod/20260101","file":"w/20260101","size":512,"#
            + #""sha256":"00ff","ifMatch":"\"etag\"","new":12,"existing":3400,"merged":3411,"added":11}"#,
        #"{"day":"20260101","url":"s3://b/20260101","file":"f","size":0,"sha256":"00","ifNoneMatch":"*","#
            + #""absence":"proven","new":1,"existing":0,"merged":1,"added":1}"#,
        #"{"day":"20260101","url":"s3://b/20260101","file":"f","size":5,"sha256":"00","ifNoneMatch":"*","#
            + #""absence":"unproven","new":1,"existing":0,"merged":1,"added":1}"#,
        #"{"day":"20260101","url":"s3://b/20260101","new":2,"existing":7,"merged":7,"added":0,"#
            + #""status":"unchanged"}"#,
        #"{"day":"20260101","url":"s3://b/20260101","new":2,"status":"failed","exitStatus":77,"#
            + #""code":"AccessDenied","message":"no"}"#,
        #"{"day":"20260101","url":"s3://b/20260101","file":"f","size":5,"sha256":"00","ifMatch":"\"a\"","#
            + #""status":"stored","etag":"\"b\""}"#,
        #"{"day":"20260101","url":"s3://b/20260101","ifMatch":"\"a\"","status":"conflict"}"#,
    ]

    @Test(arguments: lines)
    func isReadAndWrittenAgain(_ line: String) throws {
        let record = try #require(DayRecord(try JSONObject(line)))
        #expect(text(record.line()) == line)
    }

    @Test func isWrittenAsTheContractHasIt() throws {
        let day = try #require(Day("20260101"))
        var record = DayRecord(
            day: day, url: "s3://bucket/events/prod/20260101",
            counts: DayRecord.Counts(new: 12, existing: 3400, merged: 3411, added: 11))
        record.upload = DayRecord.Upload(file: "w/20260101", size: 512, sha256: "00ff")
        record.condition = .ifMatch("\"etag\"")
        #expect(text(record.line()) == Self.lines[0])
    }

    @Test func aFailureSaysWhatItWas() throws {
        let day = try #require(Day("20260101"))
        var record = DayRecord(day: day, url: "s3://b/20260101", counts: DayRecord.Counts(new: 2))
        record.fail(code: "AccessDenied", Failure(.accessDenied, "no"))
        #expect(text(record.line()) == Self.lines[4])
        #expect(record.exitStatus == .accessDenied)
        record.fail(code: "Slow", Failure(.tryAgain, "slow", advice: "wait"))
        #expect(record.message == "slow; wait" && record.exitStatus == .tryAgain)
    }

    @Test func aFailureOfUnknownKindIsStillOne() throws {
        let line = #"{"day":"20260101","url":"u","status":"failed","code":"c","message":"m"}"#
        #expect(DayRecord(try JSONObject(line))?.exitStatus == .unavailable)
    }

    @Test func unknownKeysAreIgnored() throws {
        let line = Self.lines[0].replacing("{", with: #"{"later":[{}],"#)
        #expect(DayRecord(try JSONObject(line)).map { text($0.line()) } == Self.lines[0])
    }

    @Test(arguments: [
        #"{}"#, #"{"day":"20260101"}"#, #"{"url":"u"}"#, #"{"day":20260101,"url":"u"}"#,
        #"{"day":"2026-01-01","url":"u"}"#, #"{"day":"2026010","url":"u"}"#,
        #"{"day":"20260101","url":"u","status":"perhaps"}"#,
        #"{"day":"20260101","url":"u","file":"f"}"#, #"{"day":"20260101","url":"u","file":"f","size":1}"#,
        #"{"day":"20260101","url":"u","file":"f","size":"1","sha256":"00"}"#,
        #"{"day":"20260101","url":"u","ifNoneMatch":"\"etag\""}"#,
        #"{"day":"20260101","url":"u","ifMatch":"\"e\"","ifNoneMatch":"*"}"#,
    ])
    func whatLacksWhatItNeedsIsRefused(_ line: String) throws {
        #expect(DayRecord(try JSONObject(line)) == nil)
    }
}
