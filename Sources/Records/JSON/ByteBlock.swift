/// Sixteen bytes looked at together, as two words.
///
/// Comparisons of the standard library's SIMD types compile to a loop over the lanes, thirty
/// times as slow as this; SSE2's own instructions gain a hundredth.
struct ByteBlock {
    static let size = 16

    private var low: UInt64
    private var high: UInt64

    init() { (low, high) = (0, 0) }

    /// The block at any address.
    @inline(__always)
    init(at address: UnsafeRawPointer) {
        low = UInt64(littleEndian: address.loadUnaligned(as: UInt64.self))
        high = UInt64(littleEndian: address.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    @inline(__always)
    func store(at address: UnsafeMutableRawPointer) {
        address.storeBytes(of: low.littleEndian, as: UInt64.self)
        address.storeBytes(of: high.littleEndian, toByteOffset: 8, as: UInt64.self)
    }

    /// How many bytes stand before the first quote, backslash or control character: 0 to 16.
    @inline(__always)
    var plainCount: Int {
        let first = Self.special(low)
        return first != 0 ? first.trailingZeroBitCount / 8 : 8 + Self.special(high).trailingZeroBitCount / 8
    }

    /// Adds another block's bits to this one's.
    @inline(__always)
    mutating func formUnion(_ other: ByteBlock) {
        low |= other.low
        high |= other.high
    }

    var isASCII: Bool { (low | high) & Self.tops == 0 }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The top bit of each byte that is special. A borrow can set bits wrongly, but only above the
    /// first such byte, and nobody asks for more than the first.
    @inline(__always)
    private static func special(_ word: UInt64) -> UInt64 {
        let quotes = word ^ 0x22 &* ones
        let backslashes = word ^ 0x5c &* ones
        let controls = (word &- 0x20 &* ones) & ~word
        let found = controls | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes
        return found & tops
    }
}
