/// A request as it came to a ``StubServer``.
package struct StubRequest: Sendable {
    package let method: String
    /// Path and query, exactly as sent.
    package let target: String
    /// In the order sent, spelt as sent.
    package let headers: [(name: String, value: String)]
    /// Without the chunks' framing. Empty where the server answered before the body was read.
    package let body: [UInt8]
    /// Which of the server's connections it came on, from 1.
    package let connection: Int

    /// A header's value, whatever the case of its name; the first where there are several.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    /// The target without its query.
    package var path: String { String(target.prefix { $0 != "?" }) }

    /// What follows the question mark; nil without one.
    package var query: String? {
        target.firstIndex(of: "?").map { String(target[target.index(after: $0)...]) }
    }

    package var bodyText: String { String(decoding: body, as: UTF8.self) }
}

/// What a ``StubServer`` does with a request.
package struct StubReply: Sendable {
    /// How the answer goes out. All but `whole` and `chunked` end the connection.
    package enum Delivery: Sendable {
        /// With Content-Length, unless the headers have one already.
        case whole
        /// With `Transfer-Encoding: chunked`, properly ended.
        case chunked
        /// Content-Length says all of the body; an orderly close comes after so many bytes of it.
        case cut(after: Int)
        /// The same with a reset.
        case reset(after: Int)
        /// The same with silence of some seconds, and then the rest of the body.
        case stalled(after: Int, seconds: Double)
        /// No Content-Length: the close ends the body, or cuts it after so many bytes.
        case untilClose(after: Int?)
        /// An orderly close without an answer.
        case closed
        /// A reset without an answer.
        case resetWithoutAnswer
    }

    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    package var delivery: Delivery
    /// Seconds of silence before anything of it is sent.
    package var delay: Double
    /// Closes the connection after an answer that did not announce it, as a server does with an idle one.
    package var thenCloses: Bool

    package init(
        _ status: Int = 200, _ headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        delivery: Delivery = .whole, delay: Double = 0, thenCloses: Bool = false
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.delivery = delivery
        self.delay = delay
        self.thenCloses = thenCloses
    }

    package init(
        _ status: Int = 200, _ headers: [(name: String, value: String)] = [], body: String,
        delivery: Delivery = .whole, delay: Double = 0, thenCloses: Bool = false
    ) {
        self.init(
            status, headers, body: Array(body.utf8), delivery: delivery, delay: delay, thenCloses: thenCloses)
    }

    /// An orderly close without an answer.
    package static var closed: StubReply { StubReply(delivery: .closed) }

    /// A reset without an answer.
    package static var reset: StubReply { StubReply(delivery: .resetWithoutAnswer) }
}
