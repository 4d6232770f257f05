import Records
import Testing

@Suite struct UTCTimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (-1000, "1969-12-31T23:59:59.000Z"), (-86_400_000, "1969-12-31T00:00:00.000Z"),
            (-86_400_001, "1969-12-30T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_799_999, "2000-02-29T23:59:59.999Z"), (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_709_164_800_001, "2024-02-29T00:00:00.001Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (1_767_226_500_000, "2026-01-01T00:15:00.000Z"), (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
            (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func isWrittenAndRead(_ milliseconds: Int64, _ text: String) {
        #expect(UTCTime(milliseconds: milliseconds).iso8601 == text)
        #expect(UTCTime(iso8601: text)?.milliseconds == milliseconds)
    }

    @Test func everyDayFollowsTheOneBefore() throws {
        for (first, years) in [(1896, 9), (1968, 5), (1999, 3), (2024, 2), (2099, 2)] {
            var time = try #require(UTCTime(iso8601: "\(first)-01-01T12:34:56.789Z"))
            for year in first..<first + years {
                let isLeap = [1896, 1904, 1968, 1972, 2000, 2024].contains(year)
                for (month, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
                    .enumerated()
                {
                    for day in 1...length {
                        let text = "\(year)-\(padded(month + 1, 2))-\(padded(day, 2))T12:34:56.789Z"
                        #expect(time.iso8601 == text)
                        #expect(UTCTime(iso8601: text) == time)
                        time = time.adding(seconds: 86_400)
                    }
                }
            }
        }
    }

    @Test func timesAcrossAllYearsComeBack() {
        var time = Int64(-62_135_596_800_000)
        while time < 253_402_300_799_999 {
            let text = UTCTime(milliseconds: time).iso8601
            #expect(UTCTime(iso8601: text)?.milliseconds == time, "\(text)")
            time += 86_400_000 * 1009 + 3_661_007
        }
    }

    @Test(
        arguments: [
            ("2026-01-01T00:15:00Z", 0), ("2026-01-01T00:15:00.5Z", 500), ("2026-01-01T00:15:00.05Z", 50),
            ("2026-01-01T00:15:00.123456789Z", 123), ("2026-01-01T00:15:00.000999Z", 0),
        ] as [(String, Int64)])
    func fractionsAreReadToTheMillisecond(_ text: String, _ milliseconds: Int64) {
        #expect(UTCTime(iso8601: text)?.milliseconds == 1_767_226_500_000 + milliseconds)
    }

    @Test(arguments: [
        "", "Z", "2026-01-01", "2026-01-01T00:15:00", "2026-01-01T00:15:00+00:00", "2026-01-01T00:15:00.000",
        "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z",
        "2026-01-01T00:15:00.Z", "2026-01-01T00:15:00z", "0000-01-01T00:00:00Z",
    ])
    func otherTextsAreNoTime(_ text: String) {
        #expect(UTCTime(iso8601: text) == nil)
    }

    @Test func signaturesGetTheShortForm() {
        #expect(UTCTime(milliseconds: 1_767_226_500_999).basic == "20260101T001500Z")
        #expect(UTCTime(milliseconds: -1).basic == "19691231T235959Z")
    }

    @Test(
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000),
            ("Thu, 01 Jan 2026 00:15:00 GMT", 1_767_226_500_000),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199_000),
            ("Wed, 31 Dec 1969 23:59:59 GMT", -1000),
        ] as [(String, Int64)])
    func httpDatesAreRead(_ text: String, _ milliseconds: Int64) {
        #expect(UTCTime(http: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "GMT", "Thu, 01 Jan 2026", "Thu, 01 Xyz 2026 00:15:00 GMT", "Thu, xx Jan 2026 00:15:00 GMT",
        "Thu, 01 Jan 2026 00:15 GMT", "Thu, 99 Jan 2026 00:15:00 GMT",
        "Thu, 01 Jan 2026 77:15:00 GMT", "Thu, 01 Jan 9223372036854775807 00:15:00 GMT",
        "Thu, 01 Jan 2026 aa:bb:cc GMT", "2026-01-01T00:15:00Z",
    ])
    func otherTextsAreNoHTTPDate(_ text: String) {
        #expect(UTCTime(http: text) == nil)
    }

    @Test func textsSortAsTimesDo() {
        let times = [-62_135_596_800_000, -1, 0, 1, 999, 1000, 1_767_226_500_000, 253_402_300_799_999].map {
            UTCTime(milliseconds: $0)
        }
        #expect(times == times.sorted())
        #expect(times.map(\.iso8601) == times.map(\.iso8601).sorted())
    }
}
