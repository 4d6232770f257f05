@testable import Records

extension LineChunk {
    /// Hands out each line in turn, without its line end, and the number of lines before it; returns
    /// how many there were. The bytes are valid only within the call.
    func forEachLine(_ body: (UnsafeRawBufferPointer, Int) -> Void) -> Int {
        var position = 0
        var number = 0
        while let line = line(from: &position) {
            body(line, number)
            number += 1
        }
        return number
    }
}
