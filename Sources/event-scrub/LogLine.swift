import Records

/// A line of the telephones' metrics log:
/// `2022-04-04 22:45:55,436 UNIQUEID=1833323238.399, CHANNEL=SIP/630-0000011f, CALLERID(number)=+1…, name=filterdial`
struct LogLine {
    /// With the offset that the log leaves out, and without its milliseconds.
    let timestamp: UnsafeRawBufferPointer
    let channel: UnsafeRawBufferPointer
    let name: UnsafeRawBufferPointer

    /// - Parameters:
    ///   - utcOffset: `Z` or `±hh:mm`.
    ///   - buffer: holds the time stamp.
    init(
        _ line: UnsafeRawBufferPointer, utcOffset: [UInt8], _ buffer: TextBuffer
    ) throws(RejectReason) {
        let text = line[...]
        guard (try? UTF8Span(validating: line.bindMemory(to: UInt8.self).span)) != nil else { throw .notUTF8 }
        let time = text.prefix(19)
        guard time.count == 19, time[10] == Ascii.space, Self.isEnd(of: text.dropFirst(19).prefix(5)) else {
            throw .notMetrics
        }
        var timestamp = Array(time) + utcOffset
        timestamp[10] = UInt8(ascii: "T")
        let held = buffer.copy(timestamp)
        guard Timestamp.isValid(held) else { throw .timestampForm }
        guard let channel = Self.field("CHANNEL=", in: text), let name = Self.field("name=", in: text) else {
            throw .notMetrics
        }
        self.timestamp = held
        self.channel = channel
        self.name = name
    }

    /// `,436 `: the milliseconds and the space behind the time.
    private static func isEnd(of time: Slice<UnsafeRawBufferPointer>) -> Bool {
        time.count == 5 && time.first == UInt8(ascii: ",") && time.last == Ascii.space
            && time.dropFirst().dropLast().allSatisfy(Ascii.isDigit)
    }

    /// What stands between ` NAME=` and the next `, ` or the line's end.
    private static func field(
        _ name: StaticString, in line: Slice<UnsafeRawBufferPointer>
    ) -> UnsafeRawBufferPointer? {
        let key = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        var start = line.startIndex
        while let space = line[start...].firstIndex(of: Ascii.space) {
            start = space + 1
            guard line[start...].starts(with: key) else { continue }
            let value = line[(start + key.count)...].prefix { $0 != UInt8(ascii: ",") && $0 != Ascii.space }
            return UnsafeRawBufferPointer(rebasing: value)
        }
        return nil
    }
}
