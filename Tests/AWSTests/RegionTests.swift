import Records
import Support
import Synchronization
import Testing

@testable import AWS

/// A bucket that is elsewhere is followed there, once.
@Suite struct RegionTests {
    @Test(arguments: [
        s3Error(301, "PermanentRedirect", [("x-amz-bucket-region", "eu-north-1")]),
        s3Error(400, "AuthorizationHeaderMalformed", more: "<Region>eu-north-1</Region>"),
        s3Error(
            307, "TemporaryRedirect",
            [("x-amz-bucket-region", "eu-north-1"), ("Location", "http://[::1]:1/")]),
    ])
    func theRegionInTheAnswerIsSignedFor(_ first: StubReply) async throws {
        let server = try server(answering: first, s3Error(404, "NoSuchKey"))
        let store = try Session(configuration(at: server)).objectStore()
        _ = try await get(store)
        #expect(server.requests.map(\.signedRegion) == ["us-east-1", "eu-north-1"])
        #expect(server.requests.map(\.target) == ["/bucket/key", "/bucket/key"])
        // What was learned is kept.
        _ = try await get(store)
        #expect(server.requests.map(\.signedRegion).last == "eu-north-1")
        #expect(server.requests.count == 3)
    }

    /// The operator can spare the redirect, and is told so once.
    @Test func aHintNamesTheRegion() async throws {
        let server = try server(
            answering: s3Error(301, "PermanentRedirect", [("x-amz-bucket-region", "eu-north-1")]),
            s3Error(404, "NoSuchKey"))
        let configuration = configuration(at: server)
        let hints = Mutex<[String]>([])
        let client = try testClient()
        let store = try S3ObjectStore(configuration, client) { hint in hints.withLock { $0.append(hint) } }
        _ = try await get(store)
        _ = try await get(store)
        #expect(
            hints.withLock { $0 } == [
                "bucket is in eu-north-1, not in us-east-1: AWS_REGION=eu-north-1 would spare a redirect"
            ])
    }

    @Test func itIsFollowedOnce() async throws {
        let server = try server(
            answering: s3Error(301, "PermanentRedirect", [("x-amz-bucket-region", "eu-north-1")]),
            s3Error(301, "PermanentRedirect", [("x-amz-bucket-region", "eu-south-1")]))
        let error = try await failure(server)
        #expect(error.code == "PermanentRedirect" && error.status == .configuration)
        #expect(server.requests.count == 2)
    }

    @Test(arguments: [
        s3Error(301, "PermanentRedirect"),
        s3Error(301, "PermanentRedirect", [("x-amz-bucket-region", "us-east-1")]),
        s3Error(403, "AllAccessDisabled", [("x-amz-bucket-region", "eu-north-1")]),
        s3Error(400, "InvalidRequest", [("x-amz-bucket-region", "us-east-1")]),
    ])
    func withoutAnotherRegionThereIsNoSecondRequest(_ reply: StubReply) async throws {
        let server = try server(answering: reply)
        #expect(try await failure(server).httpStatus == reply.status)
        #expect(server.requests.count == 1)
    }

    @Test func theConfiguredRegionIsAskedFirst() async throws {
        let server = try server(answering: s3Error(404, "NoSuchKey"))
        _ = try await get(Session(configuration(at: server, ["AWS_REGION": "ap-south-1"])).objectStore())
        #expect(server.requests.map(\.signedRegion) == ["ap-south-1"])
    }

    private func get(_ store: any ObjectStore) async throws -> ObjectState {
        try await store.get(try #require(S3URL("s3://bucket/key")), into: Nowhere())
    }

    private func failure(_ server: StubServer) async throws -> AWSError {
        do {
            _ = try await get(Session(configuration(at: server)).objectStore())
            throw UnexpectedSuccess(status: 200)
        } catch let error as AWSError {
            return error
        }
    }
}

private final class Nowhere: ObjectDestination {
    func restart() {}
    func write(_ bytes: UnsafeRawBufferPointer) {}
}
