/// The calls that most tests make, as the root user.
extension LocalAWS {
    // MARK: Queue and topic

    /// Puts messages straight into a queue, in batches.
    package func send(_ bodies: [String], to queueURL: String) async throws {
        for batch in batches(bodies, ofBytes: 900 << 10) {
            let answer = try await call(
                "sqs", "send_message_batch",
                ["QueueUrl": .string(queueURL), "Entries": .array(entries(batch, key: "MessageBody"))])
            try checkBatch(answer)
        }
    }

    /// Publishes messages, in batches; the topic's queue gets each in an SNS envelope, with raw delivery
    /// bare.
    package func publish(_ messages: [String], to topicARN: String) async throws {
        for batch in batches(messages, ofBytes: 200 << 10) {
            let answer = try await call(
                "sns", "publish_batch",
                [
                    "TopicArn": .string(topicARN),
                    "PublishBatchRequestEntries": .array(entries(batch, key: "Message")),
                ])
            try checkBatch(answer)
        }
    }

    /// How many messages wait in a queue, and how many are received and not yet deleted.
    package func count(_ queueURL: String) async throws -> QueueCounts {
        let answer = try await call(
            "sqs", "get_queue_attributes", ["QueueUrl": .string(queueURL), "AttributeNames": ["All"]])
        func number(_ name: String) -> Int { answer["Attributes"][name].string.flatMap { Int($0) } ?? 0 }
        return QueueCounts(
            visible: number("ApproximateNumberOfMessages"),
            inFlight: number("ApproximateNumberOfMessagesNotVisible"))
    }

    /// All messages of a queue, those in flight too. They are not received: nothing about them changes.
    package func peek(_ queueURL: String) async throws -> [QueuedMessage] {
        let answer = try await ask(["call": "queued", "parameters": ["queue_url": .string(queueURL)]])
        return (answer.array ?? []).map {
            QueuedMessage(
                id: $0["MessageId"].string ?? "", body: $0["Body"].string ?? "",
                isVisible: $0["IsVisible"].bool ?? false, receiveCount: $0["ReceiveCount"].int ?? 0)
        }
    }

    /// Receives and deletes all that is visible in a queue, and returns the bodies.
    package func drain(_ queueURL: String) async throws -> [String] {
        var bodies: [String] = []
        while true {
            let answer = try await call(
                "sqs", "receive_message", ["QueueUrl": .string(queueURL), "MaxNumberOfMessages": 10])
            guard let messages = answer["Messages"].array, !messages.isEmpty else { return bodies }
            for message in messages {
                bodies.append(message["Body"].string ?? "")
                _ = try await call(
                    "sqs", "delete_message",
                    ["QueueUrl": .string(queueURL), "ReceiptHandle": message["ReceiptHandle"]])
            }
        }
    }

    // MARK: Bucket

    /// An object, or nil where there is none (NoSuchKey; any other error is thrown).
    package func object(_ bucket: String, _ key: String) async throws -> StoredObject? {
        do {
            let answer = try await call("s3", "get_object", ["Bucket": .string(bucket), "Key": .string(key)])
            return StoredObject(
                bytes: answer["Body"].bytes ?? [], etag: answer["ETag"].string ?? "",
                lastModified: answer["LastModified"].string ?? "", answer: answer)
        } catch let error as AWSCallError where error.code == "NoSuchKey" {
            return nil
        }
    }

    /// An object's bytes, or nil where there is none.
    package func bytes(_ bucket: String, _ key: String) async throws -> [UInt8]? {
        try await object(bucket, key)?.bytes
    }

    /// Puts an object, unconditionally; returns its ETag with the quotes. More parameters of PutObject can be
    /// given, such as `["ContentEncoding": "gzip"]`.
    @discardableResult
    package func put(
        _ bucket: String, _ key: String, _ bytes: [UInt8], _ more: [String: JSON] = [:]
    ) async throws -> String {
        let parameters: [String: JSON] = [
            "Bucket": .string(bucket), "Key": .string(key), "Body": .bytes(bytes),
        ]
        let answer = try await call("s3", "put_object", .object(parameters.merging(more) { _, new in new }))
        return answer["ETag"].string ?? ""
    }

    @discardableResult
    package func put(_ bucket: String, _ key: String, _ text: String) async throws -> String {
        try await put(bucket, key, Array(text.utf8))
    }

    /// The keys below a prefix, in their order.
    package func keys(_ bucket: String, prefix: String = "") async throws -> [String] {
        var keys: [String] = []
        var token: JSON = nil
        repeat {
            var parameters: [String: JSON] = ["Bucket": .string(bucket), "Prefix": .string(prefix)]
            if token != nil { parameters["ContinuationToken"] = token }
            let answer = try await call("s3", "list_objects_v2", .object(parameters))
            keys += (answer["Contents"].array ?? []).compactMap { $0["Key"].string }
            token = answer["NextContinuationToken"]
        } while token != nil
        return keys
    }

    /// How many multipart uploads were begun and neither completed nor aborted.
    package func openUploads(_ bucket: String) async throws -> Int {
        let answer = try await call("s3", "list_multipart_uploads", ["Bucket": .string(bucket)])
        return answer["Uploads"].array?.count ?? 0
    }
}

package struct QueueCounts: Sendable, Equatable {
    package let visible: Int
    package let inFlight: Int

    package init(visible: Int, inFlight: Int) {
        self.visible = visible
        self.inFlight = inFlight
    }
}

package struct QueuedMessage: Sendable, Equatable {
    package let id: String
    package let body: String
    package let isVisible: Bool
    package let receiveCount: Int
}

package struct StoredObject: Sendable {
    package let bytes: [UInt8]
    /// With its quotes.
    package let etag: String
    /// ISO 8601, whole seconds.
    package let lastModified: String
    /// All of GetObject's answer.
    package let answer: JSON

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// At most ten in a batch, and not more bytes than given: the services refuse larger ones.
private func batches(_ messages: [String], ofBytes limit: Int) -> [[String]] {
    var batches: [[String]] = []
    var size = 0
    for message in messages {
        size += message.utf8.count
        if let last = batches.last, last.count < 10, size <= limit {
            batches[batches.count - 1].append(message)
        } else {
            batches.append([message])
            size = message.utf8.count
        }
    }
    return batches
}

private func entries(_ batch: [String], key: String) -> [JSON] {
    batch.enumerated().map { ["Id": .string(String($0)), key: .string($1)] }
}

private func checkBatch(_ answer: JSON) throws {
    if let failed = answer["Failed"].array?.first {
        throw AWSCallError(
            code: failed["Code"].string ?? "", status: 200, message: failed["Message"].string ?? "")
    }
}
