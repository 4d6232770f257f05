import AWS
import Records
import Support
import Synchronization
import Testing

@testable import s3_put
@testable import sqs_pull

/// What a test can put in the place of S3 and SQS, without a server.
@Suite struct StandInTests {
    // MARK: A bucket

    @Test func aPutWhoseAnswerWasLostIsSettledByTheBytes() async throws {
        let folder = try TemporaryDirectory()
        let day = try record(in: folder)
        let store = StandInStore(refusal: lost("PreconditionFailed"), object: Array(putBody.utf8))
        let result = await upload(to: store).run(day)
        #expect(result.record.status == .stored && result.record.etag == "\"stand-in\"")
        #expect(store.calls == ["put s3://bucket/events/20260101", "get s3://bucket/events/20260101"])
    }

    @Test func otherBytesAreAConflict() async throws {
        let folder = try TemporaryDirectory()
        let day = try record(in: folder)
        let store = StandInStore(refusal: lost("PreconditionFailed"), object: [1])
        #expect(await upload(to: store).run(day).record.status == .conflict)
    }

    @Test func aRaceOfTwoNewObjectsIsTriedAgain() async throws {
        let folder = try TemporaryDirectory()
        let day = try record(in: folder)
        let store = StandInStore(refusal: lost("ConditionalRequestConflict", false), object: [])
        let result = await upload(to: store).run(day)
        #expect(result.record.status == .conflict && result.repeats == 3)
        #expect(store.calls.count { $0.hasPrefix("put") } == 4)
        #expect(store.calls.count { $0 == "pause" } == 3)
    }

    private func record(in folder: TemporaryDirectory) throws -> DayRecord {
        try folder.write("20260101", putBody)
        let line = PutDay.ifNoneMatch("proven").line(folder)
        return try #require(DayRecord(try JSONObject(Array(line.utf8))))
    }

    private func upload(to store: StandInStore) -> DayUpload {
        let policy = PutPolicy(storage: StorageOptions(), mayOverwrite: false, isUnconditional: false)
        return DayUpload(store: store, policy: policy)
    }

    private func lost(_ code: String, _ mayHaveLanded: Bool = true) -> AWSError {
        var error = AWSError(operation: "PutObject", resource: "it", code: code, httpStatus: 409)
        error.mayHaveLanded = mayHaveLanded
        return error
    }

    // MARK: A queue

    @Test func eachPollComesBackEmptyOnce() async throws {
        let queue = StandInQueue()
        let outcome = try await pull(queue, concurrency: 3)
        #expect(outcome.end == .drained && outcome.failure == nil)
        #expect(queue.waits.withLock { $0 } == [7, 7, 7])
        #expect(outcome.attributes?.waiting == 5)
    }

    @Test func aRefusalEndsThePull() async throws {
        let refusal = AWSError(
            operation: "ReceiveMessage", resource: "it", code: "AccessDenied", httpStatus: 403)
        let outcome = try await pull(StandInQueue(refusal: refusal), concurrency: 1)
        #expect(outcome.end == .failed && outcome.failure?.status == .accessDenied)
    }

    @Test func moreThanMayBeInFlightEndsItWithoutAFailure() async throws {
        let refusal = AWSError(
            operation: "ReceiveMessage", resource: "it", code: "OverLimit", httpStatus: 400)
        let outcome = try await pull(StandInQueue(refusal: refusal), concurrency: 2)
        #expect(outcome.end == .overLimit && outcome.failure == nil)
    }

    private func pull(_ queue: StandInQueue, concurrency: Int) async throws -> PullOutcome {
        let folder = try TemporaryDirectory()
        let console = Console(tool: "tests", level: .quiet)
        let bounds = PullBounds(
            messages: 100, seconds: 60, waitSeconds: 7, visibilitySeconds: 30, concurrency: concurrency)
        let spool = try File.creating(folder.path("spool"))
        return await Pull(queue, bounds, Handover(queue.url, spool: spool, console), console).run()
    }
}

/// A bucket that refuses each put, and holds one object everywhere.
private final class StandInStore: ObjectStore {
    private let refusal: AWSError
    private let object: [UInt8]
    private let log = Mutex<[String]>([])

    var calls: [String] { log.withLock { $0 } }

    init(refusal: AWSError, object: [UInt8]) {
        self.refusal = refusal
        self.object = object
    }

    func get(_ url: S3URL, into destination: any ObjectDestination) async throws(AWSError) -> ObjectState {
        log.withLock { $0.append("get \(url)") }
        try? destination.restart()
        object.withUnsafeBytes { try? destination.write($0) }
        return .found(etag: "\"stand-in\"")
    }

    func probe(_ url: S3URL) async throws(AWSError) { log.withLock { $0.append("probe \(url)") } }

    func put(
        _ upload: DayRecord.Upload, from file: File, to url: S3URL, if condition: DayRecord.Condition?,
        options: StorageOptions
    ) async throws(AWSError) -> String {
        log.withLock { $0.append("put \(url)") }
        throw refusal
    }

    func keepsConditions(_ url: S3URL) async throws(AWSError) -> Bool { true }

    func pause(beforeAttempt attempt: Int) async { log.withLock { $0.append("pause") } }
}

/// An empty queue, or one that refuses each receive.
private final class StandInQueue: Queue {
    let url = stubQueueURL
    let waits = Mutex<[Int]>([])
    private let refusal: AWSError?

    init(refusal: AWSError? = nil) { self.refusal = refusal }

    func receive(wait: Int, visibility: Int, atMost count: Int) async throws(AWSError) -> ReceivedBatch {
        waits.withLock { $0.append(wait) }
        if let refusal { throw refusal }
        return ReceivedBatch([])
    }

    func delete(_ receiptHandles: [String]) async throws(AWSError) -> [EntryOutcome] { [] }

    func changeVisibility(
        _ receiptHandles: [String], to seconds: Int
    ) async throws(AWSError) -> [EntryOutcome] { [] }

    func attributes() async throws(AWSError) -> QueueAttributes {
        QueueAttributes(waiting: 5, inFlight: 0, hasDeadLetterQueue: true)
    }
}
