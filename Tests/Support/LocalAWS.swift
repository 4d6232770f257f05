/// S3, SQS, SNS, STS and IAM on loopback, with signatures and policies checked: scripts/lib/local_aws.py,
/// which is talked to over its stdin and stdout. It ends with the test process, however that ends.
///
/// Calls are made one after the other; keep long polls out of them. What is done here is done as the root
/// user, whose signature ministack does not check: the tools under test must use a ``Stage``'s key.
package actor LocalAWS {
    /// Such as `http://127.0.0.1:4566`.
    package nonisolated let endpointURL: String

    private let bridge: Bridge

    private init() async throws {
        bridge = Bridge()
        let greeting = try JSON(parsing: try await bridge.start())
        guard let url = greeting["endpoint_url"].string else { throw BridgeFailed(reason: "no endpoint_url") }
        endpointURL = url
    }

    private static let starting = Task { try await LocalAWS() }

    /// The one of this process, started when it is first asked for. The very first time on a machine this
    /// makes the virtual environment too, which takes some ten seconds.
    package static func shared() async throws -> LocalAWS {
        try await starting.value
    }

    /// Makes a topic, a queue with a dead-letter queue, a bucket, and a user who may do just what the tools
    /// need. The same name can be used again: what is made never has the same name twice.
    ///
    /// - Parameters:
    ///   - name: lower-case letters, digits and hyphens.
    ///   - visibilityTimeout: the queue's own, in seconds.
    ///   - listBucket: whether the user may list the bucket. ministack tells a missing object from
    ///     a forbidden one in either case.
    package func setup(
        _ name: String, maxReceiveCount: Int = 100, visibilityTimeout: Int = 30, rawDelivery: Bool = false,
        listBucket: Bool = false, deadLetterQueue: Bool = true
    ) async throws -> Stage {
        let made = try await ask([
            "call": "setup",
            "parameters": [
                "name": .string(name), "max_receive_count": .int(maxReceiveCount),
                "visibility_timeout": .int(visibilityTimeout), "raw_delivery": .bool(rawDelivery),
                "list_bucket": .bool(listBucket), "dead_letter_queue": .bool(deadLetterQueue),
            ],
        ])
        return try Stage(made)
    }

    /// Calls a method of a boto3 client, such as `call("sqs", "receive_message", ["QueueUrl": …])`.
    ///
    /// - Parameter user: whose key signs; root's when nil.
    /// - Throws: ``AWSCallError`` for an answer that is an error.
    package func call(
        _ service: String, _ operation: String, _ parameters: JSON = [:], as user: Stage? = nil
    ) async throws -> JSON {
        var request: [String: JSON] = [
            "service": .string(service), "operation": .string(operation), "parameters": parameters,
        ]
        if let user {
            request["as"] = [
                "access_key_id": .string(user.accessKeyID),
                "secret_access_key": .string(user.secretAccessKey),
            ]
        }
        return try await ask(.object(request))
    }

    func ask(_ request: JSON) async throws -> JSON {
        let answer = try JSON(parsing: try await bridge.exchange(try request.encoded()))
        if answer["ok"].bool == true { return answer["result"] }
        throw AWSCallError(
            code: answer["code"].string ?? "", status: answer["status"].int ?? 0,
            message: answer["message"].string ?? "")
    }
}

/// What one installation of the tools has at AWS.
package struct Stage: Sendable {
    package let queueURL: String
    /// Nil without a dead-letter queue.
    package let deadLetterQueueURL: String?
    package let topicARN: String
    package let bucket: String
    /// Such as `s3://bucket/events/prod/`; the user may read and write below it, and nowhere else.
    package let eventsURL: String
    package let accessKeyID: String
    package let secretAccessKey: String
    package let endpointURL: String

    /// All that the tools need, and all of it.
    package var environment: [String: String] {
        [
            "QUEUE_URL": queueURL, "EVENTS_URL": eventsURL, "AWS_ENDPOINT_URL": endpointURL,
            "AWS_ACCESS_KEY_ID": accessKeyID, "AWS_SECRET_ACCESS_KEY": secretAccessKey,
        ]
    }

    fileprivate init(_ made: JSON) throws {
        func member(_ name: String) throws -> String {
            guard let value = made[name].string else { throw BridgeFailed(reason: "no \(name)") }
            return value
        }
        queueURL = try member("queue_url")
        deadLetterQueueURL = made["dlq_url"].string
        topicARN = try member("topic_arn")
        bucket = try member("bucket")
        eventsURL = try member("events_url")
        accessKeyID = try member("access_key_id")
        secretAccessKey = try member("secret_access_key")
        endpointURL = try member("endpoint_url")
    }
}

/// An error answer, such as code `NoSuchKey` with status 404; or, with status 0, a call that could not be
/// made.
package struct AWSCallError: Error, Equatable {
    package let code: String
    package let status: Int
    package let message: String
}
