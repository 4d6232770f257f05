import Support
import Synchronization

/// A bucket that remembers what is put, to be had from a ``StubServer``, of an S3 that no server can be
/// made to be: one that says nothing of what is missing, or one that takes no notice of conditions.
final class StubBucket: Sendable {
    private struct Object {
        let bytes: [UInt8]
        let etag: String
    }

    private let objects = Mutex<[String: Object]>([:])
    private let keepsConditions: Bool
    private let tellsAbsence: Bool

    init(keepsConditions: Bool = true, tellsAbsence: Bool = true) {
        self.keepsConditions = keepsConditions
        self.tellsAbsence = tellsAbsence
    }

    func text(_ path: String) -> String? {
        objects.withLock { $0[path] }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    var paths: [String] { objects.withLock { $0.keys.sorted() } }

    func reply(to request: StubRequest) -> StubReply {
        objects.withLock { objects in
            let found = objects[request.path]
            switch request.method {
            case "GET":
                guard let found else { return missing }
                return StubReply(200, [("ETag", found.etag)], body: found.bytes)
            case "DELETE":
                objects[request.path] = nil
                return StubReply(204)
            default:
                if keepsConditions, let refusal = Self.refusal(of: request, found) { return refusal }
                let made = Object(bytes: request.body, etag: "\"e-\(request.body.count)\"")
                objects[request.path] = made
                return StubReply(200, [("ETag", made.etag)])
            }
        }
    }

    private var missing: StubReply {
        tellsAbsence ? s3Error(404, "NoSuchKey") : s3Error(403, "AccessDenied")
    }

    private static func refusal(of request: StubRequest, _ found: Object?) -> StubReply? {
        if request.header("If-None-Match") != nil, found != nil { return s3Error(412, "PreconditionFailed") }
        guard let etag = request.header("If-Match") else { return nil }
        guard let found else { return s3Error(404, "NoSuchKey") }
        return found.etag == etag ? nil : s3Error(412, "PreconditionFailed")
    }
}
