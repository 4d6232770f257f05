/// What stood between the values of two members when both were strings: from the quote behind the
/// one, over comma, key and colon, to the quote before the other, all quotes included.
struct Gap<Fields> {
    /// Longer ones are not kept.
    static var longest: Int { 48 }

    private typealias Part = SIMD2<UInt64>

    // All of it, by three parts that overlap: its start, its end, and what is between. Of one that is
    // shorter than a part all three are its start.
    private let start: Part
    private let middle: Part
    private let end: Part
    private let middlePlace: Int
    private let endPlace: Int
    /// The bits of a part that count.
    private let mask: Part
    let length: Int
    /// Backslashes in it.
    let slashes: Int
    /// Where the second member's value is kept.
    let value: ValuePlace<Fields>
    /// What followed the last time, and before that: members that may be missing, and producers that
    /// take turns, make two.
    private(set) var next: UnsafeMutablePointer<Gap>
    private(set) var other: UnsafeMutablePointer<Gap>

    /// One that stands nowhere: its parts are all at its start, and contradict each other.
    fileprivate init(_ value: ValuePlace<Fields>, next: UnsafeMutablePointer<Gap>) {
        (start, middle, end) = (Part(), Part(repeating: ~0), Part())
        (middlePlace, endPlace, length, slashes) = (0, 0, 0, 0)
        mask = Part(repeating: ~0)
        self.value = value
        (self.next, other) = (next, next)
    }

    fileprivate init(
        _ bytes: UnsafeRawPointer, length: Int, slashes: Int, _ value: ValuePlace<Fields>,
        next: UnsafeMutablePointer<Gap>
    ) {
        self.length = length
        endPlace = max(0, length - MemoryLayout<Part>.size)
        mask = Part(Self.mask(length), Self.mask(length - 8))
        middlePlace = min(MemoryLayout<Part>.size, endPlace)
        start = bytes.loadUnaligned(as: Part.self)
        middle = bytes.loadUnaligned(fromByteOffset: middlePlace, as: Part.self)
        end = bytes.loadUnaligned(fromByteOffset: endPlace, as: Part.self)
        self.slashes = slashes
        self.value = value
        (self.next, other) = (next, next)
    }

    /// The next time it is looked for first.
    mutating func expect(_ gap: UnsafeMutablePointer<Gap>) {
        other = next
        next = gap
    }

    /// Whether it stands here.
    ///
    /// Contract: 48 bytes can be read.
    @inline(__always)
    func stands(at bytes: UnsafeRawPointer) -> Bool {
        let difference =
            (bytes.loadUnaligned(as: Part.self) ^ start)
            | (bytes.loadUnaligned(fromByteOffset: middlePlace, as: Part.self) ^ middle)
            | (bytes.loadUnaligned(fromByteOffset: endPlace, as: Part.self) ^ end)
        let counted = difference & mask
        return counted[0] | counted[1] == 0
    }

    /// Of a word of which so many bytes count.
    private static func mask(_ count: Int) -> UInt64 {
        count >= 8 ? ~0 : UInt64(littleEndian: (1 << UInt64(8 * max(0, count))) - 1)
    }
}

/// The gaps between an object's members that were read before, each with the one that followed it:
/// a producer writes the same keys in the same order, line after line.
///
/// A gap that stands where it did before need not be read again. Whether it was in its right place
/// then did depend on nothing but its own bytes, what kind of object it stood in, and how deep
/// that was wrapped; so each kind and depth has a memo of its own.
///
/// A pointer that its owner frees, since a class would be retained for each object of each line.
struct GapMemo<Fields> {
    typealias Place = UnsafeMutablePointer<Gap<Fields>>

    private static var limit: Int { 64 }

    private let gaps = Place.allocate(capacity: limit)
    private let count = UnsafeMutablePointer<Int>.allocate(capacity: 1)

    /// Before the gap that follows an object's first member.
    var first: Place { gaps }
    /// Before the gap that follows a member behind one that is no string.
    var resumed: Place { gaps + 1 }

    /// - Parameter unread: where the values are kept that nobody wants.
    init(unread: ValuePlace<Fields>) {
        for place in [first, resumed] { place.initialize(to: Gap(unread, next: place)) }
        count.initialize(to: 2)
    }

    func free() {
        gaps.deallocate()
        count.deallocate()
    }

    /// Notes what followed a gap, and returns its place; `resumed` where it is not kept. Where there is
    /// no room for it, those before are forgotten: what still points to one finds another gap there.
    ///
    /// - Parameter value: where the second member's is kept.
    func note(
        after previous: Place, _ bytes: UnsafePointer<UInt8>, length: Int, slashes: Int,
        _ value: ValuePlace<Fields>
    ) -> Place {
        guard length <= Gap<Fields>.longest else { return resumed }
        let end = gaps + count.pointee
        var place = resumed + 1
        while place < end, place.pointee.length != length || !place.pointee.stands(at: bytes) { place += 1 }
        if place == end {
            if count.pointee == Self.limit {
                count.pointee = 2
                place = resumed + 1
            }
            place.initialize(
                to: Gap(UnsafeRawPointer(bytes), length: length, slashes: slashes, value, next: resumed))
            count.pointee += 1
        }
        previous.pointee.expect(place)
        return place
    }
}
