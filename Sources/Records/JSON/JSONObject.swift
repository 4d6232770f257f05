/// A small JSON object, read whole: for records and AWS's answers, not for messages.
///
/// The last of duplicate keys counts; keys nobody asks for are ignored.
package struct JSONObject {
    package enum Value {
        case string(String)
        /// The number's text: going through a double would change it.
        case number(String)
        case object(JSONObject)
        case array([Value])
        case bool(Bool)
        case null
    }

    /// In the order of the text. Few enough that a look through them is faster than hashing their keys.
    private var members: [(key: String, value: Value)] = []

    /// - Parameter text: as `JSONCursor` wants it, with a NUL and room behind it.
    package init(_ text: UnsafeRawBufferPointer) throws(JSONError) {
        var cursor = JSONCursor(text)
        self = try Self.object(&cursor)
        try cursor.finish()
    }

    package init(_ text: [UInt8]) throws(JSONError) {
        let padded = text + [UInt8](repeating: 0, count: 64)
        var result = Result<JSONObject, JSONError>.failure(.malformed)
        padded.withUnsafeBytes { bytes in
            let whole = UnsafeRawBufferPointer(rebasing: bytes[..<text.count])
            result = Result { () throws(JSONError) in try JSONObject(whole) }
        }
        self = try result.get()
    }

    private init() {}

    package var keys: some Sequence<String> { Set(members.lazy.map(\.key)) }

    package subscript(key: String) -> Value? { members.last { $0.key == key }?.value }

    package func string(_ key: String) -> String? {
        if case .string(let text) = self[key] { text } else { nil }
    }

    package func integer(_ key: String) -> Int? {
        if case .number(let text) = self[key] { Int(text) } else { nil }
    }

    package func object(_ key: String) -> JSONObject? {
        if case .object(let object) = self[key] { object } else { nil }
    }

    package func objects(_ key: String) -> [JSONObject] {
        guard case .array(let values) = self[key] else { return [] }
        return values.compactMap { if case .object(let object) = $0 { object } else { nil } }
    }

    private static func object(_ cursor: inout JSONCursor) throws(JSONError) -> JSONObject {
        var object = JSONObject()
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
            object.members.append((cursor.text(key), try value(&cursor)))
        }
        return object
    }

    private static func value(_ cursor: inout JSONCursor) throws(JSONError) -> Value {
        if cursor.nextIsObject() { return .object(try object(&cursor)) }
        if cursor.nextIsArray() {
            var values: [Value] = []
            try cursor.enterArray()
            while try cursor.nextElement() { values.append(try value(&cursor)) }
            return .array(values)
        }
        let value = try cursor.value()
        switch value.kind {
        case .string: return .string(cursor.text(value))
        case .number: return .number(String(decoding: value.bytes, as: UTF8.self))
        case .true: return .bool(true)
        case .false: return .bool(false)
        default: return .null
        }
    }
}
