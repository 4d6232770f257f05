/// Sends a request and waits for its answer, whatever its status. A test can stand in for it.
package protocol HTTPSender: Sendable {
    /// - Parameters:
    ///   - sink: takes the body of a 2xx answer; other bodies are kept in the response.
    ///   - responseLimit: the largest body that is kept, in bytes.
    func send(
        _ request: HTTPRequest, sink: (any ResponseSink)?, responseLimit: Int
    ) async throws(TransportError) -> HTTPResponse
}
