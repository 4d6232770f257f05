import Testing

@testable import event_scrub

/// Sixty-four bytes looked at together: this processor's way and the one for all others, byte by byte.
@Suite struct QuoteBlockTests {
    @Test func bothWaysSeeEveryByteInEveryPlace() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<64 {
                var bytes = [UInt8](repeating: byte ^ 0x01, count: 64)
                bytes[place] = byte
                expect(NativeBlock.self, bytes)
                expect(WordBlock.self, bytes)
            }
        }
    }

    /// What is counted over several blocks.
    @Test func totalsAreThoseOfAllBlocks() {
        let bytes = (0..<640).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let expected = bytes.count { $0 == 0x5c }
        #expect(totals(NativeBlock.self, bytes).backslashes == expected)
        #expect(totals(WordBlock.self, bytes).backslashes == expected)
        for (byte, isBeyond) in [(0x7e, false), (0x7f, true), (0x80, true), (0xff, true), (0x00, false)] {
            for place in [0, 63, 64, 639] {
                var bytes = [UInt8](repeating: 0x61, count: 640)
                bytes[place] = UInt8(byte)
                #expect(totals(NativeBlock.self, bytes).isBeyondASCII == isBeyond)
                #expect(totals(WordBlock.self, bytes).isBeyondASCII == isBeyond)
            }
        }
    }

    private func expect<Block: QuoteBlock>(_: Block.Type, _ bytes: [UInt8]) {
        func bits(_ test: (UInt8) -> Bool) -> UInt64 {
            bytes.indices.reduce(0) { test(bytes[$1]) ? $0 | 1 << UInt64($1) : $0 }
        }
        bytes.withUnsafeBytes {
            // Sixty-four bytes, so there is an address.
            let block = Block(at: $0.baseAddress!)
            let isRight =
                block.quotes == bits { $0 == 0x22 } && block.controls == bits { $0 < 0x20 }
                && block.hasControls == bytes.contains { $0 < 0x20 }
                && block.backslashes == bits { $0 == 0x5c }
            if !isRight { Issue.record("\(Block.self): \(bytes)") }
        }
    }

    private func totals<Block: QuoteBlock>(_: Block.Type, _ bytes: [UInt8]) -> Block.Totals {
        var totals = Block.Totals()
        bytes.withUnsafeBytes {
            for place in stride(from: 0, to: bytes.count, by: 64) {
                Block(at: $0.baseAddress! + place).add(to: &totals)
            }
        }
        return totals
    }
}
