/// What one pull may take at the most.
struct PullBounds: Sendable {
    let messages: Int
    let seconds: Int
    /// Of one poll, for a first message.
    let waitSeconds: Int
    let visibilitySeconds: Int
    let concurrency: Int
}
