/// Changes lines where it matters: at quotes, backslashes, brackets, colons and commas, in the spelling that
/// the place has, for a token of the envelope stands in the line as `\"`, and one of the message as `\\\"`.
package struct ScrubDamage {
    private var random: SplitMix

    package init(seed: UInt64) { random = SplitMix(seed: seed) }

    /// Makes one change; what was JSON may be none afterwards.
    package mutating func apply(to line: inout [UInt8]) {
        guard !line.isEmpty else {
            line = ScrubSnippets.any(0, &random)
            return
        }
        let place = structure(in: line)
        switch random.below(20) {
        case 0: line.removeSubrange((random.oneIn(2) ? place : random.below(line.count))...)
        case 1: line[place] ^= 1 << UInt8(random.below(8))
        case 2: line[place] = random.pick(ScrubSnippets.tellingBytes)
        case 3: line.insert(random.pick(ScrubSnippets.tellingBytes), at: place + random.below(2))
        case 4: line.remove(at: place)
        case 5, 6: changeBackslashes(&line, from: place)
        case 7...10: insertMember(&line, near: place)
        case 11, 12: line.insert(contentsOf: ScrubSnippets.any(level(of: line, place), &random), at: place)
        case 13, 14: replaceToken(&line, at: place)
        case 15: copyRange(&line, from: place)
        case 16: removeRange(&line, from: place)
        case 17, 18: respell(&line, random.oneIn(2) ? place : random.below(line.count))
        default: line[random.below(line.count)] = UInt8(truncatingIfNeeded: random.next())
        }
    }

    // MARK: Places

    private static func isStructure(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "{"),
            UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }

    /// A place with such a byte, or any where there is none near.
    private mutating func structure(in line: [UInt8]) -> Int {
        let start = random.below(line.count)
        return line[start...].prefix(200).firstIndex(where: Self.isStructure) ?? start
    }

    /// How deep in strings the place is, by the backslashes of the quote before it: 0, 1 or 2.
    private mutating func level(of line: [UInt8], _ place: Int) -> Int {
        guard !random.oneIn(10), let quote = line[..<place].suffix(200).lastIndex(of: UInt8(ascii: "\""))
        else {
            return random.below(3)
        }
        switch backslashes(line, before: quote) {
        case 0: return 0
        case 1: return 1
        default: return 2
        }
    }

    private func backslashes(_ line: [UInt8], before place: Int) -> Int {
        line[..<place].reversed().prefix { $0 == UInt8(ascii: "\\") }.count
    }

    /// Behind the next token that ends with such a byte.
    private func behind(_ line: [UInt8], _ place: Int, _ byte: UInt8) -> Int? {
        line[place...].prefix(300).firstIndex(of: byte).map { $0 + 1 }
    }

    // MARK: Changes

    /// Gives the next quote another number of backslashes: that of another level, or of none.
    private mutating func changeBackslashes(_ line: inout [UInt8], from place: Int) {
        guard let end = behind(line, place, UInt8(ascii: "\"")) else { return }
        let count = backslashes(line, before: end - 1)
        let wanted = random.oneIn(3) ? random.below(9) : random.pick([0, 1, 2, 3, 7])
        line.replaceSubrange(
            end - 1 - count..<end - 1, with: [UInt8](repeating: UInt8(ascii: "\\"), count: wanted))
    }

    /// Puts a member before another: behind a bracket or a comma.
    private mutating func insertMember(_ line: inout [UInt8], near place: Int) {
        let mark = UInt8(ascii: random.oneIn(2) ? "{" : ",")
        guard let start = behind(line, place, mark) else { return }
        // The quote behind it tells the level; else the one before.
        let next = behind(line, start, UInt8(ascii: "\"")) ?? start
        line.insert(contentsOf: ScrubSnippets.member(level(of: line, next), &random), at: start)
    }

    /// Puts something else in the place of what stands behind a colon.
    private mutating func replaceToken(_ line: inout [UInt8], at place: Int) {
        guard let start = behind(line, place, UInt8(ascii: ":")) else { return }
        let end = line[start...].prefix(300).firstIndex { [0x2c, 0x7d].contains($0) } ?? start
        line.replaceSubrange(start..<end, with: ScrubSnippets.any(level(of: line, start), &random))
    }

    private mutating func copyRange(_ line: inout [UInt8], from place: Int) {
        let end = structure(in: line)
        guard end > place, end - place < 400 else { return }
        line.insert(contentsOf: Array(line[place..<end]), at: structure(in: line))
    }

    private mutating func removeRange(_ line: inout [UInt8], from place: Int) {
        let end = structure(in: line)
        guard end > place, end - place < 400 else { return }
        line.removeSubrange(place..<end)
    }

    /// Writes a byte as an escape of its level.
    private mutating func respell(_ line: inout [UInt8], _ place: Int) {
        var escape = ScrubValues.escape(line[place])
        escape.insert(
            contentsOf: [UInt8](repeating: UInt8(ascii: "\\"), count: (1 << level(of: line, place)) - 1),
            at: 0)
        line.replaceSubrange(place...place, with: escape)
    }
}
