import Records

/// Keeps the keys of a provider, and renews them before they end.
///
/// Requests go on with the keys in hand while one of them asks for new ones; only keys that have
/// ended make requests wait, and fail where there are no others.
actor RenewingCredentials: CredentialProvider {
    private let provider: any CredentialProvider
    private var held: Credentials?
    private var renewal: Task<Result<Credentials, Failure>, Never>?
    /// No renewal is tried before, so that a source in trouble is not stormed.
    private var nextRenewal = UTCTime(milliseconds: 0)

    /// Keys that end within these 15 minutes are renewed: the SDKs' advisory time. Their mandatory
    /// time, 10 minutes, in which a renewal that fails is an error, is not kept: keys that still
    /// hold are better than none.
    private static let window = 15 * 60
    /// Milliseconds between two attempts at most; less where the keys last less than that.
    private static let patience: Int64 = 60_000

    init(_ provider: any CredentialProvider) { self.provider = provider }

    func credentials() async throws(Failure) -> Credentials {
        guard let held else { return try await renew() }
        guard let end = held.expiration, end < UTCTime.now.adding(seconds: Self.window) else { return held }
        guard nextRenewal <= UTCTime.now else { return held }
        let hasEnded = end <= UTCTime.now
        if renewal != nil, !hasEnded { return held }
        do {
            return try await renew()
        } catch {
            if hasEnded { throw error }
            return held
        }
    }

    /// One renewal at a time, for all who wait.
    private func renew() async throws(Failure) -> Credentials {
        let task =
            renewal
            ?? Task { [provider] in
                do throws(Failure) { return .success(try await provider.credentials()) } catch {
                    return .failure(error)
                }
            }
        renewal = task
        let result = await task.value
        if renewal == task {
            renewal = nil
            take(result)
        }
        return try result.get()
    }

    private func take(_ result: Result<Credentials, Failure>) {
        if case .success(let keys) = result { held = keys }
        let left = (held?.expiration?.milliseconds ?? 0) - UTCTime.now.milliseconds
        var pause = min(Self.patience, left / 2)
        // A source that can only give keys that have ended has no better ones now: the service
        // may take them all the same.
        if left <= 0 { pause = if case .success = result { Self.patience } else { 0 } }
        nextRenewal = UTCTime(milliseconds: UTCTime.now.milliseconds + pause)
    }
}
