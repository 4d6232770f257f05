package import Records

/// Takes an object's bytes as they arrive, on the transport's thread.
package protocol ObjectDestination: AnyObject, Sendable {
    /// Another attempt begins: what the last one brought is to be forgotten.
    func restart() throws(Failure)
    func write(_ bytes: UnsafeRawBufferPointer) throws(Failure)
}

extension File: ObjectDestination {
    package func restart() throws(Failure) { try truncate() }
}

/// Hands an object's bytes on and keeps what is needed to prove that they are all of them.
final class ObjectSink: ResponseSink, @unchecked Sendable {
    // @unchecked: the transport's thread writes; the caller looks after the transfer has ended.
    private let destination: any ObjectDestination
    private var length = 0
    private var received = 0
    private var checksum: Checksum?
    /// What the head of the answer said against its body, so that none of it was taken.
    private(set) var refusal: Flaw?

    /// Why an answer is not the whole object: a code and a reason.
    typealias Flaw = (code: String, reason: String)

    init(_ destination: any ObjectDestination) { self.destination = destination }

    func begin(_ response: HTTPResponse) throws(Failure) {
        refusal = Self.flaw(ofHead: response)
        if let refusal { throw Failure(.unavailable, refusal.reason) }
        length = response.header("content-length").flatMap(Int.init) ?? 0
        try destination.restart()
        received = 0
        if let sent = Checksum.sent(response) { checksum = Checksum(sent.name) } else { checksum = nil }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        try destination.write(bytes)
        received += bytes.count
        checksum?.update(bytes)
    }

    /// Nil where the body can be the whole object, and it can be seen whether it is.
    private static func flaw(ofHead response: HTTPResponse) -> Flaw? {
        guard response.status == 200 else { return ("IncompleteBody", "the answer is not the whole object") }
        if let encoding = response.header("content-encoding"), !encoding.isEmpty, encoding != "identity" {
            return ("ContentEncoding", "the object has a Content-Encoding, which cannot be merged")
        }
        guard response.header("content-length").flatMap(Int.init) != nil else {
            return ("IncompleteBody", "no Content-Length proves that the body is complete")
        }
        return nil
    }

    /// Nil when the body that came is complete: its Content-Length was given and met, and any
    /// checksum that S3 sent agrees.
    func flaw(in response: HTTPResponse) -> Flaw? {
        guard received == length else {
            return ("IncompleteBody", "\(received) bytes of \(length) arrived")
        }
        guard let sent = Checksum.sent(response), let checksum = checksum.take() else { return nil }
        if checksum.finish() == sent.value { return nil }
        return ("ChecksumMismatch", "the body does not have the \(sent.name) that S3 sent")
    }
}
