import Foundation
import Support
import Synchronization
import Testing

/// SIGINT, SIGTERM and SIGHUP, to the script alone or to its group, end the chain wherever it is.
@Suite struct SignalTests {
    /// Where the chain is when the signal comes: a request of this kind hangs, as one to a service in trouble does.
    enum Moment: String, CaseIterable, Sendable {
        case attributes = "GetQueueAttributes"
        case pull = "ReceiveMessage"
        case merge = "GET"
        case put = "PUT"
        case ack = "DeleteMessageBatch"
        /// Between two attempts at a day in conflict: nothing hangs.
        case pause
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP], Moment.allCases)
    func aSignalEndsTheChain(_ signal: Int32, _ moment: Moment) async throws {
        for toGroup in [false, true] {
            let hung = Mutex(0)
            let stub = try StubAWS(pulls: 2) { request in
                if moment == .pause {
                    guard request.method == "PUT" else { return nil }
                    hung.withLock { $0 += 1 }
                    return StubReply(412, body: "<Error><Code>PreconditionFailed</Code></Error>")
                }
                guard request.operation == moment.rawValue else { return nil }
                hung.withLock { $0 += 1 }
                return StubReply(body: "{}", delay: 600)
            }
            let temporary = try TemporaryDirectory()
            let environment = stub.environment(["TMPDIR": temporary.path, "AWS_MAX_ATTEMPTS": "3"])
            // With anything of it left its standard error would stay open, and this would not come to its end.
            let run = try await withRunning(dumpQueuePath, environment: environment, timeout: 60) { running in
                try await running.wait { _ in hung.withLock { $0 } > 0 }
                if moment == .pause { try await running.wait { $0.err.contains(": conflict") } }
                running.send(signal, toGroup: toGroup)
            }
            #expect(run.status == 128 + signal && run.signal == nil, "\(run.err)")
            #expect(run.err.contains("dump-queue: ended by signal \(signal)"), "\(run.err)")
            #expect(try temporary.names.isEmpty)
            // Only what is stored is acknowledged: where nothing was put nothing is asked for.
            #expect(stub.deletes.isEmpty || moment == .ack)
        }
    }

    /// A cancelled job of a CI sends SIGINT, and SIGTERM when that did not help at once.
    @Test func aSecondSignalHarmsNothing() async throws {
        let stub = try StubAWS(pulls: 1) { $0.method == "PUT" ? StubReply(delay: 600) : nil }
        let temporary = try TemporaryDirectory()
        let environment = stub.environment(["TMPDIR": temporary.path])
        let run = try await withRunning(dumpQueuePath, environment: environment, timeout: 60) { running in
            try await running.wait { _ in stub.server.requests.contains { $0.method == "PUT" } }
            running.send(SIGINT)
            running.send(SIGTERM)
        }
        // Two that are there at once come in either order.
        #expect([130, 143].contains(run.status) && run.signal == nil, "\(run.err)")
        #expect(try temporary.names.isEmpty)
        #expect(stub.deletes.isEmpty)
    }
}
