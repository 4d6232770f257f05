#if arch(x86_64)
    import _Builtin_intrinsics.intel.sse2
#endif

/// Sixty-four bytes of a line looked at together.
protocol QuoteBlock {
    /// What was seen in several blocks.
    associatedtype Totals: BlockTotals

    init(at address: UnsafeRawPointer)

    /// A bit for each quote, the first byte's lowest.
    var quotes: UInt64 { get }
    /// Whether a control character is among the bytes; a line's end is one too.
    var hasControls: Bool { get }
    func add(to totals: inout Totals)

    /// A bit for each control character.
    var controls: UInt64 { get }
    /// A bit for each backslash.
    var backslashes: UInt64 { get }
}

protocol BlockTotals {
    init()
    var backslashes: Int { get }
    /// Whether a byte from 0x7f on was seen.
    var isBeyondASCII: Bool { get }
}

#if arch(x86_64)
    typealias NativeBlock = SSE2Block

    /// By instructions that every x86-64 has. The standard library's SIMD types are a fifth slower.
    struct SSE2Block: QuoteBlock {
        private let parts: (__m128i, __m128i, __m128i, __m128i)

        struct Totals: BlockTotals {
            /// Two sums, one of each half of the blocks' sixteen columns.
            fileprivate var slashes = _mm_setzero_si128()
            fileprivate var highest = _mm_setzero_si128()

            var backslashes: Int { SSE2Block.sum(slashes) }
            var isBeyondASCII: Bool {
                _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_max_epu8(highest, SSE2Block.all(0x7f)), highest)) != 0
            }
        }

        @inline(__always)
        init(at address: UnsafeRawPointer) {
            parts = (
                address.loadUnaligned(as: __m128i.self),
                address.loadUnaligned(fromByteOffset: 16, as: __m128i.self),
                address.loadUnaligned(fromByteOffset: 32, as: __m128i.self),
                address.loadUnaligned(fromByteOffset: 48, as: __m128i.self)
            )
        }

        @inline(__always)
        var quotes: UInt64 { Self.bits(each { _mm_cmpeq_epi8($0, Self.all(0x22)) }) }

        @inline(__always)
        var hasControls: Bool {
            let least = _mm_min_epu8(_mm_min_epu8(parts.0, parts.1), _mm_min_epu8(parts.2, parts.3))
            return _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(least, Self.all(0x1f)), least)) != 0
        }

        @inline(__always)
        func add(to totals: inout Totals) {
            let slashes = Self.columns(each { _mm_cmpeq_epi8($0, Self.all(0x5c)) })
            totals.slashes = _mm_add_epi64(totals.slashes, slashes)
            let highest = _mm_max_epu8(_mm_max_epu8(parts.0, parts.1), _mm_max_epu8(parts.2, parts.3))
            totals.highest = _mm_max_epu8(totals.highest, highest)
        }

        var controls: UInt64 { Self.bits(each { _mm_cmpeq_epi8(_mm_min_epu8($0, Self.all(0x1f)), $0) }) }
        var backslashes: UInt64 { Self.bits(each { _mm_cmpeq_epi8($0, Self.all(0x5c)) }) }

        private typealias Parts = (__m128i, __m128i, __m128i, __m128i)

        @inline(__always)
        private static func all(_ byte: CChar) -> __m128i { _mm_set1_epi8(byte) }

        @inline(__always)
        private func each(_ test: (__m128i) -> __m128i) -> Parts {
            (test(parts.0), test(parts.1), test(parts.2), test(parts.3))
        }

        @inline(__always)
        private static func bits(_ found: Parts) -> UInt64 {
            func bits(_ part: __m128i) -> UInt64 {
                UInt64(truncatingIfNeeded: UInt32(bitPattern: _mm_movemask_epi8(part)))
            }
            return bits(found.0) | bits(found.1) << 16 | bits(found.2) << 32 | bits(found.3) << 48
        }

        /// How many bytes were found, as two sums: each that was is -1.
        @inline(__always)
        private static func columns(_ found: Parts) -> __m128i {
            let sum = _mm_add_epi8(_mm_add_epi8(found.0, found.1), _mm_add_epi8(found.2, found.3))
            return _mm_sad_epu8(_mm_sub_epi8(_mm_setzero_si128(), sum), _mm_setzero_si128())
        }

        @inline(__always)
        private static func sum(_ sums: __m128i) -> Int {
            Int(_mm_cvtsi128_si64(sums)) &+ Int(_mm_cvtsi128_si64(_mm_unpackhi_epi64(sums, sums)))
        }
    }
#else
    typealias NativeBlock = WordBlock
#endif

/// The same by arithmetic on words, for all other processors.
struct WordBlock: QuoteBlock {
    private let address: UnsafeRawPointer

    struct Totals: BlockTotals {
        fileprivate(set) var backslashes = 0
        fileprivate(set) var isBeyondASCII = false
    }

    @inline(__always)
    init(at address: UnsafeRawPointer) { self.address = address }

    var quotes: UInt64 { mask { Self.zeros($0 ^ 0x22 &* Self.ones) } }

    var hasControls: Bool { controls != 0 }

    func add(to totals: inout Totals) {
        totals.backslashes += backslashes.nonzeroBitCount
        totals.isBeyondASCII = totals.isBeyondASCII || beyondASCII != 0
    }

    /// A byte is a control character when none of its three top bits is set.
    var controls: UInt64 { mask { ~($0 | $0 << 1 | $0 << 2) & Self.tops } }
    var backslashes: UInt64 { mask { Self.zeros($0 ^ 0x5c &* Self.ones) } }
    /// Adding one carries 0x7f into the top bit; the bytes' own top bits are kept out of it.
    private var beyondASCII: UInt64 { mask { ((($0 & ~Self.tops) &+ Self.ones) | $0) & Self.tops } }

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The top bit of each byte that is zero, and no other: nothing carries from byte to byte.
    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 {
        ~(((word & ~tops) &+ ~tops) | word) & tops
    }

    /// Gathers the top bits that the test leaves: the product brings the eight of a word together.
    @inline(__always)
    private func mask(_ test: (UInt64) -> UInt64) -> UInt64 {
        var bits: UInt64 = 0
        for place in 0..<8 {
            let word = address.loadUnaligned(fromByteOffset: 8 * place, as: UInt64.self)
            let tops = test(UInt64(littleEndian: word)) >> 7
            bits |= ((tops &* 0x0102_0408_1020_4080) >> 56) << UInt64(8 * place)
        }
        return bits
    }
}
