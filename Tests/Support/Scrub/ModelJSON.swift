/// A JSON value, with nothing made of it: numbers are their text, an object its members in their order.
indirect enum ModelJSON {
    case null
    case bool(Bool)
    case number(CodePoints)
    case string(CodePoints)
    case array([ModelJSON])
    case object([(key: CodePoints, value: ModelJSON)])

    /// A member of an object: the last of that name.
    func member(_ key: CodePoints) -> ModelJSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    var string: CodePoints? { if case .string(let text) = self { text } else { nil } }
    var isObject: Bool { if case .object = self { true } else { false } }
    var isNull: Bool { if case .null = self { true } else { false } }
}

/// What is wrong with a text, of two faults the first.
enum ModelFault: Error { case malformed, tooDeep }

/// Reads a JSON text by the grammar of RFC 8259, one function for each of its rules. It is written to be
/// compared with the grammar, not to be fast, and shares nothing with the scanner that it judges.
struct ModelParser {
    private static let deepest = 512

    private let text: CodePoints
    private var next = 0
    private var depth = 0

    private init(_ text: CodePoints) { self.text = text }

    static func parse(_ text: CodePoints) throws(ModelFault) -> ModelJSON {
        var parser = ModelParser(text)
        let value = try parser.value()
        parser.space()
        guard parser.next == text.count else { throw .malformed }
        return value
    }

    // MARK: Rules

    /// `ws value`; the white space behind belongs to what follows.
    private mutating func value() throws(ModelFault) -> ModelJSON {
        space()
        switch peek() {
        case "\"": return .string(try string())
        case "{": return try nested { parser throws(ModelFault) in try parser.object() }
        case "[": return try nested { parser throws(ModelFault) in try parser.array() }
        case "n": return try literal("null", .null)
        case "t": return try literal("true", .bool(true))
        case "f": return try literal("false", .bool(false))
        default: return try number()
        }
    }

    private mutating func nested(
        _ inner: (inout ModelParser) throws(ModelFault) -> ModelJSON
    ) throws(ModelFault) -> ModelJSON {
        guard depth < Self.deepest else { throw .tooDeep }
        depth += 1
        let value = try inner(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(ModelFault) -> ModelJSON {
        var members: [(key: CodePoints, value: ModelJSON)] = []
        try expect("{")
        space()
        if takes("}") { return .object([]) }
        while true {
            space()
            let key = try string()
            space()
            try expect(":")
            members.append((key, try value()))
            space()
            if takes("}") { return .object(members) }
            try expect(",")
        }
    }

    private mutating func array() throws(ModelFault) -> ModelJSON {
        var elements: [ModelJSON] = []
        try expect("[")
        space()
        if takes("]") { return .array([]) }
        while true {
            elements.append(try value())
            space()
            if takes("]") { return .array(elements) }
            try expect(",")
        }
    }

    private mutating func number() throws(ModelFault) -> ModelJSON {
        let start = next
        _ = takes("-")
        if !takes("0") { try digits() }
        if takes(".") { try digits() }
        if takes("e") || takes("E") {
            if !takes("+") { _ = takes("-") }
            try digits()
        }
        return .number(Array(text[start..<next]))
    }

    /// One or more.
    private mutating func digits() throws(ModelFault) {
        let start = next
        while next < text.count, (0x30...0x39).contains(text[next]) { next += 1 }
        guard next > start else { throw .malformed }
    }

    private mutating func string() throws(ModelFault) -> CodePoints {
        var value: CodePoints = []
        try expect("\"")
        while true {
            let start = next
            while next < text.count, text[next] >= 0x20, text[next] != 0x22, text[next] != 0x5c { next += 1 }
            value += text[start..<next]
            if takes("\"") { return value }
            // No other is left that may stand here.
            try expect("\\")
            value.append(try escaped())
        }
    }

    /// What stands behind a backslash. Two escapes that are a surrogate pair are one character.
    private mutating func escaped() throws(ModelFault) -> UInt32 {
        guard next < text.count, let letter = UnicodeScalar(text[next]) else { throw .malformed }
        next += 1
        switch letter {
        case "\"", "\\", "/": return letter.value
        case "b": return 0x08
        case "f": return 0x0c
        case "n": return 0x0a
        case "r": return 0x0d
        case "t": return 0x09
        case "u":
            let unit = try fourDigits()
            guard (0xd800...0xdbff).contains(unit) else { return unit }
            let behind = next
            if takes("\\"), takes("u") {
                let low = try fourDigits()
                if (0xdc00...0xdfff).contains(low) { return 0x10000 + (unit - 0xd800) * 1024 + low - 0xdc00 }
            }
            next = behind
            return unit
        default: throw .malformed
        }
    }

    private mutating func fourDigits() throws(ModelFault) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard next < text.count else { throw .malformed }
            switch text[next] {
            case let digit where (0x30...0x39).contains(digit): unit = unit * 16 + digit - 0x30
            case let digit where (0x41...0x46).contains(digit): unit = unit * 16 + digit - 0x41 + 10
            case let digit where (0x61...0x66).contains(digit): unit = unit * 16 + digit - 0x61 + 10
            default: throw .malformed
            }
            next += 1
        }
        return unit
    }

    // MARK: Characters

    private mutating func space() {
        while takes(" ") || takes("\t") || takes("\n") || takes("\r") {}
    }

    private mutating func literal(_ word: String, _ value: ModelJSON) throws(ModelFault) -> ModelJSON {
        for letter in word.unicodeScalars { try expect(letter) }
        return value
    }

    /// The next character; nil at the end, and for what is none.
    private func peek() -> UnicodeScalar? { next < text.count ? UnicodeScalar(text[next]) : nil }

    /// Passes the character if it is the next one.
    private mutating func takes(_ character: UnicodeScalar) -> Bool {
        guard next < text.count, text[next] == character.value else { return false }
        next += 1
        return true
    }

    private mutating func expect(_ character: UnicodeScalar) throws(ModelFault) {
        guard takes(character) else { throw .malformed }
    }
}
