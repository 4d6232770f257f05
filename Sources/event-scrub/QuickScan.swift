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

    /// Memory for the levels of a line: the line itself, and two that can be wrapped in it.
    final class Levels {
        fileprivate let scans = UnsafeMutablePointer<MessageScan>.allocate(capacity: 3)

        deinit { scans.deallocate() }
    }

    private let line: UnsafePointer<UInt8>
    private let scans: UnsafeMutablePointer<MessageScan>
    // The walks keep it in a variable of their own, which stays in registers.
    private var place: Place
    /// Backslashes that were seen in their places.
    private var slashes = 0
    /// The innermost level that was unwrapped.
    private var depth = 0
    /// Of the level that the innermost one was unwrapped from as a `Message`.
    private var sent: JSONValue?

    /// What the line holds; nil where the strict scan must read it.
    static func read(
        _ line: UnsafeRawBufferPointer, _ index: borrowing QuoteIndex, _ levels: Levels
    ) -> UnwrappedLine? {
        guard index.isComplete, let start = line.baseAddress else { return nil }
        let scans = levels.scans
        var scan = QuickScan(
            line: start.assumingMemoryBound(to: UInt8.self), scans: scans,
            place: Place(here: 0, quote: UnsafePointer(index.quotes)))
        guard scan.read(LineLevel.self, depth: 0, hasBody: true, hasMessage: true),
            scan.place.here == line.count, scan.slashes == index.backslashes
        else { return nil }
        return UnwrappedLine(
            messageID: scans[0].messageID, sent: scan.sent, message: UnsafePointer(scans + scan.depth))
    }

    // MARK: Objects

    /// The object that begins here, with what is wrapped in it; false where it is not clear.
    ///
    /// - Parameters:
    ///   - hasBody: its `Body` is to be unwrapped.
    ///   - hasMessage: its `Message` is to be unwrapped.
    private mutating func read<Level: QuoteLevel>(
        _ level: Level.Type, depth: Int, hasBody: Bool, hasMessage: Bool
    ) -> Bool {
        guard open(level) else { return false }
        let scan = scans + depth
        scan.initialize(to: MessageScan())
        var place = place
        repeat {
            guard let key = key(level, &place) else { return false }
            let name = MessageKey(key.bytes)
            if name == nil || name?.isPlain == true, let value = string(level, &place) ?? null(&place) {
                switch name {
                case .hostname: scan.pointee.hostname = value
                case .timestamp: scan.pointee.timestamp = value
                case .sent: scan.pointee.sent = value
                case .messageID: scan.pointee.messageID = value
                default: break
                }
                continue
            }
            self.place = place
            guard readMore(level, name, depth: depth, hasBody: hasBody, hasMessage: hasMessage) else {
                return false
            }
            place = self.place
        } while next(level, &place)
        self.place = place
        if scan.pointee.message != nil { sent = scan.pointee.sent }
        return close(level)
    }

    /// A value that is more than a string or null.
    private mutating func readMore<Level: QuoteLevel>(
        _ level: Level.Type, _ name: MessageKey?, depth: Int, hasBody: Bool, hasMessage: Bool
    ) -> Bool {
        let scan = scans + depth
        let isUnwrapped = scan.pointee.body != nil || scan.pointee.message != nil
        switch name {
        case .body:
            return hasBody && !isUnwrapped
                && unwrap(level, &scan.pointee.body, depth: depth + 1, hasMessage: true)
        case .message:
            return hasMessage && !isUnwrapped
                && unwrap(level, &scan.pointee.message, depth: depth + 1, hasMessage: false)
        case .event: return readEvent(level, into: &scan.pointee.event)
        case nil: return pass(level, depth: 1)
        default: return false
        }
    }

    private mutating func readEvent<Level: QuoteLevel>(
        _ level: Level.Type, into event: inout MessageScan.EventFields?
    ) -> Bool {
        guard open(level) else { return false }
        var fields = MessageScan.EventFields()
        var place = place
        repeat {
            guard let key = key(level, &place) else { return false }
            let name = MessageKey(key.bytes)
            if let value = string(level, &place) ?? null(&place) {
                switch name {
                case .name: fields.name = value
                case .channel: fields.channel = value
                case .endpoint: fields.endpoint = value
                case .userEvent: fields.userEvent = value
                default: break
                }
                continue
            }
            guard name?.isOfEvent != true else { return false }
            self.place = place
            guard pass(level, depth: 1) else { return false }
            place = self.place
        } while next(level, &place)
        self.place = place
        event = fields
        return close(level)
    }

    /// The string that begins here holds an object, which may be the message.
    private mutating func unwrap<Level: QuoteLevel>(
        _ level: Level.Type, _ value: inout JSONValue?, depth: Int, hasMessage: Bool
    ) -> Bool {
        guard Level.isQuote(line + place.here) else { return false }
        let start = place.here &+ (Level.slashes + 1)
        place.here = start
        place.quote += 1
        let first = place.quote
        self.depth = depth
        guard read(Level.Inner.self, depth: depth, hasBody: false, hasMessage: hasMessage),
            Level.isQuote(line + place.here)
        else { return false }
        slashes += (place.quote - first) * (Level.Inner.slashes - Level.slashes)
        value = JSONValue(
            kind: .string, at: line + start, count: place.here - start, hasEscapes: true, hasNoMembers: false)
        place.here &+= Level.slashes + 1
        place.quote += 1
        return true
    }

    /// Passes a value that nobody wants.
    private mutating func pass<Level: QuoteLevel>(_ level: Level.Type, depth: Int) -> Bool {
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
            guard pass(level, depth: depth + 1) else { return false }
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
            kind: .string, at: line + start, count: end &- start, hasEscapes: false, hasNoMembers: false)
    }

    @inline(__always)
    private func null(_ place: inout Place) -> JSONValue? {
        let start = line + place.here
        guard start.word32 == 0x6c6c_756e else { return nil }
        place.here &+= 4
        return JSONValue(kind: .null, at: start, count: 4, hasEscapes: false, hasNoMembers: false)
    }

    /// The key that begins here, and its colon.
    @inline(__always)
    private func key<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> JSONValue? {
        guard let key = string(level, &place) else { return nil }
        // The pretty form has a space before the colon too.
        if line[place.here] == Ascii.space { place.here &+= 1 }
        switch (line + place.here).word16 {
        case 0x203a: place.here &+= 2  // colon and space
        case let word where word & 0xff == 0x3a: place.here &+= 1
        default: return nil
        }
        return key
    }

    /// Passes the comma behind a member, and the space to the next one; false where no comma is.
    @inline(__always)
    private mutating func next<Level: QuoteLevel>(_ level: Level.Type, _ place: inout Place) -> Bool {
        let word = (line + place.here).word16
        if word == 0x202c {  // comma and space
            place.here &+= 2
            return true
        }
        guard word & 0xff == 0x2c else { return false }
        place.here &+= 1
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
