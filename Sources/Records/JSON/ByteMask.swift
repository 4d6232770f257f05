#if arch(x86_64)
    private import _Builtin_intrinsics.intel.sse2
#endif

/// Sixteen bytes looked at together: where are those that end a run of plain string bytes?
enum ByteMask {
    /// A bit for each byte that is a quote, a backslash or a control character.
    @inline(__always)
    static func special(_ bytes: SIMD16<UInt8>) -> UInt16 {
        let found =
            (bytes .== SIMD16(repeating: Ascii.quote)) .| (bytes .== SIMD16(repeating: Ascii.backslash))
            .| (bytes .< SIMD16(repeating: 0x20))
        return bits(found)
    }

    /// A bit for each byte that cannot stand in a string of our output as it is: quote,
    /// backslash, and all outside U+0020…U+007E.
    @inline(__always)
    static func unprintable(_ bytes: SIMD16<UInt8>) -> UInt16 {
        let found =
            (bytes .== SIMD16(repeating: Ascii.quote)) .| (bytes .== SIMD16(repeating: Ascii.backslash))
            .| (bytes &- SIMD16(repeating: 0x20) .>= SIMD16(repeating: 0x5f))
        return bits(found)
    }

    /// One bit a lane. SSE2 has an instruction for it; elsewhere each lane keeps the bit of its
    /// place and the lanes are added up.
    @inline(__always)
    private static func bits(_ mask: SIMDMask<SIMD16<Int8>>) -> UInt16 {
        #if arch(x86_64)
            UInt16(truncatingIfNeeded: _mm_movemask_epi8(unsafeBitCast(mask, to: __m128i.self)))
        #else
            let places = SIMD16<UInt8>(1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128)
            let kept = unsafeBitCast(mask, to: SIMD16<UInt8>.self) & places
            return UInt16(kept.lowHalf.wrappedSum()) | UInt16(kept.highHalf.wrappedSum()) << 8
        #endif
    }
}
