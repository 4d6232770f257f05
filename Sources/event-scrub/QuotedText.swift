import Records

/// The tokens of a raw line, at any of its levels, each passed only where it stands as expected.
struct QuotedText {
    struct Place {
        var here = 0
        /// Backslashes that were seen in their places.
        var slashes = 0
    }

    let line: UnsafePointer<UInt8>
    let quotes: QuoteMap

    /// The string whose quote was passed.
    @inline(__always)
    func string<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> JSONValue? {
        let start = place.here
        let end = quotes.next(from: start) &- Level.slashes
        guard Level.isQuote(line + end) else { return nil }
        place.here = end &+ Level.quoteLength
        place.slashes &+= 2 &* Level.slashes
        return JSONValue(
            kind: .string, at: line + start, count: end &- start)
    }

    /// Passes the colon behind a key and the quote of a string, where they stand in one of the usual ways.
    @inline(__always)
    func colonAndQuote<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> Bool {
        let word = (line + place.here).word64
        let count =
            if Level.isQuote(behind: ": ", word) { 2 } else if Level.isQuote(behind: ":", word) {
                1
            } else if Level.isQuote(behind: " : ", word) { 3 } else { 0 }
        guard count > 0 else { return false }
        place.here &+= count &+ Level.quoteLength
        return true
    }

    /// Passes the colon behind a key, and a space on each side of it.
    func colon(_ place: inout Place) -> Bool {
        if line[place.here] == Ascii.space { place.here &+= 1 }
        guard line[place.here] == UInt8(ascii: ":") else { return false }
        place.here &+= 1
        if line[place.here] == Ascii.space { place.here &+= 1 }
        return true
    }

    func null(_ place: inout Place) -> JSONValue? {
        let start = line + place.here
        guard start.word32 == 0x6c6c_756e else { return nil }
        place.here &+= 4
        return JSONValue(kind: .null, at: start, count: 4)
    }

    /// Passes the comma behind a member and the quote of the next key; false where they do not stand here.
    @inline(__always)
    func next<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> Bool {
        let word = (line + place.here).word64
        if Level.isQuote(behind: ", ", word) {
            place.here &+= 2 &+ Level.quoteLength
            return true
        }
        if Level.isQuote(behind: ",", word) {
            place.here &+= 1 &+ Level.quoteLength
            return true
        }
        // Of the pretty form.
        if Level.slashes == 1, Level.isQuote(behind: #",\n  "#, word) {
            place.here &+= 5 &+ Level.quoteLength
            place.slashes &+= 1
            return true
        }
        return nextFar(level, &place)
    }

    /// The same with any white space between the two.
    private func nextFar<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> Bool {
        guard line[place.here] == UInt8(ascii: ",") else { return false }
        var ahead = place
        ahead.here &+= 1
        skipSpace(level, &ahead)
        guard Level.isQuote(line + ahead.here) else { return false }
        ahead.here &+= Level.quoteLength
        place = ahead
        return true
    }

    /// Passes the bracket of an object and the quote of its first key.
    func open<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> Bool {
        guard line[place.here] == UInt8(ascii: "{") else { return false }
        place.here &+= 1
        skipSpace(level, &place)
        guard Level.isQuote(line + place.here) else { return false }
        place.here &+= Level.quoteLength
        return true
    }

    /// Passes the bracket at an object's end.
    func close<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> Bool {
        skipSpace(level, &place)
        guard line[place.here] == UInt8(ascii: "}") else { return false }
        place.here &+= 1
        return true
    }

    private func skipSpace<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) {
        while true {
            if line[place.here] == Ascii.space {
                place.here &+= 1
            } else if Level.isNewline(line + place.here) {
                place.here &+= Level.newlineLength
                place.slashes &+= Level.newlineLength &- 1
            } else {
                return
            }
        }
    }
}
