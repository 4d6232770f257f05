import Records

extension S3ObjectStore {
    /// An ETag as S3 makes them, of bytes that nobody will find.
    private static let noETag = "\"00000000000000000000000000000000\""

    func keepsConditions(_ url: S3URL) async throws(AWSError) -> Bool {
        do {
            _ = try await send("PutObject", url) { request in
                request.method = "PUT"
                request.headers += Self.conditionHeaders(.ifMatch(Self.noETag))
            }
        } catch  where Self.refusals.contains(error.code) {
            return true
        }
        // It was taken: away with it, where that is permitted.
        _ = try? await send("DeleteObject", url) { $0.method = "DELETE" }
        return false
    }

    /// There is no such object, or there is one with another ETag, or one is being made.
    private static let refusals: Set<String> = [
        "NoSuchKey", "PreconditionFailed", "ConditionalRequestConflict",
    ]
}
