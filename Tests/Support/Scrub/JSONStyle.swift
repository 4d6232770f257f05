/// How a producer writes JSON: the white space between the tokens and the spelling of the characters.
/// The same values in another style must come to the same.
struct JSONStyle {
    enum Spacing: CaseIterable {
        /// `{"a":1,"b":2}`
        case compact
        /// `{"a": 1, "b": 2}`, as Python writes it.
        case spaced
        /// `{\n  "a" : 1,\n  "b" : 2\n}`, as SNS writes it.
        case pretty
        /// Any white space, anywhere.
        case odd
    }

    enum Spelling: CaseIterable {
        /// Nothing is escaped that need not be.
        case plain
        /// ASCII only.
        case ascii
        /// Any character in any of its spellings.
        case odd
    }

    var spacing: Spacing
    var spelling: Spelling

    static func random(_ random: inout SplitMix) -> JSONStyle {
        JSONStyle(
            spacing: random.oneIn(12) ? .odd : random.pick([.compact, .spaced, .pretty]),
            spelling: random.oneIn(12) ? .odd : random.pick([.plain, .ascii]))
    }

    /// An object; keys are UTF-8 text, values JSON.
    func object(_ members: [(key: String, value: [UInt8])], _ random: inout SplitMix) -> [UInt8] {
        var text = [UInt8(ascii: "{")]
        for (index, member) in members.enumerated() {
            if index > 0 { text += spacing == .odd ? space(&random) + [0x2c] : [0x2c] }
            switch spacing {
            case .compact: break
            case .spaced: if index > 0 { text.append(0x20) }
            case .pretty: text += [0x0a, 0x20, 0x20]
            case .odd: text += space(&random)
            }
            text += string(Array(member.key.utf8), &random)
            switch spacing {
            case .compact: text.append(0x3a)
            case .spaced: text += [0x3a, 0x20]
            case .pretty: text += [0x20, 0x3a, 0x20]
            case .odd: text += space(&random) + [0x3a] + space(&random)
            }
            text += member.value
        }
        switch spacing {
        case .pretty: text.append(0x0a)
        case .odd: text += space(&random)
        default: break
        }
        text.append(UInt8(ascii: "}"))
        return text
    }

    /// The text as a JSON string; bytes that are no UTF-8 stay what they are, unless it must be ASCII.
    func string(_ text: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        if spelling != .plain, text.contains(where: { $0 >= 0x80 }) { return escapedString(text, &random) }
        var quoted = [UInt8(ascii: "\"")]
        quoted.reserveCapacity(text.count + text.count / 8 + 2)
        for byte in text {
            if spelling == .odd, random.oneIn(6) {
                unit(UInt16(byte), &quoted, &random)
            } else {
                character(byte, &quoted, &random)
            }
        }
        quoted.append(UInt8(ascii: "\""))
        return quoted
    }

    private func escapedString(_ text: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var quoted = [UInt8(ascii: "\"")]
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            if scalar.isASCII {
                character(UInt8(scalar.value), &quoted, &random)
            } else if spelling == .odd, random.oneIn(2) {
                quoted += Array(String(scalar).utf8)
            } else {
                for unit in String(scalar).utf16 { self.unit(unit, &quoted, &random) }
            }
        }
        quoted.append(UInt8(ascii: "\""))
        return quoted
    }

    private func character(_ byte: UInt8, _ text: inout [UInt8], _ random: inout SplitMix) {
        switch byte {
        case 0x22, 0x5c: text += [0x5c, byte]
        case 0x0a: text += [0x5c, UInt8(ascii: "n")]
        case 0x0d: text += [0x5c, UInt8(ascii: "r")]
        case 0x09: text += [0x5c, UInt8(ascii: "t")]
        case 0..<0x20: unit(UInt16(byte), &text, &random)
        case 0x2f where spelling == .odd && random.oneIn(2): text += [0x5c, byte]
        default: text.append(byte)
        }
    }

    private func unit(_ unit: UInt16, _ text: inout [UInt8], _ random: inout SplitMix) {
        let digits = String(0x10000 + Int(unit), radix: 16, uppercase: random.oneIn(2)).utf8.dropFirst()
        text += [0x5c, UInt8(ascii: "u")] + digits
    }

    private func space(_ random: inout SplitMix) -> [UInt8] {
        (0..<random.pick([0, 0, 1, 1, 2, 5])).map { _ in random.pick([0x20, 0x20, 0x09, 0x0a, 0x0d]) }
    }
}
