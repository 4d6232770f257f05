import Records
import Synchronization

/// S3 itself, or a store that speaks as it does.
final class S3ObjectStore: ObjectStore {
    private let client: Client
    private let configuration: Configuration
    private let rules: EndpointRules
    private let endpoint: Endpoint?
    /// Takes hints to the operator.
    private let notice: @Sendable (String) -> Void
    /// Where buckets were found to be, when it was not where they were looked for.
    private let regions = Mutex<[String: String]>([:])

    init(
        _ configuration: Configuration, _ client: Client, notice: @escaping @Sendable (String) -> Void
    ) throws(Failure) {
        self.client = client
        self.configuration = configuration
        self.notice = notice
        rules = try configuration.endpointRules()
        endpoint = try configuration.endpoint(for: .s3)
        // What contradicts itself is to be said now, not for each day.
        _ = try rules.endpoint(of: .s3, region: configuration.region ?? Self.firstRegion, custom: endpoint)
    }

    func get(
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
        } catch {
            guard let flaw = sink.refusal else { throw error }
            throw failure("GetObject", url, flaw.code, flaw.reason)
        }
        if let flaw = sink.flaw(in: response) { throw failure("GetObject", url, flaw.code, flaw.reason) }
        guard let etag = response.header("etag"), DayRecord.isStrongETag(etag) else {
            throw failure("GetObject", url, "NoStrongETag", "no ETag that a condition could name")
        }
        return .found(etag: etag)
    }

    func probe(_ url: S3URL) async throws(AWSError) {
        do {
            _ = try await send("GetObject", url) { request in
                request.method = "GET"
                request.headers.append(("Range", "bytes=0-0"))
            }
        } catch  where error.code == "InvalidRange" {
            // An empty object has no first byte, but it was read.
        }
    }

    func put(
        _ upload: DayRecord.Upload, from file: File, to url: S3URL, if condition: DayRecord.Condition?,
        options: StorageOptions
    ) async throws(AWSError) -> String {
        guard upload.size <= MultipartUpload.threshold else {
            return try await MultipartUpload(
                store: self, upload: upload, file: file, url: url, condition: condition, options: options
            ).run()
        }
        let response = try await send("PutObject", url, payloadHash: upload.sha256) { request in
            request.method = "PUT"
            request.body = .file(file, offset: 0, size: upload.size)
            request.headers += Self.objectHeaders(options) + Self.conditionHeaders(condition)
            if self.wantsRequestChecksum, let hash = Encoding.bytes(hex: upload.sha256) {
                request.headers.append(("x-amz-checksum-sha256", Encoding.base64(hash)))
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

    func pause(beforeAttempt attempt: Int) async { await client.pause(beforeAttempt: attempt) }

    var maxAttempts: Int { client.maxAttempts }

    // MARK: Headers

    var wantsRequestChecksum: Bool { configuration.wantsRequestChecksum }

    static func objectHeaders(_ options: StorageOptions) -> [(name: String, value: String)] {
        let headers = [
            ("Content-Type", "application/x-ndjson"),
            ("x-amz-server-side-encryption", options.encryption),
            ("x-amz-server-side-encryption-aws-kms-key-id", options.encryptionKeyID),
            ("x-amz-storage-class", options.storageClass),
        ]
        return headers.compactMap { name, value in value.map { (name, $0) } }
    }

    static func conditionHeaders(_ condition: DayRecord.Condition?) -> [(name: String, value: String)] {
        switch condition {
        case .ifMatch(let etag): [("If-Match", etag)]
        case .ifNoneMatch: [("If-None-Match", "*")]
        case nil: []
        }
    }

    // MARK: Sending

    private static let emptyHash = Encoding.hex(Digest.sha256([]))
    /// Where a bucket is looked for when nothing says where it is.
    private static let firstRegion = "us-east-1"

    /// Sends to the region where the bucket is; where that turns out to be another one, once more.
    func send(
        _ operation: String, _ url: S3URL, payloadHash: String = S3ObjectStore.emptyHash,
        _ prepare: (inout HTTPRequest) -> Void, sink: () -> ObjectSink? = { nil }
    ) async throws(AWSError) -> HTTPResponse {
        func call(_ region: String) throws(AWSError) -> Call {
            let address: S3Address
            do {
                address = try S3Address(url, region: region, rules: rules, custom: endpoint)
            } catch {
                throw AWSError(
                    operation: operation, resource: "\(url)", code: "Misconfigured", local: error)
            }
            var request = HTTPRequest(method: "GET", endpoint: address.endpoint, path: address.path)
            request.headers.append(("x-amz-content-sha256", payloadHash))
            prepare(&request)
            return Call(
                operation: operation, resource: "\(url)", service: "s3", region: address.signingRegion,
                request: request, payloadHash: payloadHash, sink: sink(), parseError: XMLError.parse)
        }
        let region = regions.withLock { $0[url.bucket] } ?? configuration.region ?? Self.firstRegion
        do {
            return try await client.send(call(region))
        } catch {
            guard let other = error.region, other != region, [301, 307, 400].contains(error.httpStatus) else {
                throw error
            }
            remember(other, of: url.bucket, lookedForIn: region)
            return try await client.send(call(other))
        }
    }

    private func remember(_ region: String, of bucket: String, lookedForIn first: String) {
        let isNew = regions.withLock { $0.updateValue(region, forKey: bucket) == nil }
        if isNew {
            notice(
                "\(escaped(bucket)) is in \(region), not in \(escaped(first)): "
                    + "AWS_REGION=\(region) would spare a redirect")
        }
    }

    func failure(_ operation: String, _ url: S3URL, _ code: String, _ reason: String) -> AWSError {
        AWSError(operation: operation, resource: "\(url)", code: code, reason: reason)
    }
}
