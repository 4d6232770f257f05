import Records

/// A file of AWS profiles: sections in brackets, `key = value` lines, comments.
///
/// Source: "Shared config and credentials files" in the AWS SDKs and Tools reference guide. As in the
/// AWS CLI, a whole section may be indented; what stands deeper than its key belongs to it.
struct ProfileFile {
    /// Values by section, as the brackets name it, and by key in lower case; a value under another
    /// key, as in `s3 =` and below it `endpoint_url = …`, has the key "s3.endpoint_url".
    private(set) var sections: [String: [String: String]] = [:]

    private var section: String?
    private var parent: (key: String, indent: Int)?

    /// An unreadable file has no sections: it is one of several places to look.
    init(path: String) {
        guard let file = try? File.reading(path) else { return }
        let reader = LineReader(file)
        while let line = try? reader.next() {
            if let text = line.text { take(String(decoding: text, as: UTF8.self)) }
        }
    }

    private mutating func take(_ line: String) {
        let text = line.trimmingBlanks()
        guard let first = text.first, first != "#", first != ";" else { return }
        if first == "[" {
            guard let end = text.firstIndex(of: "]") else { return }
            let words = text[text.index(after: text.startIndex)..<end].split(whereSeparator: \.isWhitespace)
            // A name with blanks stands in quotes.
            let name = words.joined(separator: " ").filter { $0 != "\"" && $0 != "'" }
            sections[name] = sections[name] ?? [:]
            section = name
            parent = nil
            return
        }
        guard let section, let equals = text.firstIndex(of: "=") else { return }
        let own = text[..<equals].trimmingBlanks().lowercased()
        let value = Self.withoutComment(text[text.index(after: equals)...])
        let indent = line.prefix(while: \.isWhitespace).count
        var key = own
        if let parent, indent > parent.indent { key = "\(parent.key).\(own)" } else { parent = (own, indent) }
        if !value.isEmpty { sections[section, default: [:]][key] = value }
    }

    /// A comment behind a value begins with a blank.
    private static func withoutComment(_ text: Substring) -> String {
        var value = text.trimmingBlanks()
        for mark in [" #", " ;", "\t#", "\t;"] {
            if let comment = value.firstRange(of: mark) {
                value = value[..<comment.lowerBound].trimmingBlanks()
            }
        }
        return value
    }
}

extension StringProtocol {
    func trimmingBlanks() -> String {
        var rest = self[...].drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }
}
