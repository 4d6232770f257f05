/// Text from messages or from AWS, made fit to be shown: control characters are escaped, and in a
/// word that holds seven or more digits all of them are masked, since it may be a telephone number.
///
/// At most `limit` characters are shown.
package func visible(_ text: String, limit: Int = 200) -> String {
    escaped(
        shortened(text, limit).split(separator: " ", omittingEmptySubsequences: false)
            .map { masked(String($0)) }
            .joined(separator: " "), limit: .max)
}

/// Text of the operator's own, or of ours, such as a path, a day or a MessageId: control characters
/// are escaped, nothing is masked.
package func escaped(_ text: String, limit: Int = 1000) -> String {
    // On GitHub a line is a command not only where it begins with "::", as none of ours does: "##[" is one anywhere.
    shortened(text, limit).unicodeScalars.map(escaped).joined().replacing("##[", with: "##\\u{5b}")
}

private func shortened(_ text: String, _ limit: Int) -> String {
    text.count > limit ? text.prefix(limit) + "…" : text
}

private func masked(_ word: String) -> String {
    let digits = word.unicodeScalars.count(where: { $0.properties.numericType == .decimal })
    return digits < 7 ? word : String(word.map { $0.wholeNumberValue != nil ? "#" : $0 })
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
        "\\u{\(String(scalar.value, radix: 16))}"
    default: String(scalar)
    }
}
