import Records

/// Walks from quote to quote through all levels of a raw line, unescaping nothing: for lines of the
/// forms that the common producers write. Of any other it says that it is not sure.
///
/// Why a line that it passes is what it says: the line is printable ASCII. Every quote belongs to
/// a token that was expected where it stands, with just the backslashes of its level before it.
/// Between tokens stands nothing but the separators that were looked for, or a whole gap that has
/// been read in the same surroundings before. So all that remains unread is the insides of strings,
/// and a string can be spoilt only by a backslash; but the backslashes of quotes and newlines, each
/// seen in its place, are as many as the line has. Then no string holds an escape, and a text that
/// was unescaped would be read as it stands here.
struct QuickScan {
    /// Memory for the levels of a line: the line itself, and two that can be wrapped in it.
    final class Levels {
        fileprivate let scans = UnsafeMutablePointer<MessageScan>.allocate(capacity: 3)
        fileprivate let fields = UnsafeMutablePointer<MessageScan.EventFields>.allocate(capacity: 1)
        fileprivate let gaps = (memo(), memo(), memo())
        fileprivate let eventGaps = (eventMemo(), eventMemo(), eventMemo())

        private static func memo() -> GapMemo<MessageScan> {
            GapMemo(unread: ValuePlace(nil as MessageKey?))
        }

        private static func eventMemo() -> GapMemo<MessageScan.EventFields> {
            GapMemo(unread: ValuePlace(nil as EventKey?))
        }

        deinit {
            scans.deallocate()
            fields.deallocate()
            for memo in [gaps.0, gaps.1, gaps.2] { memo.free() }
            for memo in [eventGaps.0, eventGaps.1, eventGaps.2] { memo.free() }
        }
    }

    private let text: QuotedText
    private let levels: Levels
    private let scans: UnsafeMutablePointer<MessageScan>
    // The walks keep it in a variable of their own, which stays in registers.
    private var place = QuotedText.Place()
    /// The innermost level that was unwrapped.
    private var depth = 0
    /// Of the level that the innermost one was unwrapped from as a `Message`.
    private var sent: JSONValue?

    private init(_ text: QuotedText, _ levels: Levels) {
        self.text = text
        self.levels = levels
        scans = levels.scans
    }

    /// What the line holds; nil where the strict scan must read it.
    static func read(
        _ line: UnsafeRawBufferPointer, _ index: borrowing QuoteIndex, _ levels: Levels
    ) -> UnwrappedLine? {
        guard index.isComplete, let start = line.baseAddress else { return nil }
        let text = QuotedText(line: start.assumingMemoryBound(to: UInt8.self), quotes: index.quotes)
        var scan = QuickScan(text, levels)
        guard scan.read(LineLevel.self, depth: 0, hasBody: true, hasMessage: true),
            scan.place.here == line.count, scan.place.slashes == index.backslashes
        else { return nil }
        return UnwrappedLine(
            messageID: scan.scans[0].messageID, sent: scan.sent,
            message: UnsafePointer(scan.scans + scan.depth))
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
        let scan = scans + depth
        scan.initialize(to: MessageScan())
        let memo = level.of(levels.gaps)
        var gap = memo.first
        var gapStart: QuotedText.Place?
        let text = text
        var place = place
        guard text.open(level, &place) else { return false }
        repeat {
            guard let key = text.string(level, &place) else { return false }
            let name = MessageKey(key.bytes)
            let isString = text.colonAndQuote(level, &place)
            guard isString, name?.isPlain != false else {
                self.place = place
                guard
                    isString
                        ? unwrap(level, name, depth: depth, hasBody: hasBody, hasMessage: hasMessage)
                        : readOther(level, name, into: scan)
                else { return false }
                place = self.place
                (gap, gapStart) = (memo.resumed, nil)
                continue
            }
            var value = ValuePlace(name)
            if let start = gapStart { gap = text.note(start, place, after: gap, value, in: memo) }
            repeat {
                value.store(text.value(level, &place), in: scan)
            } while text.pass(&gap, &value, &place)
            gapStart = place
            guard text.quote(level, &place) else { return false }
        } while text.next(level, &place)
        if scan.pointee.message != nil { sent = scan.pointee.sent }
        guard text.close(level, &place) else { return false }
        self.place = place
        return true
    }

    /// The string whose quote was passed holds an object, which may be the message.
    private mutating func unwrap<Level: QuoteLevel>(
        _ level: Level.Type, _ name: MessageKey?, depth: Int, hasBody: Bool, hasMessage: Bool
    ) -> Bool {
        let scan = scans + depth
        let isBody = name == .body
        // Which of two would count shows only at the end.
        guard isBody ? hasBody : hasMessage && name == .message, scan.pointee.body == nil,
            scan.pointee.message == nil
        else { return false }
        let start = place.here
        self.depth = depth + 1
        guard read(Level.Inner.self, depth: depth + 1, hasBody: false, hasMessage: isBody) else {
            return false
        }
        let value = JSONValue(
            kind: .string, at: text.line + start, count: place.here - start, hasEscapes: true)
        if isBody { scan.pointee.body = value } else { scan.pointee.message = value }
        return text.quote(level, &place)
    }

    /// A member whose value is no string.
    private mutating func readOther<Level: QuoteLevel>(
        _ level: Level.Type, _ name: MessageKey?, into scan: UnsafeMutablePointer<MessageScan>
    ) -> Bool {
        guard text.colon(&place) else { return false }
        switch name {
        case nil: return pass(level, depth: 1)
        case .event: return readEvent(level, into: scan)
        default: return false
        }
    }

    private mutating func readEvent<Level: QuoteLevel>(
        _ level: Level.Type, into scan: UnsafeMutablePointer<MessageScan>
    ) -> Bool {
        let fields = levels.fields
        fields.initialize(to: MessageScan.EventFields())
        let memo = level.of(levels.eventGaps)
        var gap = memo.first
        var gapStart: QuotedText.Place?
        let text = text
        var place = place
        guard text.open(level, &place) else { return false }
        repeat {
            guard let key = text.string(level, &place) else { return false }
            let name = EventKey(key.bytes)
            var value = ValuePlace(name)
            guard text.colonAndQuote(level, &place) else {
                guard text.colon(&place) else { return false }
                if let null = text.null(&place) {
                    value.store(null, in: fields)
                } else {
                    self.place = place
                    guard name == nil, pass(level, depth: 1) else { return false }
                    place = self.place
                }
                (gap, gapStart) = (memo.resumed, nil)
                continue
            }
            if let start = gapStart { gap = text.note(start, place, after: gap, value, in: memo) }
            repeat {
                value.store(text.value(level, &place), in: fields)
            } while text.pass(&gap, &value, &place)
            gapStart = place
            guard text.quote(level, &place) else { return false }
        } while text.next(level, &place)
        scan.pointee.event = fields.pointee
        guard text.close(level, &place) else { return false }
        self.place = place
        return true
    }

    /// Passes a value that nobody wants, and that is no string.
    private mutating func pass<Level: QuoteLevel>(_ level: Level.Type, depth: Int) -> Bool {
        let text = text
        if text.null(&place) != nil { return true }
        guard depth < 8, text.open(level, &place) else { return false }
        repeat {
            guard text.string(level, &place) != nil else { return false }
            if text.colonAndQuote(level, &place) {
                guard text.string(level, &place) != nil else { return false }
            } else {
                guard text.colon(&place), pass(level, depth: depth + 1) else { return false }
            }
        } while text.next(level, &place)
        return text.close(level, &place)
    }
}
