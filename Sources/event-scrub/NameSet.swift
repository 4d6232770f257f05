import Records

/// A few names that texts are compared with, whole, for each line of an archive: so in memory that
/// needs no array's counting of references.
final class NameSet {
    private let names: UnsafeMutableBufferPointer<UnsafeRawBufferPointer>

    init(_ names: [[UInt8]]) {
        self.names = .allocate(capacity: names.count)
        for (place, name) in names.enumerated() {
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: name.count, alignment: 1)
            copy.copyBytes(from: name)
            self.names.initializeElement(at: place, to: UnsafeRawBufferPointer(copy))
        }
    }

    deinit {
        for name in names { name.deallocate() }
        names.deallocate()
    }

    @inline(__always)
    func contains(_ text: UnsafeRawBufferPointer) -> Bool {
        for name in names where name.count == text.count {
            if System.compare(name, text) == 0 { return true }
        }
        return false
    }
}
