import Records

/// The text's bytes as a scan wants them: a NUL behind, then 64 bytes that may be read; at a place of its
/// own in the buffer, since the scan looks at 16 bytes at once and must not care where these begin.
///
/// What stands around the text is filled with `filler`: a byte that would end a string or a bracket shows a
/// scan that believes what is not its own.
func withScanned<Result>(
    _ text: [UInt8], offset: Int = 0, filler: UInt8 = Ascii.quote,
    _ body: (UnsafeRawBufferPointer) throws -> Result
) rethrows -> Result {
    let buffer =
        [UInt8](repeating: filler, count: offset) + text + [0] + [UInt8](repeating: filler, count: 63)
    return try buffer.withUnsafeBytes { bytes in
        try body(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + text.count]))
    }
}

/// Why the text is no JSON; nil when it is.
func verdict(_ text: [UInt8], offset: Int = 0, filler: UInt8 = Ascii.quote) -> JSONError? {
    withScanned(text, offset: offset, filler: filler) { bytes in
        var cursor = JSONCursor(bytes)
        do throws(JSONError) {
            _ = try cursor.value()
            try cursor.finish()
            return nil
        } catch {
            return error
        }
    }
}

/// The text as one of our own JSON strings, quotes included.
func written(_ value: [UInt8]) -> String {
    var line: [UInt8] = []
    value.withUnsafeBytes { JSONString.append($0, to: &line) }
    return String(decoding: line, as: UTF8.self)
}

/// The value of a JSON string, given what stands between its quotes. Room behind the value is filled, and
/// must be as it was where nothing may be written.
func unescaped(_ raw: [UInt8]) -> [UInt8] {
    withScanned(raw + [Ascii.quote]) { text in
        let source = UnsafeRawBufferPointer(rebasing: text.dropLast())
        var target = [UInt8](repeating: 0xa5, count: raw.count + JSONString.slack + 8)
        let count = target.withUnsafeMutableBytes { room -> Int in
            // The address is there: with its slack the buffer is never empty.
            JSONString.unescape(source, into: room.baseAddress!)
        }
        precondition(target.suffix(8).allSatisfy { $0 == 0xa5 }, "written beyond the slack")
        return Array(target.prefix(count))
    }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

extension JSONObject {
    init(_ text: String) throws(JSONError) { try self.init(Array(text.utf8)) }
}

/// The bytes with room behind them, as what writes them wants it.
func withPadding(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) -> Void) {
    (bytes + [UInt8](repeating: 0x22, count: 16)).withUnsafeBytes {
        body(UnsafeRawBufferPointer(rebasing: $0[..<bytes.count]))
    }
}
