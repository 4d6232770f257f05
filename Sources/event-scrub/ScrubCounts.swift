import Records

/// How many lines came to what, and the names that were dropped most.
struct ScrubCounts {
    private(set) var read = 0
    private(set) var kept = 0
    private(set) var bytes = 0
    private var dropped: [DropReason: Int] = [:]
    private var rejected: [RejectReason: Int] = [:]
    private var names: [DropReason: NameCounts] = [:]

    var droppedTotal: Int { dropped.values.reduce(0, +) }
    var rejectedTotal: Int { rejected.values.reduce(0, +) }

    mutating func count(_ result: Scrubber.Result) {
        read += 1
        switch result.outcome {
        case .kept: kept += 1
        case .dropped(let reason):
            dropped[reason, default: 0] += 1
            names[reason, default: NameCounts()].count(result.droppedText)
        case .rejected(let reason): rejected[reason, default: 0] += 1
        }
    }

    mutating func count(bytes: Int) { self.bytes += bytes }

    mutating func add(_ other: ScrubCounts) {
        read += other.read
        kept += other.kept
        bytes += other.bytes
        dropped.merge(other.dropped, uniquingKeysWith: +)
        rejected.merge(other.rejected, uniquingKeysWith: +)
        for (reason, counts) in other.names { names[reason, default: NameCounts()].add(counts) }
    }

    /// The summary: a screen at most.
    func report(to console: Console) {
        console.notice("\(read) read, \(kept) kept, \(droppedTotal) dropped, \(rejectedTotal) rejected")
        for reason in DropReason.allCases {
            guard let count = dropped[reason] else { continue }
            let most = (names[reason]?.most(5) ?? []).map { "\(visible($0.name)) \($0.count)" }
            console.notice("  dropped by \(reason.rawValue): \(count) (\(most.joined(separator: ", ")))")
        }
        for (reason, count) in byCount(rejected) {
            console.notice("  rejected, \(reason.rawValue): \(count)")
        }
    }

    func record(in statistics: inout Statistics) {
        statistics.set("read", read)
        statistics.set("kept", kept)
        statistics.set("dropped", droppedTotal)
        statistics.set("rejected", rejectedTotal)
        statistics.set("bytes", bytes)
        for reason in DropReason.allCases {
            statistics.set("dropped.\(reason.rawValue)", dropped[reason] ?? 0)
        }
        statistics.set("rejectedBy", byCount(rejected).map { ($0.0.rawValue, $0.1) })
    }

    private func byCount<Key>(_ counts: [Key: Int]) -> [(Key, Int)] where Key: RawRepresentable<String> {
        counts.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }.map { ($0.key, $0.value) }
    }
}

/// Counts of names, bounded: what comes after the first 1,000 different ones is counted together.
struct NameCounts {
    private static let limit = 1000
    private static let others = "others"
    private var counts: [String: Int] = [:]

    mutating func count(_ text: UnsafeRawBufferPointer?) {
        add(text.map { String(decoding: $0.prefix(100), as: UTF8.self) } ?? "(none)", 1)
    }

    mutating func add(_ other: NameCounts) {
        for (name, count) in other.counts { add(name, count) }
    }

    func most(_ number: Int) -> [(name: String, count: Int)] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(number).map { ($0.key, $0.value) }
    }

    private mutating func add(_ name: String, _ count: Int) {
        let isKnown = counts.count < Self.limit || counts[name] != nil
        counts[isKnown ? name : Self.others, default: 0] += count
    }
}
