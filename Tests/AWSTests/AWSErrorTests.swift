import Records
import Support
import Testing

@testable import AWS

@Suite struct AWSErrorTests {
    @Test(
        arguments: [
            ("AccessDenied", 403, Records.ExitStatus.accessDenied), ("ExpiredToken", 400, .accessDenied),
            ("InvalidAccessKeyId", 403, .accessDenied), ("SignatureDoesNotMatch", 403, .accessDenied),
            ("UnrecognizedClientException", 400, .accessDenied), ("HTTP403", 403, .accessDenied),
            ("RequestThrottled", 403, .tryAgain), ("SlowDown", 503, .tryAgain), ("HTTP429", 429, .tryAgain),
            ("PreconditionFailed", 412, .tryAgain), ("InternalError", 500, .unavailable),
            ("HTTP503", 503, .unavailable), ("NoSuchBucket", 404, .configuration),
            ("QueueDoesNotExist", 400, .configuration), ("NotImplemented", 501, .configuration),
            ("PermanentRedirect", 301, .configuration), ("HTTP404", 404, .configuration),
            ("ConnectionBroken", nil, .unavailable), ("NotConnected", nil, .unavailable),
            ("Untrusted", nil, .configuration),
        ] as [(String, Int?, Records.ExitStatus)])
    func statusOfCode(_ code: String, _ httpStatus: Int?, _ expected: Records.ExitStatus) {
        #expect(error(code, httpStatus).status == expected)
    }

    @Test func theMessageIsOneLineOfOurOwn() {
        let error = AWSError(
            operation: "PutObject", resource: "s3://bucket/a\nb", code: "Access\u{1b}[2JDenied",
            httpStatus: 403,
            requestID: "2B7E151628AED2A6ABF7")
        #expect(
            error.message
                == #"PutObject s3://bucket/a\u{a}b: Access\u{1b}[2JDenied (HTTP 403, request id "#
                + "2B7E151628AED2A6ABF7)")
    }

    @Test(arguments: ["+15035551212", "15035551212", "call 503-555-1212 now", "x\n15035551212"])
    func whatMayBeATelephoneNumberIsMasked(_ text: String) {
        let error = AWSError(operation: "Try", resource: "it", code: text, httpStatus: 400, requestID: text)
        #expect(!error.message.contains(where: { $0.isNumber && !"400".contains($0) }), "\(error.message)")
        #expect(!error.message.contains("\n"))
    }

    // MARK: Reading S3's errors

    @Test func s3SaysCodeRequestAndRegion() {
        let reply = s3Error(400, "AuthorizationHeaderMalformed", more: "<Region>eu-west-3</Region>")
        let parsed = XMLError.parse(HTTPResponse(status: 400, body: reply.body))
        #expect(parsed.code == "AuthorizationHeaderMalformed")
        #expect(parsed.requestID == "REQ")
        #expect(parsed.region == "eu-west-3")
    }

    @Test func s3HeadersComeFirst() {
        let reply = s3Error(301, "PermanentRedirect", more: "<Region>eu-west-3</Region>")
        let headers = ["x-amz-request-id": "HEADER", "x-amz-bucket-region": "eu-north-1"]
        let parsed = XMLError.parse(HTTPResponse(status: 301, headers: headers, body: reply.body))
        #expect(parsed.requestID == "HEADER")
        #expect(parsed.region == "eu-north-1")
    }

    /// A bare 404 or 403 proves nothing about an object: some proxy may have made it.
    @Test(arguments: [
        (404, "HTTP404"), (403, "HTTP403"), (500, "HTTP500"), (412, "PreconditionFailed"),
        (409, "ConditionalRequestConflict"), (501, "NotImplemented"),
    ])
    func s3WithoutADocument(_ status: Int, _ code: String) {
        for body in ["", "<html><body>NoSuchKey</body></html>", "<Code>NoSuchKey", "\u{0}\u{ff}"] {
            #expect(XMLError.parse(HTTPResponse(status: status, body: Array(body.utf8))).code == code)
        }
    }

    // MARK: Reading SQS's errors

    @Test(
        arguments: [
            (#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"m"}"#, nil, "QueueDoesNotExist"),
            (
                #"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"m"}"#, nil,
                "AccessDeniedException"
            ),
            (#"{"__type":"RequestThrottled"}"#, "AWS.SimpleQueueService.Other;Sender", "RequestThrottled"),
            ("", "AWS.SimpleQueueService.NonExistentQueue;Sender", "NonExistentQueue"),
            ("<html>", nil, "HTTP400"), ("[]", nil, "HTTP400"), (#"{"__type":17}"#, nil, "HTTP400"),
        ] as [(String, String?, String)])
    func sqsSaysItsCodeInOneOfTwoWays(_ body: String, _ header: String?, _ code: String) {
        let headers = header.map { ["x-amzn-query-error": $0] } ?? [:]
        let parsed = SQSError.parse(HTTPResponse(status: 400, headers: headers, body: Array(body.utf8)))
        #expect(parsed.code == code)
    }

    private func error(_ code: String, _ status: Int?) -> AWSError {
        AWSError(operation: "Try", resource: "it", code: code, httpStatus: status)
    }
}
