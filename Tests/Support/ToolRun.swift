/// How a program ended, and what it wrote.
package struct ToolRun: Sendable {
    /// The exit status as a shell has it: 128+n after a death by signal n.
    package let status: Int32
    /// The signal the program died of; nil when it exited, with whatever status.
    package let signal: Int32?
    package let out: [UInt8]
    package let err: String

    package var outText: String { String(decoding: out, as: UTF8.self) }

    /// The lines of stdout without their newlines; an unfinished last line counts.
    package var lines: [String] { splitLines(outText) }

    /// The same of stderr.
    package var errLines: [String] { splitLines(err) }
}

private func splitLines(_ text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
}

/// A program was still running when its time was up; it and its process group were killed.
package struct TimedOut: Error, CustomStringConvertible {
    package let tool: String
    package let seconds: Double
    package let out: String
    package let err: String

    package var description: String {
        """
        \(tool) was killed after \(seconds) s; it had written to stderr:
        \(err)
        and to stdout:
        \(out.prefix(2_000))
        """
    }
}

/// Runs one of the project's programs to its end.
///
/// - Parameters:
///   - tool: its name, looked for in ``toolsDirectory``; or a path with a slash.
///   - environment: all of its environment. Nothing is inherited.
///   - input: what it reads from stdin. It need not read it.
///   - timeout: seconds, then it is killed and ``TimedOut`` is thrown.
/// - Throws: also when it cannot be started, or writes more than 256 MiB. No exit status is an error here.
package func run(
    _ tool: String, _ arguments: [String] = [], environment: [String: String] = [:], input: [UInt8] = [],
    directory: String? = nil, timeout: Double = 120
) async throws -> ToolRun {
    try await withRunning(
        tool, arguments, environment: environment, directory: directory, timeout: timeout
    ) { running in
        await running.write(input)
    }
}

/// The same with text for input.
package func run(
    _ tool: String, _ arguments: [String] = [], environment: [String: String] = [:], input: String,
    directory: String? = nil, timeout: Double = 120
) async throws -> ToolRun {
    try await run(
        tool, arguments, environment: environment, input: Array(input.utf8), directory: directory,
        timeout: timeout)
}

/// Runs a bash script, as `bash -c`. Its PATH has the project's programs first, then the test run's own;
/// beyond that its environment is what is given. `directory` is the repository's top folder when nil.
package func shell(
    _ script: String, _ arguments: [String] = [], environment: [String: String] = [:], input: [UInt8] = [],
    directory: String? = nil, timeout: Double = 120
) async throws -> ToolRun {
    try await run(
        "/bin/bash", ["-c", script, "bash"] + arguments, environment: withToolsOnPath(environment),
        input: input, directory: directory ?? repositoryRoot, timeout: timeout)
}

/// The environment with a PATH that has the project's programs first; a PATH of its own is kept.
package func withToolsOnPath(_ environment: [String: String]) -> [String: String] {
    environment.merging(["PATH": "\(toolsDirectory):\(systemPath)"]) { own, _ in own }
}
