/// How far long work has come: a line that renews itself on a terminal, elsewhere a line every
/// half minute. Silent for anything that takes less than a second, and when the console is quiet.
package struct Progress {
    private let console: Console
    private let interval: UInt64
    private let isTerminal: Bool
    private var next: UInt64
    private var isShown = false

    package init(_ console: Console) {
        self.console = console
        isTerminal = System.isTerminal(System.standardError)
        interval = isTerminal ? 200_000_000 : 30_000_000_000
        next = System.monotonicNanoseconds() + (isTerminal ? 1_000_000_000 : interval)
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
