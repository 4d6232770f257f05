package import ArgumentParser

/// One of the five programs: its flags, and one call that does the work.
package protocol Tool: ParsableCommand {
    var common: CommonOptions { get }

    /// Does the work. Counts go into `statistics`, which is written whatever happens.
    ///
    /// - Returns: the exit status of a run that came to its end, soft failures included.
    /// - Throws: a `ReportableError` that ended the run.
    func work(_ console: Console, _ statistics: inout Statistics) async throws -> ExitStatus
}

extension Tool {
    /// The one main: everything that can end a tool goes through here, and no other place turns
    /// an error into a status.
    package static func main() async {
        System.ignoreBrokenPipes()
        let name = configuration.commandName ?? "\(Self.self)"
        let tool: Self
        do {
            var command = try parseAsRoot()
            // `--help` parses as a command of the parser's own, whose run throws the text.
            if !(command is Self) { try command.run() }
            guard let parsed = command as? Self else { System.exit(ExitStatus.bug.rawValue) }
            tool = parsed
        } catch {
            endBeforeWork(name, error)
        }
        let level: Console.Level = tool.common.verbose ? .verbose : tool.common.quiet ? .quiet : .normal
        let console = Console(tool: name, level: level)
        var statistics = Statistics()
        var status = await outcome(of: tool, console, &statistics)
        if let path = tool.common.stats {
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

    private static func outcome(
        of tool: Self, _ console: Console, _ statistics: inout Statistics
    ) async -> ExitStatus {
        do {
            return try await tool.work(console, &statistics)
        } catch let error as any ReportableError {
            if error.status != .brokenPipe { console.error(error) }
            return error.status
        } catch {
            console.error("a bug: \(visible("\(error)"))")
            return .bug
        }
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
