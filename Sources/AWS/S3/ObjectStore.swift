package import Records
import Synchronization

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

/// S3, as far as day-merge and s3-put need it.
package final class ObjectStore: Sendable {
    private let client: Client
    private let configuration: Configuration
    private let endpoint: Endpoint?
    /// Where buckets were found to be, when it was not where they were looked for.
    private let regions = Mutex<[String: String]>([:])

    package init(_ configuration: Configuration) throws(Failure) {
        client = try configuration.client()
        self.configuration = configuration
        endpoint = try configuration.endpoint(for: .s3)
    }

    /// Reads a whole object. Repeating is safe.
    ///
    /// - Throws: for every answer that is neither the whole object nor one of the two kinds of
    ///   absence.
    package func get(
        _ url: S3URL, into destination: any ObjectDestination
    ) async throws(AWSError) -> ObjectState {
        let sink = ObjectSink(destination)
        let response: HTTPResponse
        do {
            response = try await send("GetObject", url) { request in
                request.method = "GET"
                if self.configuration.wantsResponseChecksum {
                    request.headers.append(("x-amz-checksum-mode", "ENABLED"))
                }
            } sink: {
                sink
            }
        } catch  where error.httpStatus == 404 && error.code == "NoSuchKey" {
            return .absent(.proven)
        } catch  where error.httpStatus == 403 && error.code == "AccessDenied" {
            return .absent(.unproven)
        }
        if let flaw = sink.flaw(in: response) { throw failure("GetObject", url, flaw.code, flaw.reason) }
        guard let etag = response.header("etag"), DayRecord.isStrongETag(etag) else {
            throw failure("GetObject", url, "NoStrongETag", "no ETag that a condition could name")
        }
        return .found(etag: etag)
    }

    /// Whether the object can be read: asks for its first byte.
    ///
    /// - Throws: with the code that a HEAD would not have.
    package func probe(_ url: S3URL) async throws(AWSError) {
        do {
            _ = try await send("GetObject", url) { request in
                request.method = "GET"
                request.headers.append(("Range", "bytes=0-0"))
            }
        } catch  where error.code == "InvalidRange" {
            // An empty object has no first byte, but it was read.
        }
    }

    /// Puts the file under the condition; the new ETag.
    ///
    /// Repeating is safe under a condition: at the worst it fails with PreconditionFailed, and
    /// the error's `mayHaveLanded` tells whether an earlier attempt may be the reason.
    package func put(
        _ upload: DayRecord.Upload, from file: File, to url: S3URL, if condition: DayRecord.Condition?,
        options: StorageOptions
    ) async throws(AWSError) -> String {
        let response = try await send("PutObject", url, payloadHash: upload.sha256) { request in
            request.method = "PUT"
            request.body = .file(file, size: upload.size)
            request.headers.append(("Content-Type", "application/x-ndjson"))
            switch condition {
            case .ifMatch(let etag): request.headers.append(("If-Match", etag))
            case .ifNoneMatch: request.headers.append(("If-None-Match", "*"))
            case nil: break
            }
            if self.configuration.wantsRequestChecksum, let hash = Encoding.bytes(hex: upload.sha256) {
                request.headers.append(("x-amz-checksum-sha256", Encoding.base64(hash)))
            }
            for (name, value) in [
                ("x-amz-server-side-encryption", options.encryption),
                ("x-amz-server-side-encryption-aws-kms-key-id", options.encryptionKeyID),
                ("x-amz-storage-class", options.storageClass),
            ] {
                if let value { request.headers.append((name, value)) }
            }
        }
        // A proxy's own 200 is no proof: S3 always names the new ETag.
        guard response.status == 200, let etag = response.header("etag"), DayRecord.isStrongETag(etag) else {
            var error = failure("PutObject", url, "MalformedAnswer", "the answer names no ETag")
            error.mayHaveLanded = true
            throw error
        }
        return etag
    }

    /// Waits as the retry policy does between attempts.
    package func pause(beforeAttempt attempt: Int) async { await client.pause(beforeAttempt: attempt) }

    // MARK: Sending

    private static let emptyHash = Encoding.hex(Digest.sha256([]))

    /// Sends to the region where the bucket is; where that turns out to be another one, once more.
    private func send(
        _ operation: String, _ url: S3URL, payloadHash: String = ObjectStore.emptyHash,
        _ prepare: (inout HTTPRequest) -> Void, sink: () -> ObjectSink? = { nil }
    ) async throws(AWSError) -> HTTPResponse {
        func call(_ region: String) -> Call {
            let address = S3Address(url, region: region, custom: endpoint)
            var request = HTTPRequest(method: "GET", endpoint: address.endpoint, path: address.path)
            request.headers.append(("x-amz-content-sha256", payloadHash))
            prepare(&request)
            return Call(
                operation: operation, resource: "\(url)", service: "s3", region: region, request: request,
                payloadHash: payloadHash, sink: sink(), parseError: S3Error.parse)
        }
        let region = regions.withLock { $0[url.bucket] } ?? configuration.region ?? "us-east-1"
        do {
            return try await client.send(call(region))
        } catch {
            guard let other = error.region, other != region, [301, 307, 400].contains(error.httpStatus) else {
                throw error
            }
            regions.withLock { $0[url.bucket] = other }
            return try await client.send(call(other))
        }
    }

    private func failure(_ operation: String, _ url: S3URL, _ code: String, _ reason: String) -> AWSError {
        AWSError(operation: operation, resource: "\(url)", code: code, reason: reason)
    }
}
