/// The form of a time stamp that the readers of the day files understand: `YYYY-MM-DD`, a `T` or
/// a space, `hh:mm:ss`, perhaps `.` and 1 to 9 digits, perhaps `Z` or `±hh:mm`; a date that
/// exists, in the years 0001 to 9999.
package enum Timestamp {
    package static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count >= 19, text.count <= 35, isDate(text),
            text[10] == UInt8(ascii: "T") || text[10] == Ascii.space,
            text[13] == colon, text[16] == colon,
            pair(text, 11) <= 23, pair(text, 14) <= 59, pair(text, 17) <= 59
        else { return false }
        var next = 19
        if next < text.count, text[next] == UInt8(ascii: ".") {
            next += 1
            let start = next
            while next < text.count, Ascii.isDigit(text[next]) { next += 1 }
            guard (1...9).contains(next - start) else { return false }
        }
        return next == text.count || isOffset(text, from: next)
    }

    /// Whether the text is `Z` or `±hh:mm`, from the place on to the end.
    package static func isOffset(_ text: UnsafeRawBufferPointer, from start: Int = 0) -> Bool {
        guard start < text.count else { return false }
        switch text[start] {
        case UInt8(ascii: "Z"): return text.count == start + 1
        case UInt8(ascii: "+"), UInt8(ascii: "-"):
            return text.count == start + 6 && text[start + 3] == colon && pair(text, start + 1) <= 23
                && pair(text, start + 4) <= 59
        default: return false
        }
    }

    /// "20260101" of a valid time stamp.
    package static func day(_ text: UnsafeRawBufferPointer) -> Day {
        var number: Int32 = 0
        for place in [0, 1, 2, 3, 5, 6, 8, 9] { number = number * 10 + Int32(text[place] &- 0x30) }
        return Day(number: number)
    }

    private static let colon = UInt8(ascii: ":")

    private static func isDate(_ text: UnsafeRawBufferPointer) -> Bool {
        let dash = UInt8(ascii: "-")
        guard text[4] == dash, text[7] == dash else { return false }
        let (century, year, month, day) = (pair(text, 0), pair(text, 2), pair(text, 5), pair(text, 8))
        guard century <= 99, year <= 99, century + year > 0, (1...12).contains(month) else { return false }
        return day >= 1 && day <= daysOf(month, in: century * 100 + year)
    }

    private static func daysOf(_ month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The number that two digits make; more than any such number where they are not digits.
    @inline(__always)
    private static func pair(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int {
        let (tens, units) = (text[start] &- 0x30, text[start + 1] &- 0x30)
        return tens < 10 && units < 10 ? Int(tens) * 10 + Int(units) : .max
    }
}

/// A day as the objects and records name it: eight digits, YYYYMMDD.
package struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let number: Int32

    fileprivate init(number: Int32) { self.number = number }

    /// Nil where the text is not eight digits.
    package init?(_ text: String) {
        guard text.utf8.count == 8, text.utf8.allSatisfy(Ascii.isDigit), let number = Int32(text) else {
            return nil
        }
        self.number = number
    }

    package var description: String {
        let digits = String(number)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }

    /// Writes the eight digits here; the address behind them.
    func write(at target: UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
        var rest = number
        for place in (0..<8).reversed() {
            target[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        return target + 8
    }

    package static func < (a: Day, b: Day) -> Bool { a.number < b.number }
}
