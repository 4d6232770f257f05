/// Where a service is: scheme, host, port and perhaps a path in front of all others.
package struct Endpoint: Equatable, Sendable {
    package let scheme: String
    /// Without port; an IPv6 address keeps its brackets.
    package var host: String
    package let port: Int?
    /// Empty, or beginning with a slash and not ending with one.
    package let path: String

    package init(scheme: String = "https", host: String, port: Int? = nil, path: String = "") {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
    }

    /// Reads "https://host[:port][/path]"; nil for anything else, a user's name in it included.
    package init?(_ url: String) {
        guard let mark = url.range(of: "://") else { return nil }
        let scheme = url[..<mark.lowerBound].lowercased()
        let rest = url[mark.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard ["http", "https"].contains(scheme), !authority.isEmpty, !authority.contains("@") else {
            return nil
        }
        var host = authority
        var port: Int?
        if let colon = authority.lastIndex(of: ":"), authority.last != "]" {
            guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number)
            else {
                return nil
            }
            host = authority[..<colon]
            port = number
        }
        let path = rest.dropFirst(authority.count).prefix { $0 != "?" && $0 != "#" }
        guard !host.isEmpty else { return nil }
        self.init(scheme: scheme, host: String(host), port: port, path: String(path.trimmingSuffix("/")))
    }

    /// The value of the Host header.
    package var authority: String {
        let standard = scheme == "https" ? 443 : 80
        return if let port, port != standard { "\(host):\(port)" } else { host }
    }

    /// Only letters, digits, dots and colons, as in 127.0.0.1 or [::1].
    var isAddress: Bool {
        host.hasPrefix("[") || host.split(separator: ".").allSatisfy { Int($0) != nil }
    }
}

extension StringProtocol {
    /// The range of the first such part.
    func range(of part: String) -> Range<Index>? { firstRange(of: part) }

    /// Without these characters at the end.
    func trimmingSuffix(_ character: Character) -> SubSequence {
        var rest = self[...]
        while rest.last == character { rest = rest.dropLast() }
        return rest
    }
}
