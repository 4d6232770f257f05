/// A point in time with millisecond precision, and the forms in which AWS and the records write it.
package struct UTCTime: Comparable, Hashable, Sendable {
    /// Since 1970-01-01T00:00:00Z.
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static var now: UTCTime { UTCTime(milliseconds: System.wallMilliseconds()) }

    package static func < (a: UTCTime, b: UTCTime) -> Bool { a.milliseconds < b.milliseconds }

    package func adding(seconds: Int) -> UTCTime {
        UTCTime(milliseconds: milliseconds + Int64(seconds) * 1000)
    }

    /// "2026-01-01T00:15:00.000Z"; texts of this form sort as the times do.
    package var iso8601: String {
        let (year, month, day) = date
        let millisecond = Int(milliseconds - Self.floor(milliseconds, 1000) * 1000)
        return Self.text(
            (year, 4, "-"), (month, 2, "-"), (day, 2, "T"), (hour, 2, ":"), (minute, 2, ":"),
            (second, 2, "."),
            (millisecond, 3, "Z"))
    }

    /// "20260101T001500Z", as signatures want it.
    package var basic: String {
        let (year, month, day) = date
        return Self.text(
            (year, 4, ""), (month, 2, ""), (day, 2, "T"), (hour, 2, ""), (minute, 2, ""), (second, 2, "Z"))
    }

    /// Reads the form of `iso8601`, with or without a fraction of a second.
    package init?(iso8601 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.withUnsafeBytes(Timestamp.isValid), bytes.last == UInt8(ascii: "Z") else { return nil }
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
        var fraction = 0
        if bytes[19] == UInt8(ascii: ".") {
            let digits = bytes[20..<min(23, bytes.count - 1)]
            fraction = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
            for _ in digits.count..<3 { fraction *= 10 }
        }
        self.init(
            year: number(0..<4), month: number(5..<7), day: number(8..<10),
            seconds: number(11..<13) * 3600 + number(14..<16) * 60 + number(17..<19))
        milliseconds += Int64(fraction)
    }

    /// Reads the date of an HTTP header, "Thu, 01 Jan 2026 00:15:00 GMT" (RFC 9110, 5.6.7).
    package init?(http text: String) {
        let parts = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, let day = Int(parts[1]), let month = months.firstIndex(of: String(parts[2])),
            let year = Int(parts[3]), (1...31).contains(day), (1...9999).contains(year)
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, clock.allSatisfy((0...60).contains) else { return nil }
        self.init(year: year, month: month + 1, day: day, seconds: clock[0] * 3600 + clock[1] * 60 + clock[2])
    }

    // MARK: The calendar

    /// Days are counted from 0000-03-01, so that a leap day is the last of its year; 719468 lie
    /// between that day and 1970-01-01.
    private init(year: Int, month: Int, day: Int, seconds: Int) {
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        milliseconds = (Int64(days) * 86_400 + Int64(seconds)) * 1000
    }

    private var date: (year: Int, month: Int, day: Int) {
        let days = Int(Self.floor(milliseconds, 86_400_000)) + 719_468
        let era = days / 146_097
        let dayOfEra = days % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private var secondOfDay: Int {
        Int(Self.floor(milliseconds, 1000) - Self.floor(milliseconds, 86_400_000) * 86_400)
    }
    private var hour: Int { secondOfDay / 3600 }
    private var minute: Int { secondOfDay / 60 % 60 }
    private var second: Int { secondOfDay % 60 }

    private static func floor(_ value: Int64, _ unit: Int64) -> Int64 {
        value >= 0 ? value / unit : -((unit - 1 - value) / unit)
    }

    /// Each number with so many digits, and what follows it. One allocation, as every receipt and request has a time.
    private static func text(_ parts: (number: Int, digits: Int, sign: StaticString)...) -> String {
        String(unsafeUninitializedCapacity: 32) { text in
            var end = 0
            for (number, digits, sign) in parts {
                var rest = number
                for place in (end..<end + digits).reversed() {
                    text[place] = 0x30 + UInt8(rest % 10)
                    rest /= 10
                }
                end += digits
                for byte in sign.bytes {
                    text[end] = byte
                    end += 1
                }
            }
            return end
        }
    }
}
