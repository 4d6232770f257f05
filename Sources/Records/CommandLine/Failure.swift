/// An error that knows its exit status and its one line for the operator.
package protocol ReportableError: Error {
    var status: ExitStatus { get }
    /// "what failed, on which thing: why", without the tool's name and without any secret.
    var message: String { get }
    /// What to do about it, where that is known.
    var advice: String? { get }
}

extension ReportableError {
    package var advice: String? { nil }
}

/// The failure of a whole run that no more special type describes.
package struct Failure: ReportableError, Equatable {
    package let status: ExitStatus
    package let message: String
    package let advice: String?

    package init(_ status: ExitStatus, _ message: String, advice: String? = nil) {
        self.status = status
        self.message = message
        self.advice = advice
    }

    /// A failed system call: `action` is a verb, `path` the thing it was done to.
    package static func inputOutput(_ action: String, _ path: String, _ errno: Errno) -> Failure {
        Failure(.inputOutput, "cannot \(action) \(escaped(path)): \(errno)")
    }
}
