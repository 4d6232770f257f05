import Records
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        "2026-01-01T00:00:00", "2026-01-01 00:00:00", "2026-12-31T23:59:59Z", "2026-01-01T11:34:11+00:00",
        "2026-01-01T11:34:11-08:00", "2026-01-01T11:34:11+23:59", "2026-01-01T11:34:11-00:00",
        "2026-01-01T11:34:11.1", "2026-01-01T11:34:11.12Z", "2026-01-01T11:34:11.123456+05:30",
        "2026-01-01T11:34:11.123456789", "2026-01-01 11:34:11.123456789-23:59", "0001-01-01T00:00:00",
        "9999-12-31T23:59:59.999999999Z", "2024-02-29T00:00:00", "2000-02-29T00:00:00",
    ])
    func isATime(_ text: String) {
        #expect(isValid(text))
    }

    @Test(arguments: [
        "", "2026-01-01", "2026-01-01T", "2026-01-01T00:00", "2026-01-01T00:00:0", "2026-01-01T00:00:00.",
        "2026-01-01t00:00:00", "2026-01-01T00:00:00z", "2026-01-01_00:00:00", "2026-01-01  00:00:00",
        "2026-01-01T24:00:00", "2026-01-01T23:60:00", "2026-01-01T23:59:60", "2026-01-01T99:00:00",
        "0000-01-01T00:00:00", "0000-12-31T23:59:59Z", "10000-01-01T00:00:00", "-001-01-01T00:00:00",
        "+026-01-01T00:00:00", "26-01-01T00:00:00", "2026-1-01T00:00:00", "2026-01-1T00:00:00",
        "2026/01/01T00:00:00", "20260101T000000Z", "2026-01-01T00:00:00.1234567890",
        "2026-01-01T00:00:00,5", "2026-01-01T00:00:00.5.5", "2026-01-01T00:00:00. 5",
        "2026-01-01T00:00:00.+5", "2026-01-01T00:00:00.5a", "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00Z ",
        " 2026-01-01T00:00:00", "2026-01-01T00:00:00 ", "2026-01-01T00:00:00\u{0}", "2026-01-01T00:00:00\n",
        "2026-01-01T00:00:00 Z", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+00:60",
        "2026-01-01T00:00:00+0000", "2026-01-01T00:00:00+00", "2026-01-01T00:00:00+0:00",
        "2026-01-01T00:00:00+00:0", "2026-01-01T00:00:00+00:00:00", "2026-01-01T00:00:00+00:00Z",
        "2026-01-01T00:00:00Z+00:00", "2026-01-01T00:00:00\u{2212}08:00", "2026-01-01T00:00:00±08:00",
        "２026-01-01T00:00:00", "2026-01-01T٠٠:00:00", "2026-0a-01T00:00:00", "2026-01-01T-1:00:00",
    ])
    func isNone(_ text: String) {
        #expect(!isValid(text))
    }

    /// Every month and day number of years that follow every rule of the calendar.
    @Test func onlyDatesThatExistAreTaken() {
        let leapYears = [4, 400, 1600, 1904, 2000, 2024, 2400, 9996]
        let commonYears = [1, 100, 200, 1700, 1800, 1900, 2023, 2025, 2100, 9999]
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        for year in leapYears + commonYears {
            for month in 0...13 {
                let length = (1...12).contains(month) ? lengths[month - 1] : 0
                let last = month == 2 && leapYears.contains(year) ? 29 : length
                for day in 0...32 {
                    let text = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T00:00:00"
                    #expect(isValid(text) == (day >= 1 && day <= last), "\(text)")
                }
            }
        }
    }

    /// Bytes are looked at several together: none may pass for another one.
    @Test func everyPlaceWantsItsOwnByte() {
        let form = Array("2026-01-01T00:00:00".utf8)
        for place in form.indices {
            for byte in UInt8.min...UInt8.max where byte != form[place] {
                var text = form
                text[place] = byte
                let isDigit = (0x30...0x39).contains(byte) && (0x30...0x39).contains(form[place])
                // Another digit makes another time, or none.
                if isDigit { continue }
                let expected = place == 10 && byte == 0x20
                #expect(text.withUnsafeBytes(Timestamp.isValid) == expected, "\(byte) at \(place)")
            }
        }
    }

    @Test(arguments: [
        ("Z", true), ("-08:00", true), ("+23:59", true), ("", false), ("z", false), ("08:00", false),
        ("+24:00", false), ("-08:00 ", false), ("UTC", false),
    ])
    func offsetsAreKnown(_ text: String, _ expected: Bool) {
        #expect(Array(text.utf8).withUnsafeBytes { Timestamp.isOffset($0) } == expected)
    }

    @Test func theDayIsThatOfTheText() {
        // The site's days are the first ten characters, whatever the offset makes of them.
        let day = Array("2026-01-01T23:59:59-08:00".utf8).withUnsafeBytes { Timestamp.day($0) }
        #expect(day.description == "20260101")
        #expect(day == Day("20260101"))
    }

    @Test(arguments: ["", "2026010", "202601011", "2026-1-1", "2026010a", "٢٠٢٦٠١٠١", "２0260101"])
    func daysHaveEightDigits(_ text: String) {
        #expect(Day(text) == nil)
    }

    private func isValid(_ text: String) -> Bool { Array(text.utf8).withUnsafeBytes(Timestamp.isValid) }
}

func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}
