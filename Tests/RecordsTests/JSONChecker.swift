/// Says whether a text is JSON as RFC 8259 has it: the same question as JSONCursor's, answered in the
/// plainest way that there is, a byte at a time, so that the two can be held against each other.
struct JSONChecker {
    private let bytes: [UInt8]
    private var place = 0

    static func accepts(_ bytes: [UInt8]) -> Bool {
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        var checker = JSONChecker(bytes: bytes)
        return checker.value(depth: 0) && checker.space() && checker.place == bytes.count
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func take(_ character: Character) -> Bool {
        guard let next, next == character.asciiValue else { return false }
        place += 1
        return true
    }

    private mutating func take(_ text: String) -> Bool { text.allSatisfy { take($0) } }

    private mutating func space() -> Bool {
        while take(" ") || take("\t") || take("\n") || take("\r") {}
        return true
    }

    private mutating func value(depth: Int) -> Bool {
        _ = space()
        switch next.map({ Character(Unicode.Scalar($0)) }) {
        case "{":
            return members(depth: depth, closing: "}") { checker in
                checker.space() && checker.string() && checker.space() && checker.take(":")
                    && checker.value(depth: depth + 1)
            }
        case "[": return members(depth: depth, closing: "]") { $0.value(depth: depth + 1) }
        case "\"": return string()
        case "t": return take("true")
        case "f": return take("false")
        case "n": return take("null")
        default: return number()
        }
    }

    private mutating func members(
        depth: Int, closing bracket: Character, _ member: (inout JSONChecker) -> Bool
    ) -> Bool {
        guard depth < 512 else { return false }
        place += 1
        if space(), take(bracket) { return true }
        repeat {
            guard member(&self), space() else { return false }
        } while take(",")
        return take(bracket)
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let byte = next {
            if take("\"") { return true }
            if take("\\") {
                guard escape() else { return false }
            } else {
                guard byte >= 0x20 else { return false }
                place += 1
            }
        }
        return false
    }

    private mutating func escape() -> Bool {
        if "\"\\/bfnrt".contains(where: { take($0) }) { return true }
        guard take("u") else { return false }
        return (0..<4).allSatisfy { _ in
            "0123456789abcdefABCDEF".contains(where: { take($0) })
        }
    }

    private mutating func number() -> Bool {
        _ = take("-")
        guard take("0") || digits() else { return false }
        if take("."), !digits() { return false }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            return digits()
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = place
        while "0123456789".contains(where: { take($0) }) {}
        return place > start
    }
}
