/// How deep a text is wrapped: each wrapping in a JSON string puts a backslash before every quote
/// and doubles those that are there, so that a quote of the line itself is `"`, one of what is
/// wrapped in it `\"`, and one of what is wrapped in that `\\\"`.
protocol QuoteLevel {
    associatedtype Inner: QuoteLevel

    /// Backslashes before a quote of this level.
    static var slashes: Int { get }
    /// Bytes of an escaped newline: its backslashes and the n. None where it cannot be escaped.
    static var newlineLength: Int { get }
    /// Such a quote with its backslashes, as `word64` reads it.
    static var quote: UInt64 { get }
    /// Whether the bytes are such a quote, its backslashes included.
    static func isQuote(_ bytes: UnsafePointer<UInt8>) -> Bool
    /// Whether the bytes are an escaped newline.
    static func isNewline(_ bytes: UnsafePointer<UInt8>) -> Bool
    /// This level's of three things, the line's first.
    static func of<Thing>(_ things: (Thing, Thing, Thing)) -> Thing
}

extension QuoteLevel {
    /// Bytes of a quote, its backslashes included.
    static var quoteLength: Int { slashes &+ 1 }

    /// Whether the text stands here, and a quote behind it.
    ///
    /// - Parameter word: the bytes from here on, of which both together are no more than eight.
    @inline(__always)
    static func isQuote(behind text: StaticString, _ word: UInt64) -> Bool {
        let count = UInt64(text.utf8CodeUnitCount)
        let wanted = UnsafePointer.word(text) | quote << (8 &* count)
        return (word ^ wanted) << (64 &- 8 &* (count &+ UInt64(quoteLength))) == 0
    }
}

enum LineLevel: QuoteLevel {
    typealias Inner = WrappedLevel
    static var slashes: Int { 0 }
    static var newlineLength: Int { 1 }
    static var quote: UInt64 { 0x22 }

    @inline(__always)
    static func isQuote(_ bytes: UnsafePointer<UInt8>) -> Bool { bytes[0] == UInt8(ascii: "\"") }
    static func isNewline(_ bytes: UnsafePointer<UInt8>) -> Bool { false }
    static func of<Thing>(_ things: (Thing, Thing, Thing)) -> Thing { things.0 }
}

enum WrappedLevel: QuoteLevel {
    typealias Inner = TwiceWrappedLevel
    static var slashes: Int { 1 }
    static var newlineLength: Int { 2 }
    static var quote: UInt64 { 0x225c }

    @inline(__always)
    static func isQuote(_ bytes: UnsafePointer<UInt8>) -> Bool { bytes.word16 == 0x225c }
    @inline(__always)
    static func isNewline(_ bytes: UnsafePointer<UInt8>) -> Bool { bytes.word16 == 0x6e5c }
    static func of<Thing>(_ things: (Thing, Thing, Thing)) -> Thing { things.1 }
}

enum TwiceWrappedLevel: QuoteLevel {
    /// Nothing is unwrapped of it, so what is further in is never read.
    typealias Inner = TwiceWrappedLevel
    static var slashes: Int { 3 }
    static var newlineLength: Int { 3 }
    static var quote: UInt64 { 0x225c_5c5c }

    @inline(__always)
    static func isQuote(_ bytes: UnsafePointer<UInt8>) -> Bool { bytes.word32 == 0x225c_5c5c }
    @inline(__always)
    static func isNewline(_ bytes: UnsafePointer<UInt8>) -> Bool { bytes.word32 & 0xff_ffff == 0x6e_5c5c }
    static func of<Thing>(_ things: (Thing, Thing, Thing)) -> Thing { things.2 }
}
