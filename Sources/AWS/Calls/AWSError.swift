package import Records

/// A call that AWS refused, or that never got an answer. A value: nothing matches its text.
package struct AWSError: ReportableError, Sendable {
    /// Such as "PutObject".
    package let operation: String
    /// The thing it was done to, such as "s3://bucket/key".
    package let resource: String
    /// AWS's code without its namespace, such as "AccessDenied"; or one of ours where there was no
    /// answer: "NotConnected", "ConnectionBroken", "Untrusted", "Cancelled", "ResponseTooLarge",
    /// "IncompleteBody", "ChecksumMismatch" and the like.
    package let code: String
    package let httpStatus: Int?
    package let requestID: String?
    /// The region that the answer named instead of the one that was asked.
    package let region: String?
    /// Our own words, or libcurl's.
    package let reason: String?
    package var advice: String?
    /// An attempt at this call ended without an answer, so it may have had its effect.
    package var mayHaveLanded = false
    /// A local failure inside the call, such as a full disk.
    package var local: Failure?

    package init(
        operation: String, resource: String, code: String, httpStatus: Int? = nil, requestID: String? = nil,
        region: String? = nil, reason: String? = nil, advice: String? = nil
    ) {
        self.operation = operation
        self.resource = resource
        self.code = code
        self.httpStatus = httpStatus
        self.requestID = requestID
        self.region = region
        self.reason = reason
        self.advice = advice ?? ErrorCodes.advice[code]
    }

    /// A call that a failure of ours kept from being made, or from being finished.
    init(operation: String, resource: String, code: String, local: Failure) {
        self.init(operation: operation, resource: resource, code: code, advice: local.advice)
        self.local = local
    }

    /// "PutObject s3://bucket/key: AccessDenied (HTTP 403, request id …)"
    package var message: String {
        if let local { return local.message }
        let details = [
            reason, httpStatus.map { "HTTP \($0)" },
            requestID.map { "request id \(Self.shown(requestID: $0))" },
        ].compactMap { $0 }
        let suffix = details.isEmpty ? "" : " (\(details.joined(separator: ", ")))"
        return "\(operation) \(escaped(resource)): \(visible(code, limit: 80))\(suffix)"
    }

    /// An identifier must stay whole to be of use to AWS's support. What could be a telephone number
    /// instead is masked like all else that comes from outside.
    private static func shown(requestID: String) -> String {
        let isIdentifier =
            (16...128).contains(requestID.utf8.count) && requestID.contains(where: \.isLetter)
            && requestID.utf8.allSatisfy { Encoding.isUnreserved($0) }
        return isIdentifier ? requestID : visible(requestID, limit: 80)
    }

    package var isThrottle: Bool { ErrorCodes.throttling.contains(code) || httpStatus == 429 }

    /// Whether the same call may succeed a little later.
    package var isRetryable: Bool {
        isThrottle || ErrorCodes.transient.contains(code) || [500, 502, 503, 504].contains(httpStatus)
    }

    package var status: ExitStatus {
        if let local { return local.status }
        if isThrottle || ErrorCodes.conflict.contains(code) { return .tryAgain }
        if ErrorCodes.badData.contains(code) { return .badData }
        if ErrorCodes.configuration.contains(code) { return .configuration }
        if ErrorCodes.access.contains(code) || httpStatus == 401 || httpStatus == 403 { return .accessDenied }
        if isRetryable || code == "Cancelled" { return .unavailable }
        return httpStatus.map { 400..<500 ~= $0 } == true ? .configuration : .unavailable
    }
}

/// AWS's codes by what they mean for us. Sources: the SDKs' retry specification and the error
/// lists of S3 and SQS.
enum ErrorCodes {
    static let throttling: Set<String> = [
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
        "RequestThrottled",
        "TooManyRequestsException", "ProvisionedThroughputExceededException",
        "TransactionInProgressException",
        "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "SlowDown",
        "PriorRequestNotComplete", "EC2ThrottledException",
    ]

    static let transient: Set<String> = [
        "RequestTimeout", "RequestTimeoutException", "InternalError", "InternalFailure", "ServiceUnavailable",
        "PriorRequestNotComplete", "IDPCommunicationError", "IDPCommunicationErrorException", "NotConnected",
        "ConnectionBroken", "IncompleteBody", "ChecksumMismatch",
    ]

    /// Answers to a clock that is off: the offset is taken from the answer's Date, once.
    static let clockSkew: Set<String> = [
        "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture", "InvalidSignatureException",
        "SignatureDoesNotMatch", "AuthFailure",
    ]

    /// What somebody else did meanwhile; NoSuchUpload: they took the upload's parts away.
    static let conflict: Set<String> = ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchUpload"]

    static let access: Set<String> = [
        "AccessDenied", "AccessDeniedException", "AllAccessDisabled", "InvalidAccessKeyId", "ExpiredToken",
        "ExpiredTokenException", "InvalidToken", "TokenRefreshRequired", "SignatureDoesNotMatch",
        "InvalidSignatureException", "InvalidClientTokenId", "UnrecognizedClientException", "InvalidSecurity",
        "MissingAuthenticationToken", "NotSignedUp", "RequestTimeTooSkewed", "RequestExpired",
        "OptInRequired",
    ]

    /// Our own: an object that is there and cannot be merged.
    static let badData: Set<String> = ["ContentEncoding", "NoStrongETag"]

    static let configuration: Set<String> = [
        "QueueDoesNotExist", "NonExistentQueue", "NoSuchBucket", "InvalidBucketName", "PermanentRedirect",
        "AuthorizationHeaderMalformed", "InvalidAddress", "NotImplemented", "Untrusted", "Misuse",
    ]

    static let advice: [String: String] = [
        "ExpiredToken": "the session token has expired: renew the credentials",
        "ExpiredTokenException": "the session token has expired: renew the credentials",
        "InvalidAccessKeyId": "AWS does not know this access key id",
        "SignatureDoesNotMatch": "the secret access key does not belong to the access key id",
        "QueueDoesNotExist": "look at --queue-url and at the region",
        "NoSuchBucket": "look at the bucket's name",
        "RequestTimeTooSkewed": "this machine's clock is off",
        "InvalidObjectState": "the object is archived: restore it first",
    ]
}
