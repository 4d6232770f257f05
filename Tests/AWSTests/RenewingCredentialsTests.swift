import Records
import Support
import Synchronization
import Testing

@testable import AWS

/// When keys are renewed, and what becomes of requests meanwhile. Time is the real clock's.
@Suite struct RenewingCredentialsTests {
    @Test(arguments: [nil, 3600, 16 * 60])
    func keysThatHoldAreKept(_ seconds: Int?) async throws {
        let source = CountingSource([.keys(endingIn: seconds)])
        let renewing = RenewingCredentials(source)
        for _ in 0..<5 { #expect(try await renewing.credentials().accessKeyID == "AKID1") }
        #expect(source.count == 1)
    }

    @Test func nothingIsAskedBeforeAnybodyAsks() async throws {
        let source = CountingSource([.keys(endingIn: nil)])
        let renewing = RenewingCredentials(source)
        try await Task.sleep(for: .milliseconds(20))
        #expect(source.count == 0)
        _ = renewing
    }

    /// In the last 15 minutes, and not for each request: at most half of what was left goes by first.
    @Test func keysAreRenewedBeforeTheyEnd() async throws {
        let source = CountingSource([.keys(endingIn: 5), .keys(endingIn: 3600)])
        let renewing = RenewingCredentials(source)
        #expect(try await renewing.credentials().accessKeyID == "AKID1")
        #expect(try await renewing.credentials().accessKeyID == "AKID1")
        try await Task.sleep(for: .milliseconds(2550))
        #expect(try await renewing.credentials().accessKeyID == "AKID2")
        #expect(try await renewing.credentials().accessKeyID == "AKID2")
        #expect(source.count == 2)
    }

    @Test func endedKeysAreRenewed() async throws {
        let source = CountingSource([.keys(endingIn: 2), .keys(endingIn: 3600)])
        let renewing = RenewingCredentials(source)
        _ = try await renewing.credentials()
        try await Task.sleep(for: .milliseconds(2050))
        #expect(try await renewing.credentials().accessKeyID == "AKID2")
    }

    // MARK: Many at once

    @Test func manyWhoHaveNoneCauseOneLoad() async throws {
        let source = CountingSource([.keys(endingIn: 3600)], pause: .milliseconds(100))
        let ids = try await askAtOnce(RenewingCredentials(source), 100)
        #expect(ids == Array(repeating: "AKID1", count: 100))
        #expect(source.count == 1)
    }

    @Test func manyWhoWaitShareOneFailure() async throws {
        let source = CountingSource([.failure], pause: .milliseconds(100))
        let renewing = RenewingCredentials(source)
        await #expect(throws: Failure.self) { _ = try await askAtOnce(renewing, 100) }
        #expect(source.count == 1)
    }

    /// But for the one that renews, all go on with the keys in hand.
    @Test func nobodyWaitsForARenewalWhileKeysHold() async throws {
        let source = CountingSource([.keys(endingIn: 4), .keys(endingIn: 3600)])
        let renewing = RenewingCredentials(source)
        _ = try await renewing.credentials()
        try await Task.sleep(for: .milliseconds(2100))
        source.slowDown(to: .milliseconds(600))
        let first = Task { try await renewing.credentials().accessKeyID }
        try await Task.sleep(for: .milliseconds(50))
        let start = ContinuousClock.now
        let ids = try await askAtOnce(renewing, 100)
        #expect(ContinuousClock.now - start < .milliseconds(500))
        #expect(ids == Array(repeating: "AKID1", count: 100))
        #expect(try await first.value == "AKID2")
        #expect(source.count == 2)
    }

    // MARK: Sources in trouble

    /// And is not tried again for each request.
    @Test func aRenewalThatFailsKeepsKeysThatHold() async throws {
        let source = CountingSource([.keys(endingIn: 5), .failure])
        let renewing = RenewingCredentials(source)
        _ = try await renewing.credentials()
        try await Task.sleep(for: .milliseconds(2550))
        for _ in 0..<5 { #expect(try await renewing.credentials().accessKeyID == "AKID1") }
        #expect(source.count == 2)
    }

    @Test func endedKeysAndAFailingSourceAreAFailure() async throws {
        let source = CountingSource([.keys(endingIn: 2), .failure, .failure, .keys(endingIn: 3600)])
        let renewing = RenewingCredentials(source)
        _ = try await renewing.credentials()
        try await Task.sleep(for: .milliseconds(2050))
        let before = source.count
        await #expect(throws: Failure.self) { _ = try await renewing.credentials() }
        #expect(source.count == before + 1)
        // Somebody may have logged in meanwhile.
        for _ in 0..<5 where source.count < 3 { _ = try? await renewing.credentials() }
        #expect(try await renewing.credentials().accessKeyID == "AKID4")
    }

    @Test func aSourceThatFailedAtFirstIsAskedAgain() async throws {
        let source = CountingSource([.failure, .keys(endingIn: 3600)])
        let renewing = RenewingCredentials(source)
        await #expect(throws: Failure.self) { _ = try await renewing.credentials() }
        #expect(try await renewing.credentials().accessKeyID == "AKID2")
    }

    /// It has no better ones; whether they have ended is the service's to say.
    @Test(arguments: [-3600, -1, 0])
    func aSourceOfEndedKeysIsNotAskedForEachRequest(_ seconds: Int) async throws {
        let source = CountingSource([.keys(endingIn: seconds)])
        let renewing = RenewingCredentials(source)
        for _ in 0..<10 { #expect(try await renewing.credentials().accessKeyID == "AKID1") }
        #expect(source.count == 1)
    }

    private func askAtOnce(_ renewing: RenewingCredentials, _ count: Int) async throws -> [String] {
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<count { group.addTask { try await renewing.credentials().accessKeyID } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

/// Gives these answers one after the other, and the last one for ever; the keys are named AKID1, AKID2 …
private final class CountingSource: CredentialProvider {
    enum Answer {
        /// Seconds from when they are given; nil for keys that do not end.
        case keys(endingIn: Int?)
        case failure
    }

    private struct State {
        var count = 0
        var pause: Duration
    }

    private let answers: [Answer]
    private let state: Mutex<State>

    init(_ answers: [Answer], pause: Duration = .zero) {
        self.answers = answers
        state = Mutex(State(pause: pause))
    }

    var count: Int { state.withLock { $0.count } }

    func slowDown(to pause: Duration) { state.withLock { $0.pause = pause } }

    func credentials() async throws(Failure) -> Credentials {
        let now = state.withLock { state in
            state.count += 1
            return state
        }
        try? await Task.sleep(for: now.pause)
        switch answers[min(now.count, answers.count) - 1] {
        case .keys(let seconds):
            return Credentials(
                accessKeyID: "AKID\(now.count)", secretAccessKey: "HUSH",
                expiration: seconds.map { UTCTime.now.adding(seconds: $0) })
        case .failure: throw Failure(.unavailable, "the source is in trouble")
        }
    }
}
