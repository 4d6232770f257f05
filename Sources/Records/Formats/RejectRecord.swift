/// A line of `event-scrub --rejects`: a line that could not be used, as it came.
package struct RejectRecord: Record {
    private let file: String?
    private let number: Int
    private let reason: String
    private let message: [UInt8]

    /// - Parameters:
    ///   - file: the input's name where there are several.
    ///   - line: its number in that input, from 1.
    ///   - reason: a fixed phrase.
    ///   - message: JSON.
    package init(file: String?, line: Int, reason: String, message: [UInt8]) {
        self.file = file
        number = line
        self.reason = reason
        self.message = message
    }

    package func line() -> [UInt8] {
        var builder = JSONBuilder()
        builder.add("file", file)
        builder.add("line", number)
        builder.add("reason", reason)
        builder.add("message", raw: message)
        return builder.object
    }
}
