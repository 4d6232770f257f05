import AWS
import Records

/// How a pull ended, and what the operator is told.
struct PullOutcome: Sendable {
    let end: Pull.End
    let counts: PullCounts
    let failure: (any ReportableError)?
    let attributes: QueueAttributes?
    let visibilitySeconds: Int

    func status(_ console: Console) throws -> ExitStatus {
        if failure?.status != .brokenPipe {
            console.notice("\(counts.received) received, \(counts.damaged) damaged (\(reason))")
        }
        if counts.received == 0, let inFlight = attributes?.inFlight, inFlight > 0 {
            console.notice("\(inFlight) messages are in flight: received by somebody and not yet deleted")
        }
        if let failure { throw failure }
        if case .signal(let number) = end { return .signal(number) }
        return .done
    }

    func record(in statistics: inout Statistics) {
        counts.record(in: &statistics)
        statistics.set("waiting", attributes?.waiting)
        statistics.set("inFlight", attributes?.inFlight)
        statistics.set("deadLetterQueue", attributes.map { $0.hasDeadLetterQueue ? "yes" : "no" })
        statistics.set("visibilityTimeout", visibilitySeconds)
        statistics.set("end", reason)
    }

    /// Of fixed phrases; a script reads it in the counts.
    private var reason: String {
        switch end {
        case .drained: "drained"
        case .maxMessages: "max-messages"
        case .maxSeconds: "max-seconds"
        case .overLimit: "over-limit"
        case .failed: "failed"
        case .signal: "signal"
        }
    }
}
