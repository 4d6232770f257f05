import Foundation
import Subprocess
import Synchronization

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// A program while it runs, valid inside the closure of `withRunning`.
package final class RunningTool: Sendable {
    /// It leads a process group of its own, so this is also the group's id.
    package let pid: Int32

    private let writer: StandardInputWriter
    private let written: Written

    fileprivate init(pid: Int32, writer: StandardInputWriter, written: Written) {
        self.pid = pid
        self.writer = writer
        self.written = written
    }

    /// What it wrote to stdout so far.
    package var out: [UInt8] { written.out.bytes }

    /// What it wrote to stderr so far.
    package var err: String { written.err.text }

    /// Gives it bytes on stdin; returns when the pipe has taken them. A program that reads no more is no
    /// error.
    package func write(_ bytes: [UInt8]) async {
        _ = try? await writer.write(bytes)
    }

    package func write(_ text: String) async {
        await write(Array(text.utf8))
    }

    /// Ends its stdin. Happens by itself when the closure returns.
    package func closeInput() async {
        try? await writer.finish()
    }

    /// Sends a signal to it alone, as a CI runner does, or to its whole group, as Ctrl-C does. A program that
    /// has ended gets none.
    package func send(_ signal: Int32, toGroup: Bool = false) {
        kill(toGroup ? -pid : pid, signal)
    }

    /// Waits until a condition on this program holds, looking every 5 ms.
    ///
    /// - Throws: ``NeverCame`` when it does not hold within `seconds`, and what the condition throws.
    package func wait(
        seconds: Double = 30, until condition: (RunningTool) async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try await !condition(self) {
            guard ContinuousClock.now < deadline else { throw NeverCame(seconds: seconds, err: err) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// What a test waited for did not come about.
package struct NeverCame: Error {
    package let seconds: Double
    /// What the program had written to stderr by then.
    package let err: String
}

/// Runs a program and, while it runs, the closure; then ends its stdin and waits for it.
///
/// The parameters are those of `run`. The timeout is for the whole, the closure's time included. When the
/// closure throws, the program is killed.
package func withRunning(
    _ tool: String, _ arguments: [String] = [], environment: [String: String] = [:],
    directory: String? = nil, timeout: Double = 120,
    body: @escaping @Sendable (RunningTool) async throws -> Void
) async throws -> ToolRun {
    _ = brokenPipesAreErrors
    let configuration = Configuration(
        executable: .path(FilePath(tool.contains("/") ? tool : "\(toolsDirectory)/\(tool)")),
        arguments: Arguments(arguments),
        environment: .custom(environment.asEnvironment),
        workingDirectory: directory.map { FilePath($0) },
        platformOptions: .ownGroup)
    let written = Written()
    return try await withThrowingTaskGroup(of: ToolRun?.self) { group in
        group.addTask { try await run(configuration, written, body) }
        group.addTask {
            try await Task.sleep(for: .seconds(timeout))
            return nil
        }
        // Leaving this scope cancels what still runs, and Subprocess then kills the program.
        defer { group.cancelAll() }
        if let finished = try await group.next() ?? nil { return finished }
        throw TimedOut(tool: tool, seconds: timeout, out: written.out.text, err: written.err.text)
    }
}

private func run(
    _ configuration: Configuration, _ written: Written, _ body: (RunningTool) async throws -> Void
) async throws -> ToolRun {
    let result = try await Subprocess.run(
        configuration, input: .inputWriter, output: .sequence, error: .sequence
    ) { execution in
        let running = RunningTool(
            pid: execution.processIdentifier.value, writer: execution.standardInputWriter, written: written)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await written.out.collect(execution.standardOutput) }
            group.addTask { try await written.err.collect(execution.standardError) }
            try await body(running)
            await running.closeInput()
            try await group.waitForAll()
        }
    }
    switch result.terminationStatus {
    case .exited(let code):
        return ToolRun(status: code, signal: nil, out: written.out.bytes, err: written.err.text)
    case .signaled(let signal):
        return ToolRun(status: 128 + signal, signal: signal, out: written.out.bytes, err: written.err.text)
    }
}

/// A program that closes its stdin early must not end the test run by SIGPIPE. The programs are not affected:
/// Subprocess starts them with every signal at its default.
private let brokenPipesAreErrors: Void = { signal(SIGPIPE, SIG_IGN) }()

/// The two streams of a program, as far as they have come.
private final class Written: Sendable {
    let out = Stream()
    let err = Stream()

    final class Stream: Sendable {
        private let taken = Mutex<[UInt8]>([])

        var bytes: [UInt8] { taken.withLock { $0 } }
        var text: String { String(decoding: bytes, as: UTF8.self) }

        func collect(_ stream: SubprocessOutputSequence) async throws {
            for try await buffer in stream {
                try taken.withLock { bytes in
                    guard bytes.count + buffer.count <= 256 << 20 else { throw TooMuchOutput() }
                    buffer.withUnsafeBytes { bytes.append(contentsOf: $0) }
                }
            }
        }
    }
}

private struct TooMuchOutput: Error {}

extension [String: String] {
    fileprivate var asEnvironment: [Environment.Key: String] {
        [Environment.Key: String](uniqueKeysWithValues: map { (Environment.Key(stringLiteral: $0), $1) })
    }
}

extension PlatformOptions {
    /// A process group of its own, so that a kill reaches what a script has started.
    fileprivate static var ownGroup: PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)
        ]
        return options
    }
}
