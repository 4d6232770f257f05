import ArgumentParser

/// A number of bytes, as in 65536, 512K, 64M or 2G.
struct ByteSize: ExpressibleByArgument, Sendable {
    let bytes: Int

    init(_ bytes: Int) { self.bytes = bytes }

    init?(argument: String) {
        let shifts: [Character: Int] = ["K": 10, "M": 20, "G": 30]
        let shift = argument.last.flatMap { shifts[Character($0.uppercased())] }
        let digits = shift == nil ? argument[...] : argument.dropLast()
        guard let number = Int(digits), number > 0, number <= Int.max >> 31 else { return nil }
        bytes = number << (shift ?? 0)
    }

    var defaultValueDescription: String { "\(bytes >> 20)M" }
}
