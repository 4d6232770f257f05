import Records

/// How many lines came to what, and the names that were dropped most.
struct ScrubCounts {
    private(set) var read = 0
    private(set) var kept = 0
    private var bytes = 0
    /// Lines that the quick scan read alone.
    private var quick = 0
    private var rejected: [RejectReason: Int] = [:]
    private var hostnames = NameCounts()
    private var channels = NameCounts()
    private var events = NameCounts()

    var droppedTotal: Int { DropReason.allCases.reduce(0) { $0 + names($1).total } }
    var rejectedTotal: Int { rejected.values.reduce(0, +) }

    mutating func count(_ result: Scrubber.Result) {
        read += 1
        if result.isQuick { quick += 1 }
        switch result.outcome {
        case .kept: kept += 1
        case .dropped(let reason):
            switch reason {
            case .hostname: hostnames.count(result.droppedText)
            case .channel: channels.count(result.droppedText)
            case .event: events.count(result.droppedText)
            }
        case .rejected(let reason): rejected[reason, default: 0] += 1
        }
    }

    mutating func count(bytes: Int) { self.bytes += bytes }

    mutating func add(_ other: ScrubCounts) {
        read += other.read
        kept += other.kept
        bytes += other.bytes
        quick += other.quick
        rejected.merge(other.rejected, uniquingKeysWith: +)
        hostnames.add(other.hostnames)
        channels.add(other.channels)
        events.add(other.events)
    }

    /// The summary: a screen at most.
    func report(to console: Console) {
        guard console.level != .quiet else { return }
        console.notice("\(read) read, \(kept) kept, \(droppedTotal) dropped, \(rejectedTotal) rejected")
        for reason in DropReason.allCases {
            let names = names(reason)
            guard names.total > 0 else { continue }
            let most = names.most(5).map { "\(visible($0.name)) \($0.count)" }.joined(separator: ", ")
            console.notice("  dropped by \(reason.rawValue): \(names.total) (\(most))")
        }
        for (reason, count) in byCount(rejected) {
            console.notice("  rejected, \(reason.rawValue): \(count)")
        }
        let share = read == 0 ? 100 : 100 * quick / read
        console.detail("  read by the quick scan: \(quick) (\(share) %), the others by the strict one")
    }

    private func names(_ reason: DropReason) -> NameCounts {
        switch reason {
        case .hostname: hostnames
        case .channel: channels
        case .event: events
        }
    }

    func record(in statistics: inout Statistics) {
        statistics.set("read", read)
        statistics.set("kept", kept)
        statistics.set("dropped", droppedTotal)
        statistics.set("rejected", rejectedTotal)
        statistics.set("bytes", bytes)
        for reason in DropReason.allCases {
            statistics.set("dropped.\(reason.rawValue)", names(reason).total)
        }
        statistics.set("rejectedBy", byCount(rejected).map { ($0.0.rawValue, $0.1) })
    }

    private func byCount<Key>(_ counts: [Key: Int]) -> [(Key, Int)] where Key: RawRepresentable<String> {
        counts.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }.map { ($0.key, $0.value) }
    }
}
