package import ArgumentParser

/// What the five programs have in common: flags, and one call that does the work.
///
/// The work counts into `statistics`, which is written whatever happens. It returns the exit
/// status of a run that came to its end, soft failures included, and throws the
/// `ReportableError` that ended it.
package protocol AnyTool: ParsableCommand {
    var common: CommonOptions { get }
}

/// A program that waits for the network.
package protocol Tool: AnyTool {
    func work(_ console: Console, _ statistics: inout Statistics) async throws -> ExitStatus
}

/// A program that does not: it starts in half the time, as nothing of Swift's concurrency does.
package protocol Filter: AnyTool {
    func work(_ console: Console, _ statistics: inout Statistics) throws -> ExitStatus
}

extension Tool {
    package static func main() async {
        let tool = parsed()
        let console = tool.console
        var statistics = Statistics()
        let status: ExitStatus
        do { status = try await tool.work(console, &statistics) } catch { status = report(error, console) }
        tool.end(status, statistics, console)
    }
}

extension Filter {
    package static func main() {
        let tool = parsed()
        let console = tool.console
        var statistics = Statistics()
        let status: ExitStatus
        do { status = try tool.work(console, &statistics) } catch { status = report(error, console) }
        tool.end(status, statistics, console)
    }
}

/// Everything that can begin or end a tool goes through here, and no other place turns an error
/// into a status.
extension AnyTool {
    private static var name: String { configuration.commandName ?? "\(Self.self)" }

    fileprivate static func parsed() -> Self {
        System.ignoreWriteSignals()
        System.fillStandardStreams()
        do {
            var command = try parseAsRoot()
            // `--help` parses as a command of the parser's own, whose run throws the text.
            if !(command is Self) { try command.run() }
            guard let parsed = command as? Self else { System.exit(ExitStatus.bug.rawValue) }
            return parsed
        } catch {
            endBeforeWork(name, error)
        }
    }

    fileprivate var console: Console {
        Console(tool: Self.name, level: common.verbose ? .verbose : common.quiet ? .quiet : .normal)
    }

    fileprivate static func report(_ error: any Error, _ console: Console) -> ExitStatus {
        guard let error = error as? any ReportableError else {
            console.error("a bug: \(visible("\(error)"))")
            return .bug
        }
        if error.status != .brokenPipe { console.error(error) }
        return error.status
    }

    fileprivate func end(_ status: ExitStatus, _ statistics: Statistics, _ console: Console) -> Never {
        var status = status
        if let path = common.stats {
            do {
                let writer = LineWriter(try File.replacing(path))
                try writer.write(statistics)
                try writer.flush()
            } catch {
                console.error(error)
                status = status == .done ? .inputOutput : status
            }
        }
        System.exit(status.rawValue)
    }

    /// `--help` and `--version` go to standard output, everything else is a usage error.
    private static func endBeforeWork(_ name: String, _ error: any Error) -> Never {
        let console = Console(tool: name)
        guard exitCode(for: error) == .success else {
            console.error(
                message(for: error).replacing("\n", with: " "),
                advice: "try '\(name) --help' for more information")
            System.exit(ExitStatus.usage.rawValue)
        }
        do {
            let writer = LineWriter(.standardOutput)
            try writer.write(Array("\(fullMessage(for: error))\n".utf8))
            try writer.flush()
        } catch {
            if error.status != .brokenPipe { console.error(error) }
            System.exit(error.status.rawValue)
        }
        System.exit(ExitStatus.done.rawValue)
    }
}
