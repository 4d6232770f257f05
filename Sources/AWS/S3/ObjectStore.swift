package import Records

/// What a read found.
package enum ObjectState: Sendable {
    /// The whole object was read; its ETag, quotes included.
    case found(etag: String)
    /// Proven by a 404 NoSuchKey; unproven where S3 answered 403 AccessDenied, as it does for a
    /// missing key without s3:ListBucket.
    case absent(DayRecord.Absence)
}

/// How an object is to be kept.
package struct StorageOptions: Sendable {
    package var encryption: String?
    package var encryptionKeyID: String?
    package var storageClass: String?

    package init(encryption: String? = nil, encryptionKeyID: String? = nil, storageClass: String? = nil) {
        self.encryption = encryption
        self.encryptionKeyID = encryptionKeyID
        self.storageClass = storageClass
    }
}

/// Objects in buckets, as far as day-merge and s3-put need them. A test can stand in for it.
package protocol ObjectStore: Sendable {
    /// Reads a whole object. Repeating is safe.
    ///
    /// - Throws: for every answer that is neither the whole object nor one of the two kinds of
    ///   absence.
    func get(_ url: S3URL, into destination: any ObjectDestination) async throws(AWSError) -> ObjectState

    /// Whether the object can be read: asks for its first byte.
    ///
    /// - Throws: with the code that a HEAD would not have.
    func probe(_ url: S3URL) async throws(AWSError)

    /// Puts the file under the condition, in parts if it is large; the new ETag.
    ///
    /// Repeating is safe under a condition: at the worst it fails with PreconditionFailed, and
    /// the error's `mayHaveLanded` tells whether an earlier attempt may be the reason.
    func put(
        _ upload: DayRecord.Upload, from file: File, to url: S3URL, if condition: DayRecord.Condition?,
        options: StorageOptions
    ) async throws(AWSError) -> String

    /// Whether the store refuses a put whose condition does not hold, tried on an object that is
    /// of no use to anybody. One that keeps conditions has nothing new afterwards.
    ///
    /// - Throws: for every answer that is no proof of either.
    func keepsConditions(_ url: S3URL) async throws(AWSError) -> Bool

    /// Waits as the retry policy does between attempts.
    func pause(beforeAttempt attempt: Int) async
}
