import Records

/// Walks from quote to quote through all levels of a raw line, unescaping nothing: for lines of the
/// forms that the common producers write. Of any other it says that it is not sure.
///
/// Why a line that it passes is what it says: the line is printable ASCII. Every quote belongs to
/// a token that was expected where it stands, with just the backslashes of its level before it.
/// Between tokens stands nothing but the separators that were looked for. So all that remains
/// unread is the insides of strings, and a string can be spoilt only by a backslash; but the
/// backslashes of quotes and newlines, each seen in its place, are as many as the line has. Then
/// no string holds an escape, and a text that was unescaped would be read as it stands here.
struct QuickScan {
    /// Where a walk stands, and the next of the line's quotes.
    private struct Place {
        var here: Int
        var quote: UnsafePointer<Int32>
    }

    private let line: UnsafePointer<UInt8>
    // The walks keep it in a variable of their own, which stays in registers.
    private var place: Place
    /// Backslashes that were seen in their places.
    private var slashes = 0
    private var found = UnwrappedLine()

    /// What the line holds; nil where the strict scan must read it.
    static func read(_ line: UnsafeRawBufferPointer, _ index: borrowing QuoteIndex) -> UnwrappedLine? {
        guard index.isComplete, let start = line.baseAddress else { return nil }
        var scan = QuickScan(start.assumingMemoryBound(to: UInt8.self), UnsafePointer(index.quotes))
        guard scan.readLine(), scan.place.here == line.count, scan.slashes == index.backslashes else {
            return nil
        }
        return scan.found
    }

    private init(_ line: UnsafePointer<UInt8>, _ quotes: UnsafePointer<Int32>) {
        self.line = line
        place = Place(here: 0, quote: quotes)
    }

    // MARK: Objects

    private mutating func readLine() -> Bool {
        var top = MessageScan()
        guard read(LineLevel.self, into: &top, hasBody: true, hasMessage: true) else { return false }
        found.messageID = top.messageID
        if top.body == nil, top.message == nil { found.message = top }
        return true
    }

    /// The object that begins here, with what is wrapped in it; false where it is not clear.
    ///
    /// - Parameters:
    ///   - hasBody: its `Body` is to be unwrapped.
    ///   - hasMessage: its `Message` is to be unwrapped.
    private mutating func read<Level: QuoteLevel>(
        _ level: Level.Type, into scan: inout MessageScan, hasBody: Bool, hasMessage: Bool
    ) -> Bool {
        guard open(level) else { return false }
        var place = place
        repeat {
            guard let key = key(level, &place) else { return false }
            switch MessageKey(key.bytes) {
            case .body:
                guard hasBody, scan.body == nil, scan.message == nil else { return false }
                self.place = place
                guard unwrap(level, &scan.body, hasMessage: true) else { return false }
                place = self.place
            case .message:
                guard hasMessage, scan.body == nil, scan.message == nil else { return false }
                self.place = place
                guard unwrap(level, &scan.message, hasMessage: false) else { return false }
                place = self.place
            case .event:
                self.place = place
                guard readEvent(level, into: &scan.event) else { return false }
                place = self.place
            case .hostname: guard take(&scan.hostname, level, &place) else { return false }
            case .timestamp: guard take(&scan.timestamp, level, &place) else { return false }
            case .sent: guard take(&scan.sent, level, &place) else { return false }
            case .messageID: guard take(&scan.messageID, level, &place) else { return false }
            default: guard pass(level, &place) else { return false }
            }
        } while next(level, &place)
        self.place = place
        if scan.message != nil { found.sent = scan.sent }
        return close(level)
    }

    private mutating func readEvent<Level: QuoteLevel>(
        _ level: Level.Type, into event: inout MessageScan.EventFields?
    ) -> Bool {
        guard open(level) else { return false }
        var fields = MessageScan.EventFields()
        var place = place
        repeat {
            guard let key = key(level, &place) else { return false }
            switch MessageKey(key.bytes) {
            case .name: guard take(&fields.name, level, &place) else { return false }
            case .channel: guard take(&fields.channel, level, &place) else { return false }
            case .endpoint: guard take(&fields.endpoint, level, &place) else { return false }
            case .userEvent: guard take(&fields.userEvent, level, &place) else { return false }
            default: guard pass(level, &place) else { return false }
            }
        } while next(level, &place)
        self.place = place
        event = fields
        return close(level)
    }

    /// The string that begins here holds an object, which may be the message.
    private mutating func unwrap<Level: QuoteLevel>(
        _ level: Level.Type, _ value: inout JSONValue?, hasMessage: Bool
    ) -> Bool {
        guard Level.isQuote(line + place.here) else { return false }
        let start = place.here &+ (Level.slashes + 1)
        place.here = start
        place.quote += 1
        let first = place.quote
        var inner = MessageScan()
        guard read(Level.Inner.self, into: &inner, hasBody: false, hasMessage: hasMessage),
            Level.isQuote(line + place.here)
        else { return false }
        if inner.message == nil { found.message = inner }
        slashes += (place.quote - first) * (Level.Inner.slashes - Level.slashes)
        value = JSONValue(
            kind: .string, at: line + start, count: place.here - start, hasEscapes: true, isEmpty: false)
        place.here &+= Level.slashes + 1
        place.quote += 1
        return true
    }

    // MARK: Values

    /// A wanted value, the last of its key; false where it is neither a string nor null.
    @inline(__always)
    private mutating func take<Level: QuoteLevel>(
        _ field: inout JSONValue?, _ level: Level.Type, _ place: inout Place
    ) -> Bool {
        guard let value = string(level, &place) ?? null(&place) else { return false }
        field = value
        return true
    }

    /// Passes a value that nobody wants.
    @inline(__always)
    private mutating func pass<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> Bool {
        if string(level, &place) != nil { return true }
        self.place = place
        let isClear = passOther(level, depth: 1)
        place = self.place
        return isClear
    }

    private mutating func passOther<Level: QuoteLevel>(_ level: Level.Type, depth: Int) -> Bool {
        var place = place
        if string(level, &place) != nil || null(&place) != nil {
            self.place = place
            return true
        }
        guard depth < 8, open(level) else { return false }
        place = self.place
        repeat {
            guard key(level, &place) != nil else { return false }
            self.place = place
            guard passOther(level, depth: depth + 1) else { return false }
            place = self.place
        } while next(level, &place)
        self.place = place
        return close(level)
    }

    // MARK: Tokens

    /// The string that begins here, if one does.
    @inline(__always)
    private func string<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> JSONValue? {
        guard Level.isQuote(line + place.here) else { return nil }
        let start = place.here &+ (Level.slashes + 1)
        // The quote here is the next one, as all before it were passed.
        let end = Int(place.quote[1]) &- Level.slashes
        guard Level.isQuote(line + end) else { return nil }
        place.here = end &+ (Level.slashes + 1)
        place.quote += 2
        return JSONValue(
            kind: .string, at: line + start, count: end &- start, hasEscapes: false, isEmpty: start == end)
    }

    @inline(__always)
    private func null(_ place: inout Place) -> JSONValue? {
        let start = line + place.here
        guard start.word32 == 0x6c6c_756e else { return nil }
        place.here &+= 4
        return JSONValue(kind: .null, at: start, count: 4, hasEscapes: false, isEmpty: false)
    }

    /// The key that begins here, and its colon.
    @inline(__always)
    private func key<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> JSONValue? {
        guard let key = string(level, &place) else { return nil }
        if line[place.here] == Ascii.space { place.here &+= 1 }
        guard line[place.here] == UInt8(ascii: ":") else { return nil }
        place.here &+= 1
        if line[place.here] == Ascii.space { place.here &+= 1 }
        return key
    }

    /// Passes the comma behind a member, and the space to the next one; false where no comma is.
    @inline(__always)
    private mutating func next<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> Bool {
        guard line[place.here] == UInt8(ascii: ",") else { return false }
        place.here &+= 1
        if line[place.here] == Ascii.space { place.here &+= 1 }
        if Level.isQuote(line + place.here) { return true }
        self.place = place
        skipSpace(level)
        place = self.place
        return true
    }

    private mutating func open<Level: QuoteLevel>(_ level: Level.Type) -> Bool {
        guard line[place.here] == UInt8(ascii: "{") else { return false }
        place.here &+= 1
        skipSpace(level)
        return true
    }

    private mutating func close<Level: QuoteLevel>(_ level: Level.Type) -> Bool {
        skipSpace(level)
        guard line[place.here] == UInt8(ascii: "}") else { return false }
        place.here &+= 1
        return true
    }

    private mutating func skipSpace<Level: QuoteLevel>(_ level: Level.Type) {
        while true {
            if line[place.here] == Ascii.space {
                place.here &+= 1
            } else if Level.isNewline(line + place.here) {
                place.here &+= Level.newlineLength
                slashes += Level.newlineLength - 1
            } else {
                return
            }
        }
    }
}
