/// Bounds that every reader keeps, so that no input can make a tool grow.
package enum Limits {
    /// The longest line that is held, without its newline; a longer one is refused.
    package static let lineLength = 16 << 20
    /// The deepest nesting of a JSON text.
    package static let depth = 512
}
