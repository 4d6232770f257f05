import AWS

/// Finds out whether a store keeps conditions, once for each bucket.
///
/// Nothing but a put that must be refused can prove it: a store that takes no notice of conditions
/// answers as one whose conditions hold. So it is tried on an object beside the days.
actor ConditionProbe {
    private static let name = "conditions.probe"

    private let store: any ObjectStore
    private var answers: [String: Task<Result<Bool, AWSError>, Never>] = [:]

    init(_ store: any ObjectStore) { self.store = store }

    /// - Throws: where it could not be found out.
    func keepsConditions(where url: S3URL) async throws(AWSError) -> Bool {
        let answer =
            answers[url.bucket]
            ?? Task { [store] in
                do throws(AWSError) {
                    return .success(try await store.keepsConditions(url.sibling(Self.name)))
                } catch {
                    return .failure(error)
                }
            }
        answers[url.bucket] = answer
        return try await answer.value.get()
    }
}
