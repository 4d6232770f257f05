/// A tool's counts, for programs: one JSON object, written at the end of the run.
package struct Statistics: Record {
    private var builder = JSONBuilder()

    package init() {}

    package mutating func set(_ key: String, _ value: Int?) { builder.add(key, value) }
    package mutating func set(_ key: String, _ value: String?) { builder.add(key, value) }

    /// An object of counts by name, the most frequent first.
    package mutating func set(_ key: String, _ counts: [(name: String, count: Int)]) {
        var inner = JSONBuilder()
        for (name, count) in counts { inner.add(name, count) }
        builder.add(key, raw: inner.object)
    }

    package func line() -> [UInt8] { builder.object }
}
