import Foundation
import Subprocess

/// A running scripts/lib/local_aws.py: one line out, one line back, in order.
final class Bridge: Sendable {
    private struct Request {
        /// Nil for the greeting, which comes unasked.
        let line: [UInt8]?
        let answer: CheckedContinuation<[UInt8], any Error>
    }

    private let requests: AsyncStream<Request>.Continuation
    private let stream: AsyncStream<Request>

    init() {
        (stream, requests) = AsyncStream.makeStream(of: Request.self)
    }

    deinit {
        requests.finish()
    }

    /// Starts the process and returns the first line it writes. To be called once, before anything else.
    func start() async throws -> [UInt8] {
        Task.detached { [stream] in await Bridge.serve(stream) }
        return try await ask(nil)
    }

    /// Sends a line (without newline) and returns the line that answers it.
    func exchange(_ line: [UInt8]) async throws -> [UInt8] {
        try await ask(line)
    }

    private func ask(_ line: [UInt8]?) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { answer in
            requests.yield(Request(line: line, answer: answer))
        }
    }

    private static func serve(_ stream: AsyncStream<Request>) async {
        let script = """
            . "$1/scripts/lib/venv.sh" && python=$(local_aws_venv "$1") &&
                exec "$python" -B "$1/scripts/lib/local_aws.py"
            """
        var failure: any Error = ended
        do {
            _ = try await Subprocess.run(
                .name("bash"), arguments: ["-c", script, "bash", repositoryRoot],
                input: .inputWriter, output: .sequence, error: .currentStandardError
            ) { execution in
                var lines = LineReader(execution.standardOutput.makeAsyncIterator())
                for await request in stream {
                    do {
                        if let line = request.line {
                            _ = try await execution.standardInputWriter.write(line + [UInt8(ascii: "\n")])
                        }
                        request.answer.resume(returning: try await lines.next())
                    } catch {
                        request.answer.resume(throwing: error)
                        throw error
                    }
                }
            }
        } catch {
            failure = error
        }
        // Whoever still asks must not wait for ever.
        for await request in stream { request.answer.resume(throwing: failure) }
    }
}

/// The process that stands between the tests and the local AWS could not be started, has ended, or gave no
/// sensible answer. What it had to say is on stderr.
package struct BridgeFailed: Error {
    package let reason: String
}

private let ended = BridgeFailed(reason: "it ended; see stderr")

private struct LineReader {
    private var source: SubprocessOutputSequence.Iterator
    private var rest: [UInt8] = []

    init(_ source: SubprocessOutputSequence.Iterator) {
        self.source = source
    }

    mutating func next() async throws -> [UInt8] {
        var searched = 0
        while true {
            if let end = newline(from: searched) {
                defer { rest.removeFirst(end + 1) }
                return Array(rest[..<end])
            }
            searched = rest.count
            guard let buffer = try await source.next() else { throw ended }
            buffer.withUnsafeBytes { rest.append(contentsOf: $0) }
        }
    }

    /// By memchr(3), since an object of many megabytes comes as one line, and a debug build's loop is slow.
    private func newline(from start: Int) -> Int? {
        rest.withUnsafeBytes { bytes in
            let tail = UnsafeRawBufferPointer(rebasing: bytes[start...])
            guard let base = tail.baseAddress, let found = memchr(base, 0x0A, tail.count) else { return nil }
            return start + base.distance(to: UnsafeRawPointer(found))
        }
    }
}
