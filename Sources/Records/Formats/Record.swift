/// A line of one of the formats that the tools exchange (see record-formats(5)).
package protocol Record {
    /// The record's JSON on one line, without the newline.
    func line() -> [UInt8]
}
