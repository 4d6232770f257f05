import Records

/// Counts of names, bounded: what comes after the first 1,000 different ones is counted together.
///
/// A table of its own, as a dictionary's hashing costs more than all else that is done to a line
/// that is dropped.
struct NameCounts {
    struct Entry {
        let name: [UInt8]
        let hash: UInt64
        fileprivate(set) var count: Int

        fileprivate func isNamed(_ name: UnsafeRawBufferPointer) -> Bool {
            self.name.withUnsafeBytes { $0.count == name.count && System.compare($0, name) == 0 }
        }
    }

    private static let limit = 1000
    /// A power of two, and so large that most names are found at once.
    private static let slotCount = 4096
    /// Bytes of a name that are looked at: no more would be shown.
    private static let nameLength = 100

    private var entries: [Entry] = []
    /// At a name's hash, or behind it: 1 and the place of its entry; 0 where none is.
    private var slots: [UInt16] = []
    private var others = 0
    /// Of all names together.
    private(set) var total = 0

    /// Counts a name; nil stands for those that have none.
    mutating func count(_ text: UnsafeRawBufferPointer?) {
        let text = text ?? UnsafeRawBufferPointer(start: nil, count: 0)
        let name = UnsafeRawBufferPointer(rebasing: text.prefix(Self.nameLength))
        total += 1
        add(name, hash: Self.hash(name), 1)
    }

    mutating func add(_ other: NameCounts) {
        for entry in other.entries { entry.name.withUnsafeBytes { add($0, hash: entry.hash, entry.count) } }
        others += other.others
        total += other.total
    }

    /// The most frequent names, to be shown.
    func most(_ number: Int) -> [(name: String, count: Int)] {
        var all = entries.map {
            (name: $0.name.isEmpty ? "(none)" : String(decoding: $0.name, as: UTF8.self), count: $0.count)
        }
        if others > 0 { all.append(("others", others)) }
        return Array(all.sorted { ($1.count, $0.name) < ($0.count, $1.name) }.prefix(number))
    }

    private mutating func add(_ name: UnsafeRawBufferPointer, hash: UInt64, _ count: Int) {
        if slots.isEmpty { slots = [UInt16](repeating: 0, count: Self.slotCount) }
        var slot = Int(truncatingIfNeeded: hash >> 32) & (Self.slotCount - 1)
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if entries[place].hash == hash, entries[place].isNamed(name) {
                entries[place].count += count
                return
            }
            slot = (slot + 1) & (Self.slotCount - 1)
        }
        guard entries.count < Self.limit else {
            others += count
            return
        }
        entries.append(Entry(name: Array(name), hash: hash, count: count))
        slots[slot] = UInt16(entries.count)
    }

    /// Of any quality will do: the table is bounded, and so is what a bad case costs.
    private static func hash(_ name: UnsafeRawBufferPointer) -> UInt64 {
        var hash = UInt64(name.count)
        var place = 0
        while place + 8 <= name.count {
            hash =
                (hash ^ name.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 29
            place += 8
        }
        for byte in name[place...] { hash = (hash ^ UInt64(byte)) &* 0x9e37_79b9_7f4a_7c15 }
        return hash
    }
}
