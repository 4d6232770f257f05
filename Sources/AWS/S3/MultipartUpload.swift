import Records

/// An object put in parts, some at once: what is lost by a broken connection is one part.
///
/// Nothing is to be seen in the bucket before the last call, which alone bears the condition. The
/// sizes are S3's: at most 10,000 parts, of 5 MiB or more but for the last.
struct MultipartUpload: Sendable {
    /// Larger files are put in parts.
    static let threshold = 64 << 20

    private static let concurrency = 4
    private static let mostParts = 10_000

    let store: S3ObjectStore
    let upload: DayRecord.Upload
    let file: File
    let url: S3URL
    let condition: DayRecord.Condition?
    let options: StorageOptions
    /// In bytes; a smaller one would cost more requests than it is worth.
    var smallestPart = 16 << 20

    struct Part: Sendable {
        let number: Int
        let etag: String
        let sha256: [UInt8]
    }

    /// The new ETag. What fails, or is cancelled, is aborted: S3 keeps parts, and bills them, for ever.
    func run() async throws(AWSError) -> String {
        // In a task of its own: an upload whose answer was not awaited could never be aborted.
        let id = try await Task { () async -> Result<String, AWSError> in
            do throws(AWSError) { return .success(try await create()) } catch { return .failure(error) }
        }.value.get()
        do throws(AWSError) {
            let parts = try await putParts(id)
            try checkUnchanged()
            return try await complete(id, parts)
        } catch {
            // In a task of its own: this one may have been cancelled. Its failure is not the one to tell.
            await Task { try? await store.abortMultipartUpload(url, id) }.value
            throw error
        }
    }

    private func create() async throws(AWSError) -> String {
        do {
            return try await store.createMultipartUpload(url, options)
        } catch {
            throw withoutEffect(error)
        }
    }

    private func putParts(_ id: String) async throws(AWSError) -> [Part] {
        let size = partSize
        let numbers = 1...(upload.size + size - 1) / size
        var parts: [Part] = []
        try await inParallel(numbers, concurrency: Self.concurrency) { number in
            await put(number, offset: (number - 1) * size, size: size, id)
        } take: { result throws(AWSError) in
            parts.append(try result.get())
        }
        return parts.sorted { $0.number < $1.number }
    }

    private func put(_ number: Int, offset: Int, size: Int, _ id: String) async -> Result<Part, AWSError> {
        let size = min(size, upload.size - offset)
        do throws(AWSError) {
            let hash = try hash(offset: offset, size: size)
            let body = HTTPRequest.Body.file(file, offset: offset, size: size)
            let etag = try await store.uploadPart(url, id, number, body, sha256: hash)
            return .success(Part(number: number, etag: etag, sha256: hash))
        } catch {
            return .failure(withoutEffect(error))
        }
    }

    private func complete(_ id: String, _ parts: [Part]) async throws(AWSError) -> String {
        var attempt = 1
        var mayHaveLanded = false
        while true {
            do throws(AWSError) {
                return try await store.completeMultipartUpload(url, id, parts, if: condition)
            } catch {
                var error = error
                mayHaveLanded = mayHaveLanded || error.mayHaveLanded
                error.mayHaveLanded = mayHaveLanded
                // An error inside a 200 has not been tried again yet.
                guard error.httpStatus == 200, error.isRetryable, attempt < store.maxAttempts else {
                    throw error
                }
                attempt += 1
                await store.pause(beforeAttempt: attempt)
            }
        }
    }

    var partSize: Int {
        let least = (upload.size + Self.mostParts - 1) / Self.mostParts
        let mebibytes = (least + (1 << 20) - 1) >> 20
        return least <= smallestPart ? smallestPart : mebibytes << 20
    }

    /// Each part has been hashed by itself, and only the whole was compared with the day line.
    private func checkUnchanged() throws(AWSError) {
        do { try file.checkUnchanged() } catch {
            let code = error.status == .badData ? "FileDiffers" : "InputOutput"
            throw AWSError(operation: "UploadPart", resource: "\(url)", code: code, local: error)
        }
    }

    private func hash(offset: Int, size: Int) throws(AWSError) -> [UInt8] {
        do { return try Digest.sha256(file, offset: offset, size: size) } catch {
            throw AWSError(operation: "UploadPart", resource: "\(url)", code: "InputOutput", local: error)
        }
    }

    /// Before the last call nothing can have been written.
    private func withoutEffect(_ error: AWSError) -> AWSError {
        var error = error
        error.mayHaveLanded = false
        return error
    }
}

/// The four calls.
extension S3ObjectStore {
    fileprivate func createMultipartUpload(
        _ url: S3URL, _ options: StorageOptions
    ) async throws(AWSError) -> String {
        let response = try await send("CreateMultipartUpload", url) { request in
            request.method = "POST"
            request.query = [("uploads", "")]
            request.headers += Self.objectHeaders(options)
            if self.wantsRequestChecksum { request.headers.append(("x-amz-checksum-algorithm", "SHA256")) }
        }
        let text = String(decoding: response.body, as: UTF8.self)
        guard let id = XMLError.element("UploadId", in: text), !id.isEmpty else {
            throw failure("CreateMultipartUpload", url, "MalformedAnswer", "the answer names no upload")
        }
        return id
    }

    fileprivate func uploadPart(
        _ url: S3URL, _ id: String, _ number: Int, _ body: HTTPRequest.Body, sha256: [UInt8]
    ) async throws(AWSError) -> String {
        let checksum = Encoding.base64(sha256)
        let response = try await send("UploadPart", url, payloadHash: Encoding.hex(sha256)) { request in
            request.method = "PUT"
            request.query = [("partNumber", "\(number)"), ("uploadId", id)]
            request.body = body
            if self.wantsRequestChecksum { request.headers.append(("x-amz-checksum-sha256", checksum)) }
        }
        guard let etag = response.header("etag"), DayRecord.isStrongETag(etag) else {
            throw failure("UploadPart", url, "MalformedAnswer", "the answer names no ETag")
        }
        if let stored = response.header("x-amz-checksum-sha256"), stored != checksum {
            throw failure("UploadPart", url, "ChecksumMismatch", "S3 has another SHA-256 for part \(number)")
        }
        return etag
    }

    fileprivate func completeMultipartUpload(
        _ url: S3URL, _ id: String, _ parts: [MultipartUpload.Part], if condition: DayRecord.Condition?
    ) async throws(AWSError) -> String {
        let document = Array(completion(parts).utf8)
        let hash = Encoding.hex(Digest.sha256(document))
        let response = try await send("CompleteMultipartUpload", url, payloadHash: hash) { request in
            request.method = "POST"
            request.query = [("uploadId", id)]
            request.body = .bytes(document)
            request.headers += [("Content-Type", "application/xml")] + Self.conditionHeaders(condition)
            // Putting many parts together takes S3 minutes.
            request.stallSeconds = 300
        }
        // S3 answers 200 before it knows, to keep the connection open: an error may follow.
        let text = String(decoding: response.body, as: UTF8.self)
        if let code = XMLError.element("Code", in: text) {
            var error = AWSError(
                operation: "CompleteMultipartUpload", resource: "\(url)", code: code, httpStatus: 200,
                requestID: XMLError.element("RequestId", in: text))
            error.mayHaveLanded = true
            throw error
        }
        let etag = XMLError.element("ETag", in: text)?.replacing("&quot;", with: "\"").replacing(
            "&#34;", with: "\"")
        guard let etag, DayRecord.isStrongETag(etag) else {
            var error = failure("CompleteMultipartUpload", url, "MalformedAnswer", "the answer names no ETag")
            error.mayHaveLanded = true
            throw error
        }
        return etag
    }

    fileprivate func abortMultipartUpload(_ url: S3URL, _ id: String) async throws(AWSError) {
        _ = try await send("AbortMultipartUpload", url) { request in
            request.method = "DELETE"
            request.query = [("uploadId", id)]
        }
    }

    private func completion(_ parts: [MultipartUpload.Part]) -> String {
        let entries = parts.map { part in
            let etag = part.etag.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            let checksum =
                wantsRequestChecksum
                ? "<ChecksumSHA256>\(Encoding.base64(part.sha256))</ChecksumSHA256>" : ""
            return "<Part><PartNumber>\(part.number)</PartNumber><ETag>\(etag)</ETag>\(checksum)</Part>"
        }
        return "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            + entries.joined() + "</CompleteMultipartUpload>"
    }
}
