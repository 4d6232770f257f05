/// The form of a time stamp that the readers of the day files understand: `YYYY-MM-DD`, a `T` or
/// a space, `hh:mm:ss`, perhaps `.` and 1 to 9 digits, perhaps `Z` or `±hh:mm`; a date that
/// exists, in the years 0001 to 9999.
package enum Timestamp {
    package static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        guard text.count >= 19, text.count <= 35, isDate(text),
            text[10] == UInt8(ascii: "T") || text[10] == Ascii.space,
            let time = Digits(text, at: 11, "00:00:00"),
            time.pair(0) <= 23, time.pair(3) <= 59, time.pair(6) <= 59
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
        let century = pair(text, 0)
        guard century <= 99, let date = Digits(text, at: 2, "00-00-00") else { return false }
        let (year, month, day) = (century * 100 + date.pair(0), date.pair(3), date.pair(6))
        return year > 0 && (1...12).contains(month) && day >= 1 && day <= daysOf(month, in: year)
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

/// Eight bytes of a text that are digits and separators, looked at together.
private struct Digits {
    /// Of each byte the digit's value, the first byte's lowest.
    private let values: UInt64

    /// Nil where a byte is no digit, or another separator than the form's.
    ///
    /// - Parameter form: eight bytes, `0` for a digit.
    @inline(__always)
    init?(_ text: UnsafeRawBufferPointer, at start: Int, _ form: StaticString) {
        let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        // Both folded to numbers when this is compiled.
        var wanted: UInt64 = 0
        var toTop: UInt64 = 0
        for place in 0..<8 {
            let byte = form.utf8Start[place]
            wanted |= UInt64(byte) << UInt64(8 * place)
            // Brings more than a digit, and anything where a separator is wanted, to the byte's top bit.
            toTop |= (byte == UInt8(ascii: "0") ? 0x76 : 0x7f) << UInt64(8 * place)
        }
        values = word ^ wanted
        // A sum carries into the next byte only from one that has its top bit itself.
        guard ((values &+ toTop) | values) & 0x8080_8080_8080_8080 == 0 else { return nil }
    }

    /// The number that two digits make.
    @inline(__always)
    func pair(_ place: Int) -> Int {
        let two = Int(truncatingIfNeeded: values >> UInt64(8 * place))
        return (two & 0xff) * 10 + two >> 8 & 0xff
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
