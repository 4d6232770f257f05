/// The form of a time stamp, by a picture of it.
enum ModelTime {
    /// `YYYY-MM-DD`, `T` or a space, `hh:mm:ss`, perhaps a fraction of 1 to 9 digits, perhaps an offset.
    static func isTimestamp(_ text: CodePoints) -> Bool {
        guard
            matches(text.prefix(19), "0000-00-00T00:00:00") || matches(text.prefix(19), "0000-00-00 00:00:00")
        else { return false }
        let year = number(text[0..<4])
        let month = number(text[5..<7])
        guard year >= 1, (1...12).contains(month), (1...days(month, year)).contains(number(text[8..<10])),
            number(text[11..<13]) <= 23, number(text[14..<16]) <= 59, number(text[17..<19]) <= 59
        else { return false }
        var rest = text.dropFirst(19)
        if rest.first == 0x2e {
            let digits = rest.dropFirst().prefix { isDigit($0) }
            guard (1...9).contains(digits.count) else { return false }
            rest = rest.dropFirst(1 + digits.count)
        }
        return rest.isEmpty || matches(rest, "Z") || isOffset(rest)
    }

    private static func isOffset(_ text: CodePoints.SubSequence) -> Bool {
        guard matches(text, "+00:00") || matches(text, "-00:00") else { return false }
        return number(text.dropFirst().prefix(2)) <= 23 && number(text.suffix(2)) <= 59
    }

    /// Whether the text is the picture, in which 0 stands for any digit.
    private static func matches(_ text: CodePoints.SubSequence, _ picture: String) -> Bool {
        let picture = picture.unicodeScalars
        guard text.count == picture.count else { return false }
        return zip(text, picture).allSatisfy { $1 == "0" ? isDigit($0) : $0 == $1.value }
    }

    private static func isDigit(_ point: UInt32) -> Bool { (0x30...0x39).contains(point) }

    private static func number(_ digits: CodePoints.SubSequence) -> Int {
        digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func days(_ month: Int, _ year: Int) -> Int {
        let isLeapYear = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
}
