import AWS
import Records

/// How days may be put.
struct PutPolicy: Sendable {
    let storage: StorageOptions
    /// Day lines without a condition are taken.
    let mayOverwrite: Bool
    /// Conditions are not sent.
    let isUnconditional: Bool
    /// For stores that are not to be taken at their word.
    var probe: ConditionProbe?
}

/// The put of one day, and the meaning of each answer to it.
struct DayUpload: Sendable {
    let store: any ObjectStore
    let policy: PutPolicy

    /// S3's limit to an object.
    private static let largestObject = 5 << 40

    /// What became of a day line.
    struct Outcome: Sendable {
        /// The stored line.
        var record: DayRecord
        /// Puts that were made again, since two conditional writes had met.
        var repeats = 0
    }

    func run(_ day: DayRecord) async -> Outcome {
        var outcome = Outcome(record: day)
        if day.status == nil { await upload(day, &outcome) }
        return outcome
    }

    private func upload(_ day: DayRecord, _ outcome: inout Outcome) async {
        do throws(Refusal) {
            let (upload, file, url) = try check(day)
            if day.condition != nil { try await prove(url) }
            outcome.record.etag = try await put(upload, file, url, day.condition, &outcome.repeats)
            outcome.record.status = .stored
        } catch {
            switch error {
            case .conflict: outcome.record.status = .conflict
            case .failed(let code, let reason): outcome.record.fail(code: code, reason)
            }
        }
    }

    private enum Refusal: Error {
        case conflict
        case failed(code: String, any ReportableError)

        static func aws(_ error: AWSError) -> Refusal { .failed(code: error.code, error) }

        static func data(_ code: String, _ message: String, advice: String? = nil) -> Refusal {
            .failed(code: code, Failure(.badData, message, advice: advice))
        }
    }

    // MARK: Before

    /// The file must be the one that the line speaks of.
    private func check(_ day: DayRecord) throws(Refusal) -> (DayRecord.Upload, File, S3URL) {
        guard let url = S3URL(day.url), !url.key.isEmpty else {
            throw .data("BadURL", "\(escaped(day.url)) does not name an object")
        }
        guard let upload = day.upload else { throw .data("NoFile", "the day line names no file") }
        guard day.condition != nil || policy.mayOverwrite || policy.isUnconditional else {
            throw .data(
                "NoCondition", "the day line has neither ifMatch nor ifNoneMatch",
                advice: "give --overwrite to put it all the same")
        }
        guard upload.size <= Self.largestObject else {
            throw .data("EntityTooLarge", "\(escaped(upload.file)) is larger than 5 TiB")
        }
        do throws(Failure) {
            let file = try File.readingRegular(upload.file)
            guard try file.size() == upload.size,
                Encoding.hex(try Digest.sha256(file, offset: 0, size: upload.size)) == upload.sha256
            else {
                throw Failure(
                    .badData,
                    "\(escaped(upload.file)) is not the file that the day line names: its size or SHA-256 differs"
                )
            }
            return (upload, file, url)
        } catch {
            throw .failed(code: error.status == .badData ? "FileDiffers" : "InputOutput", error)
        }
    }

    private func prove(_ url: S3URL) async throws(Refusal) {
        guard let probe = policy.probe else { return }
        let isKept: Bool
        do throws(AWSError) { isKept = try await probe.keepsConditions(where: url) } catch {
            throw error.code == "NotImplemented" ? Self.unknownConditions(error) : .aws(error)
        }
        guard isKept else {
            throw .failed(
                code: "ConditionsIgnored",
                Failure(
                    .configuration,
                    "the store of \(escaped("s3://\(url.bucket)")) takes puts whose condition does not hold",
                    advice: Self.singleWriterAdvice))
        }
    }

    private static let singleWriterAdvice = "--unconditional is for a single writer only"

    private static func unknownConditions(_ error: AWSError) -> Refusal {
        .failed(
            code: error.code,
            Failure(
                .configuration, error.message,
                advice: "this store does not know conditional writes; \(singleWriterAdvice)"))
    }

    // MARK: The put

    private func put(
        _ upload: DayRecord.Upload, _ file: File, _ url: S3URL, _ condition: DayRecord.Condition?,
        _ repeats: inout Int
    ) async throws(Refusal) -> String? {
        let condition = policy.isUnconditional ? nil : condition
        var mayHaveLanded = false
        while true {
            do throws(AWSError) {
                return try await store.put(
                    upload, from: file, to: url, if: condition, options: policy.storage)
            } catch {
                var error = error
                mayHaveLanded = mayHaveLanded || error.mayHaveLanded
                error.mayHaveLanded = mayHaveLanded
                // Two conditional writes met. Nothing was written, and the condition can still hold
                // where no object was known; an ETag must be read afresh first.
                if error.code == "ConditionalRequestConflict", case .ifNoneMatch = condition, repeats < 3 {
                    repeats += 1
                    await store.pause(beforeAttempt: repeats + 1)
                    continue
                }
                return try await settle(error, upload, url, condition)
            }
        }
    }

    /// What a refused or failed put means; the ETag where it had landed all the same.
    private func settle(
        _ error: AWSError, _ upload: DayRecord.Upload, _ url: S3URL, _ condition: DayRecord.Condition?
    ) async throws(Refusal) -> String? {
        if error.mayHaveLanded, Self.mayHideSuccess(error),
            let etag = await etagIfEqual(upload, url)
        {
            return etag
        }
        switch error.code {
        case "PreconditionFailed":
            if condition == .ifNoneMatch(absence: .unproven) { try await settleUnproven(url) }
            throw .conflict
        case "ConditionalRequestConflict": throw .conflict
        case "NoSuchKey": throw .conflict
        case "NotImplemented" where condition != nil: throw Self.unknownConditions(error)
        default: throw .aws(error)
        }
    }

    /// After an attempt whose answer was lost, these do not say that nothing was written.
    private static func mayHideSuccess(_ error: AWSError) -> Bool {
        // A multipart upload that was completed is not known any more.
        ["PreconditionFailed", "MalformedAnswer", "NoSuchUpload"].contains(error.code) || error.isRetryable
    }

    /// There is an object where its absence could not be proven: if it can be read, somebody has
    /// just made it; if not, this user never could.
    private func settleUnproven(_ url: S3URL) async throws(Refusal) {
        do throws(AWSError) { try await store.probe(url) } catch {
            if error.code == "NoSuchKey" { return }
            guard error.code == "AccessDenied" else { throw .aws(error) }
            throw .failed(
                code: error.code,
                Failure(
                    .accessDenied, "\(error.message): the object is there but cannot be read",
                    advice: "the policy lacks s3:GetObject for it"))
        }
    }

    /// The ETag of the object if it has just the bytes that were to be put: an earlier attempt,
    /// whose answer was lost, has landed.
    private func etagIfEqual(_ upload: DayRecord.Upload, _ url: S3URL) async -> String? {
        let hash = RunningHash()
        guard case .found(let etag)? = try? await store.get(url, into: hash), hash.finish() == upload.sha256
        else {
            return nil
        }
        return etag
    }
}
