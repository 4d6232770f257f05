import Records

/// Where a line ends and where its quotes stand, found in one pass.
struct QuoteIndex: ~Copyable {
    /// A line with more quotes than this is left to the strict scan; so memory stays small.
    private static let limit = 8192
    /// Places behind the last one that hold `length`, where there is no quote.
    private static let sentinels = 4
    /// Places that are written ahead of knowing whether they are needed.
    private static let slack = 64

    /// The quotes' places in the line, in order, and behind them places without a quote.
    let quotes = UnsafeMutablePointer<Int32>.allocate(capacity: limit + slack + sentinels)
    private(set) var backslashes = 0
    /// Without the line's end.
    private(set) var length = 0
    /// Of the next line.
    private(set) var next = 0
    /// The line is printable ASCII alone, and all its quotes are listed.
    private(set) var isComplete = false

    deinit { quotes.deallocate() }

    /// Reads the first line of a text that is not empty.
    ///
    /// Contract: a NUL stands behind the text, and 64 more bytes can be read.
    @inline(__always)
    mutating func read(_ text: UnsafeRawBufferPointer) {
        let start = text.baseAddress!.assumingMemoryBound(to: UInt8.self)  // not empty, by contract
        let left = text.count
        var here = 0
        var count = 0
        var totals = NativeBlock.Totals()
        while count <= Self.limit {
            let block = NativeBlock(at: start + here)
            let found = block.quotes
            if block.hasControls {
                let end = block.controls.trailingZeroBitCount
                let inside: UInt64 = (1 << UInt64(end)) &- 1
                let last = found.bits & inside
                list(last, last.nonzeroBitCount, from: here, at: quotes + count)
                count += last.nonzeroBitCount
                backslashes = totals.backslashes + (block.backslashes & inside).nonzeroBitCount
                isComplete = !totals.isBeyondASCII && block.beyondASCII & inside == 0
                return finish(start, left, at: here + end, count)
            }
            if found.bits != 0 {
                list(found.bits, found.count, from: here, at: quotes + count)
                count &+= found.count
            }
            block.add(to: &totals)
            here &+= 64
        }
        finishIncomplete(start, left, from: here)
    }

    /// Looks for the end of the text's first line alone: there is nothing for the quick scan then.
    mutating func readEnd(_ text: UnsafeRawBufferPointer) {
        let start = text.baseAddress!.assumingMemoryBound(to: UInt8.self)  // not empty, as above
        finishIncomplete(start, text.count, from: 0)
    }

    /// Lists the places of the bits that are set, four at once: a branch for each would be guessed
    /// wrong too often. What is written behind the last one is written over.
    @inline(__always)
    private func list(_ found: UInt64, _ count: Int, from here: Int, at target: UnsafeMutablePointer<Int32>) {
        var bits = found
        var target = target
        var left = count
        repeat {
            for place in 0..<4 {
                target[place] = Int32(truncatingIfNeeded: here &+ bits.trailingZeroBitCount)
                bits &= bits &- 1
            }
            target += 4
            left &-= 4
        } while left > 0
    }

    /// The first control character is the line's end, or the line is not for this index.
    @inline(__always)
    private mutating func finish(_ start: UnsafePointer<UInt8>, _ left: Int, at end: Int, _ count: Int) {
        for place in 0..<Self.sentinels { quotes[count + place] = Int32(truncatingIfNeeded: end) }
        if start[end] == Ascii.newline || end == left {
            length = end
            next = end + 1
        } else if start[end] == Ascii.carriageReturn, start[end + 1] == Ascii.newline {
            length = end
            next = end + 2
        } else {
            finishIncomplete(start, left, from: end)
        }
    }

    private mutating func finishIncomplete(_ start: UnsafePointer<UInt8>, _ left: Int, from here: Int) {
        isComplete = false
        let rest = UnsafeRawBufferPointer(start: start + here, count: max(0, left - here))
        length = here + (System.index(of: Ascii.newline, in: rest) ?? rest.count)
        next = length + 1
        if length > 0, start[length - 1] == Ascii.carriageReturn { length -= 1 }
    }
}
