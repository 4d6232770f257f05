import Records

/// Reads the errors of SQS's JSON protocol.
enum SQSError {
    static func parse(_ response: HTTPResponse) -> ServiceError {
        let body = try? JSONObject(response.body)
        let type = body?.string("__type") ?? body?.string("code")
        let header = response.header("x-amzn-query-error")?.split(separator: ";").first.map(String.init)
        return ServiceError(
            code: (type ?? header).map(code) ?? "HTTP\(response.status)",
            requestID: response.header("x-amzn-requestid"))
    }

    /// One spelling of a code: without the namespace that either protocol puts in front of it.
    static func code(_ text: String) -> String {
        let name = text.split(whereSeparator: { $0 == "#" }).last.map(String.init) ?? text
        return name.split(separator: ".").last.map(String.init) ?? name
    }
}
