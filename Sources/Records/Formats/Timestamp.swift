/// The form of a time stamp that the readers of the day files understand: `YYYY-MM-DD`, a `T` or
/// a space, `hh:mm:ss`, perhaps `.` and 1 to 9 digits, perhaps `Z` or `±hh:mm`; a date that
/// exists, in the years 0001 to 9999.
package enum Timestamp {
    package static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count >= 19, text.count <= 35, isDate(text),
            text[10] == UInt8(ascii: "T") || text[10] == Ascii.space,
            let hour = number(text, 11, 2), text[13] == colon, let minute = number(text, 14, 2),
            text[16] == colon,
            let second = number(text, 17, 2), hour <= 23, minute <= 59, second <= 59
        else { return false }
        var next = 19
        if next < text.count, text[next] == UInt8(ascii: ".") {
            let digits = text[(next + 1)...].prefix(while: Ascii.isDigit).count
            guard (1...9).contains(digits) else { return false }
            next += 1 + digits
        }
        return next == text.count || isOffset(text, from: next)
    }

    /// Whether the text is `Z` or `±hh:mm`, from the place on to the end.
    package static func isOffset(_ text: UnsafeRawBufferPointer, from start: Int = 0) -> Bool {
        guard start < text.count else { return false }
        switch text[start] {
        case UInt8(ascii: "Z"): return text.count == start + 1
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            guard text.count == start + 6, let hour = number(text, start + 1, 2), text[start + 3] == colon,
                let minute = number(text, start + 4, 2)
            else { return false }
            return hour <= 23 && minute <= 59
        default: return false
        }
    }

    /// "20260101" of a valid time stamp.
    package static func day(_ text: UnsafeRawBufferPointer) -> Day {
        Day(digits: [text[0], text[1], text[2], text[3], text[5], text[6], text[8], text[9]])
    }

    private static let colon = UInt8(ascii: ":")

    private static func isDate(_ text: UnsafeRawBufferPointer) -> Bool {
        let dash = UInt8(ascii: "-")
        guard let year = number(text, 0, 4), text[4] == dash, let month = number(text, 5, 2), text[7] == dash,
            let day = number(text, 8, 2)
        else { return false }
        return year >= 1 && (1...12).contains(month) && day >= 1 && day <= daysOf(month, in: year)
    }

    private static func daysOf(_ month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func number(_ text: UnsafeRawBufferPointer, _ start: Int, _ count: Int) -> Int? {
        var value = 0
        for byte in text[start..<start + count] {
            guard Ascii.isDigit(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }
}

/// A day as the objects and records name it: eight digits, YYYYMMDD.
package struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let description: String

    fileprivate init(digits: [UInt8]) { description = String(decoding: digits, as: UTF8.self) }

    /// Nil where the text is not eight digits.
    package init?(_ text: String) {
        guard text.utf8.count == 8, text.utf8.allSatisfy(Ascii.isDigit) else { return nil }
        description = text
    }

    package static func < (a: Day, b: Day) -> Bool { a.description < b.description }
}
