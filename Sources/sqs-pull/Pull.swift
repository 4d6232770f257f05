import AWS
import Records

/// Several long polls at once, until each has come back empty or a bound is met.
actor Pull {
    /// Why no more is asked for.
    enum End: Equatable {
        case drained
        case maxMessages
        case maxSeconds
        /// About 120,000 messages are in flight: SQS gives out no more before some are deleted.
        case overLimit
        case failed
        case signal(Int32)
    }

    private let queue: any Queue
    private let bounds: PullBounds
    private let handover: Handover
    private let console: Console
    private let deadline: UInt64
    private var end: End?
    private var failure: (any ReportableError)?
    private var received = 0
    /// Messages asked for by polls that are under way.
    private var askedFor = 0
    private var polls: Task<Void, Never>?

    /// How long polls that are under way may still bring something after a signal.
    private static let grace = Duration.milliseconds(500)

    init(_ queue: any Queue, _ bounds: PullBounds, _ handover: Handover, _ console: Console) {
        self.queue = queue
        self.bounds = bounds
        self.handover = handover
        self.console = console
        deadline = System.monotonicNanoseconds() + UInt64(bounds.seconds) * 1_000_000_000
    }

    /// Receives until the end, whatever that is; does not throw, as what was handed on counts.
    func run() async -> PullOutcome {
        let attributes = await describeQueue()
        if end == nil {
            let polls = Task { [bounds] in
                await withTaskGroup { group in
                    for _ in 0..<bounds.concurrency { group.addTask { await self.pollUntilEmpty() } }
                }
            }
            self.polls = polls
            await polls.value
        }
        await handover.finish()
        return await PullOutcome(
            end: end ?? .drained, counts: handover.counts, failure: failure, attributes: attributes,
            visibilitySeconds: bounds.visibilitySeconds)
    }

    /// No more is asked for; what the polls under way bring in the next moment is handed on.
    func stop(bySignal number: Int32) async {
        end = .signal(number)
        try? await Task.sleep(for: Self.grace)  // never cancelled: the task is nobody's
        polls?.cancel()
    }

    /// What the queue says of itself; nil where that may not be asked.
    private func describeQueue() async -> QueueAttributes? {
        do {
            let attributes = try await queue.attributes()
            await handover.expect(attributes.waiting)
            if !attributes.hasDeadLetterQueue {
                console.notice(
                    "the queue has no dead-letter queue: messages that stay in it are lost at their retention's end"
                )
            }
            return attributes
        } catch  where error.httpStatus != nil {
            console.detail("the queue's attributes are unknown: \(error.message)")
        } catch {
            fail(error)
        }
        return nil
    }

    private func pollUntilEmpty() async {
        while let (count, wait) = nextPoll() {
            let visibleAt = UTCTime.now.adding(seconds: bounds.visibilitySeconds)
            askedFor += count
            defer { askedFor -= count }
            do {
                let batch = try await queue.receive(
                    wait: wait, visibility: bounds.visibilitySeconds, atMost: count)
                received += batch.messages.count
                try await handover.hand(on: batch, visibleAt: visibleAt)
                if batch.messages.isEmpty { return }
            } catch let error as AWSError where error.code == "OverLimit" {
                console.notice("too many messages of this queue are in flight: no more can be received")
                end = end ?? .overLimit
            } catch let error as any ReportableError {
                fail(error)
            } catch {
                fail(Failure(.bug, "\(error)"))
            }
        }
    }

    /// How many messages the next poll asks for and how long it waits; nil when none is to go out.
    private func nextPoll() -> (count: Int, wait: Int)? {
        guard end == nil else { return nil }
        let now = System.monotonicNanoseconds()
        guard now < deadline else {
            end = .maxSeconds
            return nil
        }
        guard received < bounds.messages else {
            end = .maxMessages
            return nil
        }
        let left = bounds.messages - received - askedFor
        guard left > 0 else { return nil }
        let secondsLeft = Int((deadline - now) / 1_000_000_000) + 1
        return (min(left, queueBatchSize), min(bounds.waitSeconds, secondsLeft))
    }

    /// The first failure ends the pull; polls cancelled because of it are none.
    private func fail(_ error: any ReportableError) {
        if case .signal = end { return }
        end = .failed
        if failure == nil { failure = error }
        if error.status == .brokenPipe { polls?.cancel() }
    }
}
