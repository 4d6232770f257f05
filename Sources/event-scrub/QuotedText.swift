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

    /// The string whose quote was passed, and the quote behind it.
    @inline(__always)
    func string<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> JSONValue? {
        let value = value(level, &place)
        return quote(level, &place) ? value : nil
    }

    /// The string whose quote was passed, as far as the next quote.
    @inline(__always)
    func value<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> JSONValue {
        let start = place.here
        place.here = quotes.next(from: start) &- Level.slashes
        return JSONValue(kind: .string, at: line + start, count: place.here &- start)
    }

    /// Passes a quote, where one of this level stands here.
    @inline(__always)
    func quote<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> Bool {
        guard Level.isQuote(line + place.here) else { return false }
        place.here &+= Level.quoteLength
        place.slashes &+= Level.slashes
        return true
    }

    // MARK: Gaps

    /// Passes the gap that followed the one before it the last time, where it stands here.
    ///
    /// - Parameters:
    ///   - gap: the one before; then the one passed.
    ///   - value: then where the value is kept that comes next.
    @inline(__always)
    func pass<Fields>(
        _ gap: inout GapMemo<Fields>.Place, _ value: inout ValuePlace<Fields>, _ place: inout Place
    ) -> Bool {
        let here = UnsafeRawPointer(line + place.here)
        var next = gap.pointee.next
        if !next.pointee.stands(at: here) {
            next = gap.pointee.other
            guard next.pointee.stands(at: here) else { return false }
            gap.pointee.expect(next)
        }
        gap = next
        value = next.pointee.value
        place.here &+= next.pointee.length
        place.slashes &+= next.pointee.slashes
        return true
    }

    /// Notes the gap between two places, that was read.
    func note<Fields>(
        _ start: Place, _ end: Place, after gap: GapMemo<Fields>.Place, _ value: ValuePlace<Fields>,
        in memo: GapMemo<Fields>
    ) -> GapMemo<Fields>.Place {
        memo.note(
            after: gap, line + start.here, length: end.here - start.here,
            slashes: end.slashes - start.slashes,
            value)
    }

    // MARK: Separators

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
        place.slashes &+= Level.slashes
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
            place.slashes &+= Level.slashes
            return true
        }
        if Level.isQuote(behind: ",", word) {
            place.here &+= 1 &+ Level.quoteLength
            place.slashes &+= Level.slashes
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
        guard quote(level, &ahead) else { return false }
        place = ahead
        return true
    }

    /// Passes the bracket of an object and the quote of its first key.
    func open<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> Bool {
        guard line[place.here] == UInt8(ascii: "{") else { return false }
        place.here &+= 1
        skipSpace(level, &place)
        return quote(level, &place)
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
