import Records
import Support
import Testing

@testable import AWS

/// Answers that came broken, too large, or with an error where success was said.
@Suite struct DamagedAnswerTests {
    private static let oneMessage = #"{"Messages":[\#(message)]}"#
    private static let message =
        #"{"MessageId":"m","ReceiptHandle":"r","MD5OfBody":"99914b932bd37a50b983c5e7c90ae93b","Body":"{}"}"#

    @Test(arguments: [
        StubReply.closed, .reset, StubReply(body: oneMessage, delivery: .cut(after: 20)),
        StubReply(body: oneMessage, delivery: .reset(after: 20)),
        StubReply(body: "", delivery: .cut(after: 0)).lacking(bytes: 10),
    ])
    func aReceiveThatBreaksMayHaveHiddenMessages(_ reply: StubReply) async throws {
        let error = try await receiveError(try server(answering: reply))
        #expect(error.code == "ConnectionBroken" && error.status == .unavailable)
        #expect(error.mayHaveLanded)
    }

    /// Without a length the end of the connection ends the body; half of it is no JSON.
    @Test func aReceiveWithoutALengthIsCutIntoNothing() async throws {
        for count in 1..<Self.oneMessage.utf8.count where count % 7 == 0 {
            let reply = StubReply(body: Self.oneMessage, delivery: .untilClose(after: count))
            #expect(try await receiveError(try server(answering: reply)).code == "MalformedAnswer")
        }
    }

    @Test(arguments: [
        StubReply.Delivery.whole, .chunked, .untilClose(after: nil), .stalled(after: 9, seconds: 0.1),
    ])
    func aReceiveThatIsWholeIsTaken(_ delivery: StubReply.Delivery) async throws {
        let server = try server(answering: StubReply(body: Self.oneMessage, delivery: delivery))
        let batch = try await queue(server).receive(wait: 0, visibility: 1, atMost: 10)
        #expect(batch.messages.map(\.messageID) == ["m"])
        #expect(batch.messages.map(\.isIntact) == [true])
    }

    // MARK: Errors under a success

    @Test func aDeleteWhoseSuccessHoldsAnErrorHasDeletedNothing() async throws {
        let reply = StubReply(body: #"{"__type":"com.amazonaws.sqs#InternalFailure","message":"m"}"#)
        let server = try server(answering: reply)
        let outcomes = try await queue(server).delete(["a", "b"])
        #expect(!server.requests.isEmpty)
        #expect(outcomes.allSatisfy { if case .failed = $0 { true } else { false } })
    }

    @Test(arguments: [
        StubReply(body: "<Error><Code>InternalError</Code></Error>"), StubReply(204), StubReply(202),
        StubReply(200, [("ETag", "W/\"weak\"")]), StubReply(200, [("ETag", "")]),
        StubReply(201, [("ETag", "\"e\"")]),
    ])
    func aPutWhoseSuccessNamesNoObjectMayHaveLanded(_ reply: StubReply) async throws {
        let server = try server(answering: reply)
        let folder = try TemporaryDirectory()
        let file = try File.reading(try folder.write("file", "line\n"))
        let hash = Encoding.hex(Digest.sha256(Array("line\n".utf8)))
        let upload = DayRecord.Upload(file: file.path, size: 5, sha256: hash)
        let store = try Session(configuration(at: server)).objectStore()
        let error = await #expect(throws: AWSError.self) {
            try await store.put(
                upload, from: file, to: try #require(S3URL("s3://bucket/key")),
                if: .ifNoneMatch(absence: .proven), options: StorageOptions())
        }
        #expect(error?.code == "MalformedAnswer")
        #expect(error?.mayHaveLanded == true)
    }

    // MARK: Answers beyond measure

    @Test(arguments: [StubReply.Delivery.whole, .chunked, .untilClose(after: nil)], [200, 403, 404])
    func anAnswerIsTakenUpToAMebibyte(_ delivery: StubReply.Delivery, _ status: Int) async throws {
        let body = [UInt8](repeating: UInt8(ascii: " "), count: (1 << 20) + 1)
        let server = try server(answering: StubReply(status, body: body, delivery: delivery))
        let queue = try queue(server)
        let error = await #expect(throws: AWSError.self) { try await queue.attributes() }
        #expect(error?.code == "ResponseTooLarge")
    }

    /// A refusal that is too large to be read proves no absence.
    @Test func anErrorDocumentBeyondMeasureIsNoAbsence() async throws {
        let more = String(repeating: "<A>b</A>", count: 150_000)
        let server = try server(answering: s3Error(404, "NoSuchKey", more: more))
        let store = try Session(configuration(at: server)).objectStore()
        let error = await #expect(throws: AWSError.self) {
            try await store.get(try #require(S3URL("s3://bucket/key")), into: Ignored())
        }
        #expect(error?.code == "ResponseTooLarge")
    }

    @Test func headersBeyondMeasureAreNotKept() async throws {
        let headers = (0..<4000).map { ("x-\($0)", String(repeating: "y", count: 1000)) }
        let server = try server(answering: StubReply(200, headers, body: "{}"))
        let queue = try queue(server)
        await #expect(throws: AWSError.self) { try await queue.attributes() }
    }

    private func queue(_ server: StubServer) throws -> any Queue {
        try Session(configuration(at: server)).queue("\(server.url)/1/q")
    }

    private func receiveError(_ server: StubServer) async throws -> AWSError {
        do {
            _ = try await queue(server).receive(wait: 0, visibility: 1, atMost: 10)
            throw UnexpectedSuccess(status: 200)
        } catch let error as AWSError {
            return error
        }
    }
}

extension StubReply {
    /// Announces so many bytes more than it has.
    fileprivate func lacking(bytes count: Int) -> StubReply {
        var reply = self
        reply.headers.append(("Content-Length", "\(body.count + count)"))
        return reply
    }
}
