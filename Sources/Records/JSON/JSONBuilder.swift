/// Puts a compact JSON object together, keys in the order of the calls.
package struct JSONBuilder {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    package init() {}

    package var object: [UInt8] { bytes + [UInt8(ascii: "}")] }

    /// A key whose value is nil is left out.
    package mutating func add(_ key: String, _ value: String?) {
        guard let value else { return }
        start(key)
        JSONString.append(value, to: &bytes)
    }

    package mutating func add(_ key: String, _ value: Int?) {
        guard let value else { return }
        add(key, raw: Array(String(value).utf8))
    }

    /// An array of values that are JSON already.
    package mutating func add(_ key: String, array values: [[UInt8]]) {
        add(
            key,
            raw: [UInt8(ascii: "[")] + values.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")])
    }

    package mutating func add(_ key: String, _ values: [String]) {
        add(
            key,
            array: values.map { value in
                var text: [UInt8] = []
                JSONString.append(value, to: &text)
                return text
            })
    }

    /// A value that is JSON already.
    package mutating func add(_ key: String, raw value: [UInt8]) {
        start(key)
        bytes.append(contentsOf: value)
    }

    private mutating func start(_ key: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        JSONString.append(key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
    }
}
