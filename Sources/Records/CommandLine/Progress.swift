/// How far long work has come: a line that renews itself on a terminal, elsewhere a line every
/// half minute. Silent for anything that takes less than a second, and when the console is quiet.
package struct Progress {
    private let console: Console
    private let interval: UInt64
    private let isTerminal: Bool
    private let start = System.monotonicNanoseconds()
    private var next: UInt64
    private var isShown = false

    package init(_ console: Console) {
        self.console = console
        isTerminal = System.isTerminal(System.standardError)
        interval = isTerminal ? 200_000_000 : 30_000_000_000
        next = start + (isTerminal ? 1_000_000_000 : interval)
    }

    /// To be called as often as is convenient; it formats and writes only when it is time.
    package mutating func update(_ text: () -> String) {
        guard console.level != .quiet else { return }
        let now = System.monotonicNanoseconds()
        guard now >= next else { return }
        next = now + interval
        if isTerminal {
            isShown = true
            Console.write("\r\u{1b}[K\(console.tool): \(text())")
        } else {
            console.notice(text())
        }
    }

    /// The same for work whose speed matters: its bar, its rate, and the time left where that is known.
    ///
    /// - Parameters:
    ///   - done: of these units, of all those if they are known.
    ///   - unit: such as "MiB".
    package mutating func update(_ what: String, _ done: Int, of total: Int?, _ unit: String) {
        let seconds = Double(System.monotonicNanoseconds() - start) / 1e9
        update { "\(what), \(Self.bar(done, of: total)) \(unit)\(Self.pace(done, of: total, unit, seconds))" }
    }

    /// ", 210 MiB/s, 12 s left"; nothing where it cannot be told yet.
    static func pace(_ done: Int, of total: Int?, _ unit: String, _ seconds: Double) -> String {
        guard done > 0, seconds > 0 else { return "" }
        let rate = Double(done) / seconds
        var text = ", \(Int(rate.rounded())) \(unit)/s"
        if let total, total >= done { text += ", \(Int((Double(total - done) / rate).rounded(.up))) s left" }
        return text
    }

    /// Clears the line; to be called before anything else is said.
    package mutating func clear() {
        if isShown { Console.write("\r\u{1b}[K") }
        isShown = false
    }

    /// "[#####.....] 1800/3600", or only the count where the total is unknown.
    package static func bar(_ done: Int, of total: Int?) -> String {
        guard let total, total > 0 else { return "\(done)" }
        let filled = min(20, done * 20 / total)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
        return "[\(bar)] \(done)/\(total)"
    }
}
