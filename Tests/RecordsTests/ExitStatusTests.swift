import Records
import Testing

@Suite struct ExitStatusTests {
    // Swift Testing has one of this name, too.
    private typealias ExitStatus = Records.ExitStatus

    /// The order of the contract.
    private static let order: [ExitStatus] = [
        .bug, .configuration, .accessDenied, .inputOutput, .unavailable, .badData, .tryAgain,
    ]

    @Test func theNumbersAreThoseOfSysexits() {
        #expect(Self.order.map(\.rawValue) == [70, 78, 77, 74, 69, 65, 75])
        #expect(ExitStatus.done.rawValue == 0 && ExitStatus.usage.rawValue == 64)
        #expect(ExitStatus.signal(15).rawValue == 143 && ExitStatus.brokenPipe.rawValue == 141)
    }

    @Test func theFirstThatAppliesIsTheWorst() {
        for (rank, status) in Self.order.enumerated() {
            let others = Self.order[rank...] + [.done]
            #expect(ExitStatus.worst(of: others.reversed()) == status)
            #expect(ExitStatus.worst(of: Array(others)) == status)
            #expect(ExitStatus.worst(of: [.done, status, .done, status]) == status)
        }
    }

    @Test func nothingBadIsDone() {
        #expect(ExitStatus.worst(of: []) == .done)
        #expect(ExitStatus.worst(of: [.done, .done]) == .done)
        // One that has no rank is still no success.
        #expect(ExitStatus.worst(of: [.done, .signal(15)]) == .signal(15))
    }
}
