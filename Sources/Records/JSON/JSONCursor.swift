/// Why a text is not JSON as RFC 8259 has it.
package enum JSONError: Error, Equatable {
    case malformed
    /// Nested deeper than `Limits.depth`.
    case tooDeep
    case notUTF8
}

/// A value in a JSON text, with what the scan already knows of it; valid as long as the text is.
///
/// Public, since the compiler inlines only what is public into other modules.
public struct JSONValue {
    public enum Kind: UInt8, Sendable { case string, number, `true`, `false`, null, object, array }

    @usableFromInline let start: UnsafePointer<UInt8>
    /// The number of bytes, and above them the kind and two marks. In one word, so that a value is two
    /// registers, and none a null address: a scan makes some dozens of them for each line.
    @usableFromInline let word: UInt64

    /// - Parameters:
    ///   - count: of its bytes, without a string's quotes; no text is longer than 4 GiB.
    ///   - hasEscapes: a string with an escape in it: its bytes are not its value.
    ///   - hasNoMembers: [] or {}.
    @inlinable @inline(__always)
    public init(
        kind: Kind, at start: UnsafePointer<UInt8>, count: Int, hasEscapes: Bool = false,
        hasNoMembers: Bool = false
    ) {
        self.start = start
        word =
            UInt64(UInt32(truncatingIfNeeded: count)) | UInt64(kind.rawValue) << 32
            | (hasEscapes ? 1 << 40 : 0) | (hasNoMembers ? 1 << 41 : 0)
    }

    @inlinable @inline(__always)
    public var kind: Kind {
        // It was made of a kind; to look for it among all would cost more than the rest of a test.
        unsafeBitCast(UInt8(truncatingIfNeeded: word >> 32), to: Kind.self)
    }

    /// A string with an escape in it: its bytes are not its value.
    @inlinable @inline(__always)
    public var hasEscapes: Bool { word & 1 << 40 != 0 }

    @inlinable @inline(__always)
    var count: Int { Int(truncatingIfNeeded: word & 0xffff_ffff) }

    /// "", [] or {}.
    public var isEmpty: Bool { kind == .string ? count == 0 : word & 1 << 41 != 0 }

    /// The bytes as they stand in the text; a string's without its quotes.
    @inlinable @inline(__always)
    public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }
}

/// Walks through a JSON text and is strict about every byte of it, of skipped values too.
///
/// The caller asks for what it expects next; `finish` tells whether the whole text was JSON, so
/// nothing read may be believed before. After an error the cursor is of no more use.
///
/// A string's value is UTF-8 with one liberty: a lone surrogate escape becomes its three bytes
/// (WTF-8), and such bytes are let pass where the text itself was made by unescaping.
///
/// Contract: a NUL stands right behind the text and 64 bytes can be read beyond its end. The NUL
/// ends every scan without a test of the position: no JSON has one.
package struct JSONCursor {
    package let base: UnsafePointer<UInt8>
    package let count: Int
    package private(set) var position = 0
    private var depth = 0
    /// An object or array was entered and none of its members read yet.
    private var isFresh = false
    /// The bitwise or of all string bytes: is any beyond ASCII?
    private var seen = ByteBlock()

    package init(_ text: UnsafeRawBufferPointer) {
        // Never nil: by contract there is at least a NUL.
        base = text.baseAddress!.assumingMemoryBound(to: UInt8.self)
        count = text.count
    }

    // MARK: Walking

    /// The kind of the value that comes next, by its first byte.
    package mutating func nextIsObject() -> Bool { skipSpace() == UInt8(ascii: "{") }
    package mutating func nextIsArray() -> Bool { skipSpace() == UInt8(ascii: "[") }

    /// Enters the object that comes next; `nextKey` then brings its members.
    package mutating func enterObject() throws(JSONError) { try enter(UInt8(ascii: "{")) }
    package mutating func enterArray() throws(JSONError) { try enter(UInt8(ascii: "[")) }

    /// The next member's key, the colon behind it passed; nil at the object's end.
    package mutating func nextKey() throws(JSONError) -> JSONValue? {
        guard try nextMember(closing: UInt8(ascii: "}")) else { return nil }
        guard skipSpace() == Ascii.quote else { throw .malformed }
        let key = try string()
        guard skipSpace() == UInt8(ascii: ":") else { throw .malformed }
        position += 1
        return key
    }

    /// Whether the array has one more element, which comes next.
    package mutating func nextElement() throws(JSONError) -> Bool {
        try nextMember(closing: UInt8(ascii: "]"))
    }

    /// Passes the value that comes next, whatever it is.
    package mutating func value() throws(JSONError) -> JSONValue {
        switch skipSpace() {
        case Ascii.quote: return try string()
        case UInt8(ascii: "{"):
            let start = position
            try enterObject()
            var isEmpty = true
            while try nextKey() != nil {
                isEmpty = false
                _ = try value()
            }
            return JSONValue(
                kind: .object, at: base + start, count: position - start, hasNoMembers: isEmpty)
        case UInt8(ascii: "["):
            let start = position
            try enterArray()
            var isEmpty = true
            while try nextElement() {
                isEmpty = false
                _ = try value()
            }
            return JSONValue(
                kind: .array, at: base + start, count: position - start, hasNoMembers: isEmpty)
        case UInt8(ascii: "t"): return try literal("true", .true)
        case UInt8(ascii: "f"): return try literal("false", .false)
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    package mutating func nextIsString() -> Bool { skipSpace() == Ascii.quote }

    /// Passes the string that comes next and writes its value; returns the value's length.
    ///
    /// Contract: `target` has room for `unread + JSONString.slack` bytes.
    package mutating func unescapeString(into target: UnsafeMutableRawPointer) throws(JSONError) -> Int {
        guard skipSpace() == Ascii.quote else { throw .malformed }
        let (read, written) = try JSONString.unescape(base + position + 1, into: target, &seen)
        position += read + 2
        return written
    }

    /// Bytes of the text that come next.
    package var unread: Int { count - position }

    /// Nothing but white space may follow.
    ///
    /// - Parameter checksUTF8: false for a text that was made by unescaping one that was checked.
    package mutating func finish(checksUTF8: Bool = true) throws(JSONError) {
        _ = skipSpace()
        guard position == count else { throw .malformed }
        guard checksUTF8, !seen.isASCII else { return }
        let text = UnsafeBufferPointer(start: base, count: count)
        do { _ = try UTF8Span(validating: text.span) } catch { throw .notUTF8 }
    }

    // MARK: Reading

    /// Whether a string's value is just this ASCII text.
    @inline(__always)
    package func isString(_ value: JSONValue, _ text: StaticString) -> Bool {
        if value.hasEscapes { return unescaped(value).elementsEqual(text.bytes) }
        return value.bytes.elementsEqual(text.bytes)
    }

    /// A string's value; slow, for small ones.
    package func unescaped(_ value: JSONValue) -> [UInt8] {
        let raw = value.bytes
        return [UInt8](unsafeUninitializedCapacity: raw.count + JSONString.slack) { buffer, count in
            // The address is there: with its slack the buffer is never empty.
            count = JSONString.unescape(raw, into: UnsafeMutableRawPointer(buffer.baseAddress!))
        }
    }

    /// A string's value; bytes that are no UTF-8 become U+FFFD.
    package func text(_ value: JSONValue) -> String {
        value.hasEscapes
            ? String(decoding: unescaped(value), as: UTF8.self) : String(decoding: value.bytes, as: UTF8.self)
    }

    // MARK: Scanning

    private mutating func enter(_ bracket: UInt8) throws(JSONError) {
        guard skipSpace() == bracket else { throw .malformed }
        guard depth < Limits.depth else { throw .tooDeep }
        depth += 1
        position += 1
        isFresh = true
    }

    /// Passes the comma before a member; false, with the bracket passed, at the end.
    @inline(__always)
    private mutating func nextMember(closing bracket: UInt8) throws(JSONError) -> Bool {
        let byte = skipSpace()
        if byte == bracket {
            position += 1
            depth -= 1
            isFresh = false
            return false
        }
        if isFresh {
            isFresh = false
            return true
        }
        guard byte == UInt8(ascii: ",") else { throw .malformed }
        position += 1
        return true
    }

    /// The first byte that is no white space, which stays next.
    @inline(__always)
    private mutating func skipSpace() -> UInt8 {
        while true {
            let byte = base[position]
            guard byte <= Ascii.space else { return byte }
            guard
                byte == Ascii.space || byte == Ascii.newline || byte == Ascii.carriageReturn
                    || byte == Ascii.tab
            else { return byte }
            position += 1
        }
    }

    /// The string whose quote comes next.
    @inline(__always)
    private mutating func string() throws(JSONError) -> JSONValue {
        let start = position
        var here = start + 1
        var hasEscapes = false
        // In a variable of its own it stays in a register.
        var seen = seen
        defer { self.seen = seen }
        while true {
            let block = ByteBlock(at: base + here)
            seen.formUnion(block)
            let plain = block.plainCount
            here += plain
            if plain == ByteBlock.size { continue }
            switch base[here] {
            case Ascii.quote:
                position = here + 1
                return JSONValue(
                    kind: .string, at: base + start + 1, count: here - start - 1, hasEscapes: hasEscapes)
            case Ascii.backslash:
                hasEscapes = true
                // In what was wrapped they come in rows.
                repeat { here = try behindEscape(here) } while base[here] == Ascii.backslash
            default: throw .malformed
            }
        }
    }

    @inline(__always)
    private func behindEscape(_ backslash: Int) throws(JSONError) -> Int {
        let escape = base[backslash + 1]
        if escape == Ascii.quote || escape == Ascii.backslash { return backslash + 2 }
        return try behindOtherEscape(backslash)
    }

    private func behindOtherEscape(_ backslash: Int) throws(JSONError) -> Int {
        switch base[backslash + 1] {
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "/"):
            return backslash + 2
        case UInt8(ascii: "u"):
            for place in 2...5 where Ascii.hexValue(base[backslash + place]) == nil { throw .malformed }
            return backslash + 6
        default: throw .malformed
        }
    }

    private mutating func literal(_ text: StaticString, _ kind: JSONValue.Kind) throws(JSONError) -> JSONValue
    {
        let start = position
        for byte in text.bytes {
            guard base[position] == byte else { throw .malformed }
            position += 1
        }
        return JSONValue(
            kind: kind, at: base + start, count: position - start)
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        if base[position] == UInt8(ascii: "-") { position += 1 }
        if base[position] == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if base[position] == UInt8(ascii: ".") {
            position += 1
            try digits()
        }
        if base[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if base[position] == UInt8(ascii: "+") || base[position] == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        return JSONValue(
            kind: .number, at: base + start, count: position - start)
    }

    private mutating func digits() throws(JSONError) {
        guard Ascii.isDigit(base[position]) else { throw .malformed }
        while Ascii.isDigit(base[position]) { position += 1 }
    }
}

extension StaticString {
    /// The text's bytes; every text of this project is ASCII.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
