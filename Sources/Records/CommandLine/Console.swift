/// The tool's voice: one line a message on standard error, led by the tool's name.
///
/// Standard output carries records only. Each line is one write, so that the lines of several
/// tools on one terminal do not mix.
package struct Console: Sendable {
    package enum Level: Int, Sendable { case quiet, normal, verbose }

    package let tool: String
    package let level: Level

    package init(tool: String, level: Level = .normal) {
        self.tool = tool
        self.level = level
    }

    /// Something failed; shown always.
    package func error(_ message: String, advice: String? = nil) {
        line(message)
        if let advice { line(advice) }
    }

    package func error(_ error: any ReportableError) {
        self.error(error.message, advice: error.advice)
    }

    /// Something the operator should know; shown unless quiet.
    package func notice(_ message: String) {
        if level != .quiet { line(message) }
    }

    /// Detail; shown when verbose.
    package func detail(_ message: @autoclosure () -> String) {
        if level == .verbose { line(message()) }
    }

    private func line(_ message: String) {
        Console.write("\(tool): \(message)\n")
    }

    /// There is nobody to tell when standard error itself fails.
    static func write(_ text: String) {
        var text = text
        text.withUTF8 { try? System.write(System.standardError, UnsafeRawBufferPointer($0)) }
    }
}
