import AWS
import Records

/// Takes lines one after the other.
protocol LineTaker: AnyObject {
    /// The lines come anew, from the first one.
    func restart() throws(Failure)
    /// - Parameter line: not empty; valid during the call.
    func take(_ line: UnsafeRawBufferPointer) throws(Failure)
}

/// Cuts an object into lines as it arrives, trimmed at the right and without empty ones.
///
/// The trimming is what the replaced program's reading did: space, tab, CR, VT and FF.
final class ObjectLines<Taker: LineTaker>: ObjectDestination, @unchecked Sendable {
    // @unchecked: the transfer writes; its caller looks after that has ended.
    let taker: Taker
    /// A line whose end has not arrived yet.
    private var carry: [UInt8] = []
    private var number = 0

    init(_ taker: Taker) { self.taker = taker }

    func restart() throws(Failure) {
        carry.removeAll(keepingCapacity: true)
        number = 0
        try taker.restart()
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        var rest = bytes
        if !carry.isEmpty {
            guard let end = System.index(of: Ascii.newline, in: rest) else { return try hold(rest) }
            try hold(UnsafeRawBufferPointer(rebasing: rest[..<end]))
            try takeCarry()
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
        }
        while let end = System.index(of: Ascii.newline, in: rest) {
            try take(UnsafeRawBufferPointer(rebasing: rest[..<end]))
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
        }
        try hold(rest)
    }

    /// The object is complete: its last line may lack a newline.
    func finish() throws(Failure) { try takeCarry() }

    private func hold(_ part: UnsafeRawBufferPointer) throws(Failure) {
        guard carry.count + part.count <= Limits.lineLength else {
            throw Failure(.badData, "line \(number + 1) of the object is longer than 16 MiB")
        }
        carry.append(contentsOf: part)
    }

    private func takeCarry() throws(Failure) {
        let line = carry
        carry.removeAll(keepingCapacity: true)
        var failure: Failure?
        line.withUnsafeBytes { bytes in
            do throws(Failure) { try take(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    @inline(__always)
    private func take(_ line: UnsafeRawBufferPointer) throws(Failure) {
        number += 1
        var count = line.count
        while count > 0, Self.isTrailing(line[count - 1]) { count -= 1 }
        if count > 0 { try taker.take(UnsafeRawBufferPointer(rebasing: line[..<count])) }
    }

    @inline(__always)
    private static func isTrailing(_ byte: UInt8) -> Bool {
        byte == Ascii.space || (Ascii.tab...Ascii.carriageReturn).contains(byte) && byte != Ascii.newline
    }
}
