/// What a tool's exit status means: the same in all five, and in `dump-queue`.
///
/// The numbers are those of sysexits.h, so that a script can tell "try again" from "mend this".
package struct ExitStatus: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let done = ExitStatus(rawValue: 0)
    package static let usage = ExitStatus(rawValue: 64)
    package static let badData = ExitStatus(rawValue: 65)
    package static let unavailable = ExitStatus(rawValue: 69)
    package static let bug = ExitStatus(rawValue: 70)
    package static let inputOutput = ExitStatus(rawValue: 74)
    /// A conflict or a throttle: the same call may succeed later.
    package static let tryAgain = ExitStatus(rawValue: 75)
    package static let accessDenied = ExitStatus(rawValue: 77)
    package static let configuration = ExitStatus(rawValue: 78)
    /// The reader of standard output went away; 128 + SIGPIPE.
    package static let brokenPipe = signal(13)

    /// Ended by a signal, in good order.
    package static func signal(_ number: Int32) -> ExitStatus { ExitStatus(rawValue: 128 + number) }

    /// Of several failures the one that an operator should see first.
    private static let precedence = [
        bug, configuration, accessDenied, inputOutput, unavailable, badData, tryAgain,
    ]

    package static func worst(of statuses: some Sequence<ExitStatus>) -> ExitStatus {
        let seen = Set(statuses)
        return precedence.first(where: seen.contains) ?? seen.first { $0 != .done } ?? .done
    }
}
