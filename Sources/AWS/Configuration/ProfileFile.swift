import Records

/// A file of AWS profiles: sections in brackets, `key = value` lines, comments.
///
/// Source: "Shared config and credentials files" in the AWS SDKs and Tools reference guide. Lines
/// that are indented under a key belong to it and are not read.
struct ProfileFile {
    /// Values by section, as the brackets name it, and by key in lower case.
    private(set) var sections: [String: [String: String]] = [:]

    /// An unreadable file has no sections: it is one of several places to look.
    init(path: String) {
        guard let file = try? File.reading(path) else { return }
        var section: String?
        let reader = LineReader(file)
        while let line = try? reader.next() {
            if let text = line.text { parse(String(decoding: text, as: UTF8.self), &section) }
        }
    }

    private mutating func parse(_ line: String, _ section: inout String?) {
        guard let first = line.first, first != "#", first != ";" else { return }
        if first == "[" {
            guard let end = line.firstIndex(of: "]") else { return }
            let words = line[line.index(after: line.startIndex)..<end].split(whereSeparator: \.isWhitespace)
            section = words.joined(separator: " ")
            if let section { sections[section] = sections[section] ?? [:] }
            return
        }
        guard !first.isWhitespace, let section, let equals = line.firstIndex(of: "=") else { return }
        let key = line[..<equals].trimmingBlanks().lowercased()
        var value = line[line.index(after: equals)...].trimmingBlanks()
        // A comment behind a value begins with a blank.
        for mark in [" #", " ;", "\t#", "\t;"] {
            if let comment = value.firstRange(of: mark) {
                value = String(value[..<comment.lowerBound]).trimmingBlanks()
            }
        }
        if !value.isEmpty { sections[section, default: [:]][key] = value }
    }
}

extension StringProtocol {
    func trimmingBlanks() -> String {
        var rest = self[...].drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }
}
