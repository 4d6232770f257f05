import Testing

@testable import Records

/// Sixteen bytes looked at together: this processor's way and the one for all others, byte by byte.
@Suite struct ByteBlockTests {
    @Test func bothWaysSeeWhatStandsInABlock() {
        // Each byte at each place, among bytes of three kinds: plain ones, the least and the highest.
        for filler in [0x61, 0x20, 0x7e] as [UInt8] {
            for byte in UInt8.min...UInt8.max {
                for place in 0..<16 {
                    var bytes = [UInt8](repeating: filler, count: 16)
                    bytes[place] = byte
                    expectBoth(bytes)
                }
            }
        }
    }

    /// Pairs of bytes, since a borrow or a carry goes from one to the next.
    @Test func bothWaysSeePairs() {
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                expectBoth(
                    [UInt8](repeating: 0x61, count: 6) + [first, second] + [first, second]
                        + [
                            UInt8
                        ](repeating: 0x61, count: 6))
            }
        }
    }

    private func expectBoth(_ bytes: [UInt8]) {
        let plain = bytes.firstIndex { $0 == 0x22 || $0 == 0x5c || $0 < 0x20 } ?? 16
        let printable = bytes.firstIndex { $0 == 0x22 || $0 == 0x5c || $0 < 0x20 || $0 > 0x7e } ?? 16
        bytes.withUnsafeBytes {
            // Sixteen bytes, so there is an address.
            let block = ByteBlock(at: $0.baseAddress!)
            let words = WordPair(at: $0.baseAddress!)
            let isRight =
                block.plainCount == plain && words.plainCount == plain && block.printableCount == printable
                && words.printableCount == printable
                && block.isASCII == bytes.allSatisfy { $0 < 0x80 } && words.isASCII == block.isASCII
            if !isRight { Issue.record("\(bytes)") }
        }
    }
}
