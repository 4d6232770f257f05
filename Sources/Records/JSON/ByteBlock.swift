#if arch(x86_64)
    import _Builtin_intrinsics.intel.sse2
#endif

/// Sixteen bytes looked at together.
///
/// Comparisons of the standard library's SIMD types compile to a loop over the lanes, thirty times
/// as slow as this: so SSE2's own instructions where they are, and arithmetic on words elsewhere.
struct ByteBlock {
    static let size = 16

    #if arch(x86_64)
        private var bytes: __m128i

        @inline(__always)
        init() { bytes = _mm_setzero_si128() }

        /// The block at any address.
        @inline(__always)
        init(at address: UnsafeRawPointer) { bytes = address.loadUnaligned(as: __m128i.self) }

        @inline(__always)
        func store(at address: UnsafeMutableRawPointer) { address.storeBytes(of: bytes, as: __m128i.self) }

        /// How many bytes stand before the first quote, backslash or control character: 0 to 16.
        @inline(__always)
        var plainCount: Int { Self.leadingZeros(special) }

        /// How many bytes stand before the first that no JSON string of printable ASCII holds as it is.
        @inline(__always)
        var printableCount: Int {
            let beyond = _mm_cmpeq_epi8(_mm_max_epu8(bytes, _mm_set1_epi8(0x7f)), bytes)
            return Self.leadingZeros(_mm_or_si128(special, beyond))
        }

        /// Adds another block's bits to this one's.
        @inline(__always)
        mutating func formUnion(_ other: ByteBlock) { bytes = _mm_or_si128(bytes, other.bytes) }

        var isASCII: Bool { _mm_movemask_epi8(bytes) == 0 }

        @inline(__always)
        private var special: __m128i {
            let quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x22))
            let backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x5c))
            let controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes)
            return _mm_or_si128(_mm_or_si128(quotes, backslashes), controls)
        }

        @inline(__always)
        private static func leadingZeros(_ found: __m128i) -> Int {
            (_mm_movemask_epi8(found) | 0x1_0000).trailingZeroBitCount
        }
    #else
        private var words: WordPair

        init() { words = WordPair() }

        init(at address: UnsafeRawPointer) { words = WordPair(at: address) }

        func store(at address: UnsafeMutableRawPointer) { words.store(at: address) }

        /// How many bytes stand before the first quote, backslash or control character: 0 to 16.
        var plainCount: Int { words.plainCount }

        /// How many bytes stand before the first that no JSON string of printable ASCII holds as it is.
        var printableCount: Int { words.printableCount }

        /// Adds another block's bits to this one's.
        mutating func formUnion(_ other: ByteBlock) { words.formUnion(other.words) }

        var isASCII: Bool { words.isASCII }
    #endif
}

/// The same on two words, for processors without SSE2.
struct WordPair {
    private var low: UInt64
    private var high: UInt64

    init() { (low, high) = (0, 0) }

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

    @inline(__always)
    var plainCount: Int { Self.leadingZeros(Self.special(low), Self.special(high)) }

    @inline(__always)
    var printableCount: Int {
        Self.leadingZeros(
            Self.special(low) | Self.beyondASCII(low), Self.special(high) | Self.beyondASCII(high))
    }

    @inline(__always)
    mutating func formUnion(_ other: WordPair) {
        low |= other.low
        high |= other.high
    }

    var isASCII: Bool { (low | high) & Self.tops == 0 }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    @inline(__always)
    private static func leadingZeros(_ low: UInt64, _ high: UInt64) -> Int {
        low != 0 ? low.trailingZeroBitCount / 8 : 8 + high.trailingZeroBitCount / 8
    }

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

    /// The top bit of each byte from 0x7f on.
    @inline(__always)
    private static func beyondASCII(_ word: UInt64) -> UInt64 {
        (((word & ~tops) &+ ones) | word) & tops
    }
}
