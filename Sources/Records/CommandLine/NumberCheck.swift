package import ArgumentParser

/// For the `validate` of a tool: the usage error of a number out of its range.
package func check(_ flag: String, _ value: Int, in range: ClosedRange<Int>) throws(ValidationError) {
    guard !range.contains(value) else { return }
    let upper = range.upperBound == .max ? " or more" : " to \(range.upperBound)"
    throw ValidationError("\(flag) takes a number from \(range.lowerBound)\(upper)")
}
