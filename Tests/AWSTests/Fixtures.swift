import Records
import Support
import Synchronization

@testable import AWS

/// The keys of AWS's own examples.
let exampleKeys = Credentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")

let sessionKeys = Credentials(
    accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    sessionToken: "SESSION/TOKEN+EXAMPLE=")

/// A server that gives these answers one after the other, and the last one for ever.
func server(answering replies: StubReply...) throws -> StubServer {
    let next = Mutex(0)
    return try StubServer { _ in
        next.withLock { place in
            defer { place += 1 }
            return replies[min(place, replies.count - 1)]
        }
    }
}

/// An error as S3 writes it.
func s3Error(
    _ status: Int, _ code: String, _ headers: [(name: String, value: String)] = [], more: String = ""
) -> StubReply {
    let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>\(code)</Code>"
    return StubReply(
        status, headers, body: "\(text)<Message>of \(code)</Message>\(more)<RequestId>REQ</RequestId></Error>"
    )
}

/// An error as SQS writes it.
func sqsError(_ status: Int, _ type: String, _ headers: [(name: String, value: String)] = []) -> StubReply {
    StubReply(status, headers, body: #"{"__type":"\#(type)","message":"words"}"#)
}

func testClient(attempts: Int = 3, keys: Credentials = exampleKeys) throws -> Client {
    Client(
        try Transport(TransportSettings(userAgent: "tests")), credentials: FixedCredentials(keys),
        retry: RetryPolicy(maxAttempts: attempts))
}

/// A call to S3 at the server: a GET where there is no body, else a PUT.
func s3Call(_ server: StubServer, _ body: HTTPRequest.Body = .none) throws -> Call {
    var request = try emptyRequest(server)
    request.body = body
    if case .none = body {} else { request.method = "PUT" }
    return Call(
        operation: "Try", resource: "s3://bucket/key", service: "s3", region: "eu-west-3", request: request,
        payloadHash: "UNSIGNED-PAYLOAD", parseError: XMLError.parse)
}

func sqsCall(_ server: StubServer, _ body: [UInt8] = Array("{}".utf8)) throws -> Call {
    var request = try emptyRequest(server)
    request.method = "POST"
    request.body = .bytes(body)
    return Call(
        operation: "Try", resource: "the queue", service: "sqs", region: "eu-west-3", request: request,
        payloadHash: Encoding.hex(Digest.sha256(body)), parseError: SQSError.parse)
}

private func emptyRequest(_ server: StubServer) throws -> HTTPRequest {
    guard let endpoint = Endpoint(server.url) else { throw NoEndpoint() }
    return HTTPRequest(method: "GET", endpoint: endpoint, path: "/")
}

struct NoEndpoint: Error {}

/// The error of a call that must fail.
func failure(of call: Call, _ client: Client) async throws -> AWSError {
    let response: HTTPResponse
    do { response = try await client.send(call) } catch { return error }
    throw UnexpectedSuccess(status: response.status)
}

struct UnexpectedSuccess: Error { let status: Int }

/// A configuration that knows nothing but this environment and a home without files, or with these.
func configuration(
    _ environment: [String: String] = [:], region: String? = nil, profile: String? = nil,
    endpoint: String? = nil
) -> AWS.Configuration {
    Configuration(
        region: region, profile: profile, endpoint: endpoint.flatMap { Endpoint($0) },
        environment: ["HOME": "/nonexistent"].merging(environment) { $1 })
}

/// One whose S3 and SQS are the server, with keys that only it will see.
func configuration(at server: StubServer, _ more: [String: String] = [:]) -> AWS.Configuration {
    let own = [
        "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "SECRETEXAMPLE", "AWS_MAX_ATTEMPTS": "1",
    ]
    return configuration(own.merging(more) { $1 })
}

extension StubRequest {
    /// The region in the signature's scope.
    var signedRegion: String? { scope.map { String($0[2]) } }
    var signedService: String? { scope.map { String($0[3]) } }

    private var scope: [Substring]? {
        guard let credential = header("Authorization")?.split(separator: ",").first else { return nil }
        let parts = credential.split(separator: "/")
        return parts.count == 5 ? Array(parts) : nil
    }
}

extension Session {
    /// S3, with its hints kept to itself.
    func objectStore() throws -> any ObjectStore { try objectStore(Console(tool: "tests", level: .quiet)) }
}

/// The chain of all sources, as the configuration has them.
func credentialChain(_ configuration: AWS.Configuration) throws -> CredentialChain {
    CredentialChain(
        CredentialContext(
            configuration: configuration, http: try Transport(configuration.transportSettings()),
            retry: try configuration.retryPolicy()))
}
