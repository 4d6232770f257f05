import Records
import Support

@testable import event_scrub

/// Hands the process to libFuzzer, which reads its flags from the command line. Every line of an input,
/// scrubbed in every way there is, must come to what the model says: one that does not ends the process, and
/// libFuzzer keeps the input.
@main
enum ScrubFuzzMain {
    static func main() {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = runDriver(&count, &arguments) { data, count in
            // Of the others, of which there are many more, none is to be changed further: a message finds its
            // way past a scan's first steps, and what is none is never more than a few changes away.
            fuzz.test(UnsafeBufferPointer(start: data, count: count)) ? 0 : -1
        }
    }
}

/// libFuzzer's loop.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// What libFuzzer calls to change an input in place; returns the new length.
@_cdecl("LLVMFuzzerCustomMutator")
public func customMutator(
    _ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ room: Int, _ seed: CUnsignedInt
) -> Int {
    var random = SplitMix(seed: UInt64(seed))
    // Its own changes too: they know the dictionary, what the code compares, and other inputs.
    if random.oneIn(10) { return libFuzzerMutate(data, count, room) }
    var input: [UInt8]
    if random.oneIn(10) {
        input = ScrubGenerator.line(seed: random.next())
    } else {
        input = Array(UnsafeBufferPointer(start: data, count: count))
        var damage = ScrubDamage(seed: random.next())
        for _ in 0...random.pick([0, 0, 0, 0, 1, 1, 2, 4]) { damage.apply(to: &input) }
    }
    let kept = input.prefix(room)
    for (place, byte) in kept.enumerated() { data[place] = byte }
    return kept.count
}

/// libFuzzer's own mutation.
@_silgen_name("LLVMFuzzerMutate")
private func libFuzzerMutate(_ data: UnsafeMutablePointer<UInt8>, _ count: Int, _ room: Int) -> Int

// One thread calls both, so the state needs no protection.
nonisolated(unsafe) private let fuzz = ScrubFuzz()

/// The ways to scrub, and memory laid out as the tool's chunks are.
private final class ScrubFuzz {
    private let parties = ScrubParty.all()
    private var index = QuoteIndex()
    private let model = ScrubParty.model

    /// All lines stand in one piece of memory as they do in a chunk: a NUL for each line end, the next line
    /// behind it, and no more than 64 bytes behind the last. It is made anew each time, so that an address
    /// sanitizer sees a read beyond it.
    ///
    /// - Returns: whether every line is a message, wanted or not.
    func test(_ input: UnsafeBufferPointer<UInt8>) -> Bool {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: input.count + 64, alignment: 64)
        defer { memory.deallocate() }
        memory.copyBytes(from: input)
        // What would end a string or an object shows a scan that reads too far; so do NULs, as memory has them
        // that was never used.
        memory[input.count] = 0
        let fillers: [UInt8] = input.count % 2 == 0 ? [0x22, 0x7d] : [0, 0]
        for place in input.count + 1..<memory.count { memory[place] = fillers[place % 2] }
        var start = 0
        var isMessage = true
        while start < input.count {
            let next = input[start...].firstIndex(of: 0x0a) ?? input.count
            var end = next
            if end > start, input[end - 1] == 0x0d { end -= 1 }
            index.read(UnsafeRawBufferPointer(rebasing: memory[start..<input.count]))
            guard start + index.length == end, start + index.next > next else {
                fatalError("the line from \(start) to \(end) is cut to \(index.length)")
            }
            memory[end] = 0
            let line = UnsafeRawBufferPointer(rebasing: memory[start..<end])
            if !isBlank(line), !compare(line) { isMessage = false }
            start = next + 1
        }
        return isMessage
    }

    private func compare(_ line: UnsafeRawBufferPointer) -> Bool {
        let expected = model.verdict(of: Array(line))
        for party in parties {
            let verdict = party.verdict(line, index)
            guard verdict != expected else { continue }
            fatalError(
                """
                the model and another differ
                line: \(String(reflecting: String(decoding: line, as: UTF8.self)))
                model: \(expected)
                \(party.name): \(verdict)
                """)
        }
        switch expected.outcome {
        case .rejected("not JSON"), .rejected("not UTF-8"), .rejected("Body is not JSON"),
            .rejected("Message is not JSON"), .rejected("no hostname"):
            return false
        default: return true
        }
    }
}
