import AWS
import Records

/// What a pull received.
struct PullCounts: Sendable {
    private(set) var received = 0
    private(set) var damaged = 0
    private(set) var bytes = 0
    private(set) var polls = 0
    /// In milliseconds since 1970.
    private(set) var oldestSent: Int64?

    mutating func count(_ messages: [ReceivedMessage]) {
        polls += 1
        received += messages.count
        damaged += messages.count { !$0.isIntact }
        bytes += messages.reduce(0) { $0 + $1.line.count }
        for sent in messages.compactMap(\.sent) { oldestSent = min(oldestSent ?? sent, sent) }
    }

    func record(in statistics: inout Statistics) {
        statistics.set("received", received)
        statistics.set("damaged", damaged)
        statistics.set("bytes", bytes)
        statistics.set("polls", polls)
        statistics.set("oldestSent", oldestSent.map { Int($0) })
    }
}
