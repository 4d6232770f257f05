import Records

/// Asks a server of this machine's own: short time, no proxy, repeated only where it said 5xx.
struct MetadataServer {
    let http: any HTTPSender
    /// Seconds for one answer.
    var timeout = 1.0
    /// Attempts where none is answered.
    var attempts = 1

    /// Attempts where the server answers with an error of its own.
    private static let answeredAttempts = 3

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        var request = request
        request.isLocal = true
        request.timeoutSeconds = timeout
        var attempt = 1
        while true {
            do throws(TransportError) {
                let response = try await http.send(request, sink: nil, responseLimit: 1 << 20)
                guard response.status >= 500, attempt < Self.answeredAttempts else { return response }
            } catch {
                guard attempt < attempts, !error.isCancelled else { throw error }
            }
            // Cancelled: the attempt that follows will say so.
            try? await Task.sleep(for: .milliseconds(100 * attempt))
            attempt += 1
        }
    }

    /// The keys of an answer that holds them in AWS's usual form; nil where it does not.
    static func keys(_ response: HTTPResponse) -> Credentials? {
        (try? JSONObject(response.body)).flatMap(keys)
    }

    static func keys(_ answer: JSONObject) -> Credentials? {
        guard let id = answer.string("AccessKeyId"), let secret = answer.string("SecretAccessKey") else {
            return nil
        }
        let expiration = answer.string("Expiration").map { UTCTime(end: $0) }
        // Keys whose end is not understood would never be renewed.
        if case .some(nil) = expiration { return nil }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret,
            sessionToken: answer.string("Token") ?? answer.string("SessionToken"),
            expiration: expiration ?? nil)
    }
}
