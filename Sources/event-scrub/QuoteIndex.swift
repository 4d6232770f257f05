import Records

/// Where a line ends and where its quotes stand, found in one pass.
struct QuoteIndex: ~Copyable {
    /// A line of more blocks than this, of 64 bytes each, is left to the strict scan; so memory stays
    /// small.
    private static let limit = 1 << 14

    /// A bit for each byte of the line; a word more can be read behind the last one. What stands behind
    /// the mark of a line's end is of no meaning.
    private let bits = UnsafeMutablePointer<UInt64>.allocate(capacity: limit + 1)
    private(set) var backslashes = 0
    /// Without the line's end.
    private(set) var length = 0
    /// Of the next line.
    private(set) var next = 0
    /// The line is printable ASCII alone, and all its quotes are known.
    private(set) var isComplete = false

    deinit { bits.deallocate() }

    /// The line's quotes, and its end; valid until the next line is read.
    var quotes: QuoteMap { QuoteMap(bits) }

    /// Reads the first line of a text that is not empty.
    ///
    /// Contract: a NUL stands behind the text, and 64 more bytes can be read.
    @inline(__always)
    mutating func read(_ text: UnsafeRawBufferPointer) {
        let start = text.baseAddress!.assumingMemoryBound(to: UInt8.self)  // not empty, by contract
        let left = text.count
        var word = bits
        var here = 0
        var totals = NativeBlock.Totals()
        while here < 64 * Self.limit {
            let block = NativeBlock(at: start + here)
            if block.hasControls {
                let end = block.controls.trailingZeroBitCount
                let inside: UInt64 = (1 << UInt64(end)) &- 1
                // The end is marked too, so that no search goes beyond it.
                word.pointee = (block.quotes & inside | (inside &+ 1)).littleEndian
                backslashes = totals.backslashes + (block.backslashes & inside).nonzeroBitCount
                // What follows the line counts too: in a file that is not ASCII it does not matter.
                block.add(to: &totals)
                isComplete = !totals.isBeyondASCII
                return finish(start, left, at: here + end)
            }
            word.pointee = block.quotes.littleEndian
            word += 1
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

    /// The first control character is the line's end, or the line is not for this index.
    @inline(__always)
    private mutating func finish(_ start: UnsafePointer<UInt8>, _ left: Int, at end: Int) {
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

/// A bit for each byte of a line: is it a quote? Behind the last one the line's end is marked.
///
/// Bits and not a list of places: making the list costs more than all the searches of a walk.
struct QuoteMap {
    private let bytes: UnsafeRawPointer

    fileprivate init(_ words: UnsafeMutablePointer<UInt64>) { bytes = UnsafeRawPointer(words) }

    /// The place of the first quote from a place in the line on; the line's end where there is none.
    @inline(__always)
    func next(from here: Int) -> Int {
        // The next 57 bits at least, wherever they begin: most strings end among them.
        let near = word(at: here >> 3) >> UInt64(here & 7)
        return near != 0 ? here &+ near.trailingZeroBitCount : nextFar(from: here)
    }

    private func nextFar(from here: Int) -> Int {
        var place = here & ~63
        var bits = word(at: place >> 3) & (~0 << UInt64(here & 63))
        while bits == 0 {
            place += 64
            bits = word(at: place >> 3)
        }
        return place + bits.trailingZeroBitCount
    }

    @inline(__always)
    private func word(at byte: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: byte, as: UInt64.self))
    }
}
