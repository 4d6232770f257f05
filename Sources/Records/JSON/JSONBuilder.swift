/// Puts a compact JSON object together, keys in the order of the calls.
package struct JSONBuilder {
    /// The object of what was added so far.
    package private(set) var object: [UInt8]

    /// - Parameter capacity: bytes that the object is likely to have.
    package init(capacity: Int = 128) {
        object = []
        object.reserveCapacity(capacity)
        object += "{}".utf8
    }

    /// A key whose value is nil is left out.
    package mutating func add(_ key: String, _ value: String?) {
        guard let value else { return }
        start(key)
        JSONString.append(value, to: &object)
        object.append(UInt8(ascii: "}"))
    }

    package mutating func add(_ key: String, _ value: Int?) {
        guard let value else { return }
        add(key, raw: Array(String(value).utf8))
    }

    /// An array of values that are JSON already.
    package mutating func add(_ key: String, array values: [[UInt8]]) {
        var list: [UInt8] = []
        list.reserveCapacity(values.reduce(2) { $0 + $1.count + 1 })
        list.append(UInt8(ascii: "["))
        for value in values {
            if list.count > 1 { list.append(UInt8(ascii: ",")) }
            list += value
        }
        list.append(UInt8(ascii: "]"))
        add(key, raw: list)
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
        object.append(contentsOf: value)
        object.append(UInt8(ascii: "}"))
    }

    /// Takes the closing brace away, which is to follow the value.
    private mutating func start(_ key: String) {
        object.removeLast()
        if object.count > 1 { object.append(UInt8(ascii: ",")) }
        JSONString.append(key, to: &object)
        object.append(UInt8(ascii: ":"))
    }
}
