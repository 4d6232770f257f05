package import Records

/// A message as it was received.
package struct ReceivedMessage: Sendable {
    package let messageID: String
    package let receiptHandle: String
    /// When it was sent to the queue, in milliseconds since 1970.
    package let sent: Int64?
    /// Whether the body is the one that was sent, by its MD5.
    package let isIntact: Bool
    /// The entry as AWS wrote it, on one line.
    package let line: [UInt8]
}

/// The messages of one answer. Their bytes count as held as long as this is referred to.
package struct ReceivedBatch: Sendable {
    package let messages: [ReceivedMessage]
    private let lease: ResponseLease?

    init(messages: [ReceivedMessage], lease: ResponseLease?) {
        self.messages = messages
        self.lease = lease
    }
}

package struct QueueAttributes: Sendable {
    package let waiting: Int?
    package let inFlight: Int?
    package let hasDeadLetterQueue: Bool
}

/// What became of an entry of a batch.
package enum EntryOutcome: Sendable {
    case done
    case failed(code: String)
}

/// One SQS queue.
package final class Queue: Sendable {
    package let url: String
    private let client: Client
    private let endpoint: Endpoint
    private let region: String

    /// The most entries of a batch.
    package static let batchSize = 10

    /// - Throws: status 64 where the URL is none.
    package init(_ url: String, _ configuration: Configuration, _ client: Client) throws(Failure) {
        guard let own = Endpoint(url), !own.path.isEmpty else {
            throw Failure(
                .usage, "\(visible(url)) is no queue URL",
                advice: "it looks like https://sqs.REGION.amazonaws.com/ACCOUNT/NAME")
        }
        self.url = url
        self.client = client
        endpoint =
            try configuration.endpoint(for: .sqs)
            ?? Endpoint(scheme: own.scheme, host: own.host, port: own.port)
        region =
            configuration.explicitRegion ?? Self.region(ofHost: own.host) ?? configuration.environmentRegion
            ?? "us-east-1"
    }

    /// Up to ten messages, after waiting for the first one up to `wait` seconds; none are given to
    /// anybody else for `visibility` seconds. Not repeatable: each answer hides its messages.
    package func receive(
        wait: Int, visibility: Int, atMost count: Int
    ) async throws(AWSError) -> ReceivedBatch {
        var parameters = JSONBuilder()
        parameters.add("QueueUrl", url)
        parameters.add("MaxNumberOfMessages", min(max(count, 1), Self.batchSize))
        parameters.add("WaitTimeSeconds", wait)
        parameters.add("VisibilityTimeout", visibility)
        parameters.add("MessageSystemAttributeNames", ["SentTimestamp", "ApproximateReceiveCount"])
        // Ten messages of 1 MiB, each byte perhaps escaped.
        let response = try await call("ReceiveMessage", parameters, stall: wait + 20, responseLimit: 64 << 20)
        guard let messages = ReceiveAnswer.messages(response.body) else {
            throw malformed("ReceiveMessage", "the answer is not of the expected form")
        }
        return ReceivedBatch(messages: messages, lease: response.lease)
    }

    /// Deletes up to ten messages; an outcome for each, in order. Repeating is safe.
    package func delete(_ receiptHandles: [String]) async throws(AWSError) -> [EntryOutcome] {
        try await batch("DeleteMessageBatch", receiptHandles) { _ in }
    }

    /// Sets how long up to ten messages stay hidden, from now on, in seconds. Repeating is safe.
    package func changeVisibility(
        _ receiptHandles: [String], to seconds: Int
    ) async throws(AWSError) -> [EntryOutcome] {
        try await batch("ChangeMessageVisibilityBatch", receiptHandles) {
            $0.add("VisibilityTimeout", seconds)
        }
    }

    package func attributes() async throws(AWSError) -> QueueAttributes {
        var parameters = JSONBuilder()
        parameters.add("QueueUrl", url)
        parameters.add(
            "AttributeNames",
            ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "RedrivePolicy"])
        let answer = try object("GetQueueAttributes", await call("GetQueueAttributes", parameters)).object(
            "Attributes")
        return QueueAttributes(
            waiting: answer?.string("ApproximateNumberOfMessages").flatMap { Int($0) },
            inFlight: answer?.string("ApproximateNumberOfMessagesNotVisible").flatMap { Int($0) },
            hasDeadLetterQueue: answer?.string("RedrivePolicy") != nil)
    }

    // MARK: Batches

    /// Entries that failed by no fault of the sender are sent again.
    private func batch(
        _ operation: String, _ handles: [String], _ complete: (inout JSONBuilder) -> Void
    ) async throws(AWSError) -> [EntryOutcome] {
        var outcomes: [EntryOutcome] = handles.map { _ in .failed(code: "NoAnswer") }
        var open = Array(handles.indices)
        var attempt = 1
        while !open.isEmpty {
            var parameters = JSONBuilder()
            parameters.add("QueueUrl", url)
            // The same message can be in a run twice, so its id is no id here: the place is.
            let entries = open.map { place in
                var entry = JSONBuilder()
                entry.add("Id", "\(place)")
                entry.add("ReceiptHandle", handles[place])
                complete(&entry)
                return entry.object
            }
            parameters.add("Entries", array: entries)
            let answer = try object(operation, await call(operation, parameters))
            for entry in answer.objects("Successful") {
                if let place = entry.string("Id").flatMap({ Int($0) }), open.contains(place) {
                    outcomes[place] = .done
                }
            }
            var again: [Int] = []
            for entry in answer.objects("Failed") {
                guard let place = entry.string("Id").flatMap({ Int($0) }), open.contains(place) else {
                    continue
                }
                outcomes[place] = .failed(code: SQSError.code(entry.string("Code") ?? "Unknown"))
                if case .bool(false) = entry["SenderFault"] { again.append(place) }
            }
            open = attempt < client.maxAttempts ? again : []
            if !open.isEmpty { await client.pause(beforeAttempt: attempt + 1) }
            attempt += 1
        }
        return outcomes
    }

    // MARK: Calls

    private func call(
        _ operation: String, _ parameters: JSONBuilder, stall: Int = 30, responseLimit: Int = 1 << 20
    ) async throws(AWSError) -> HTTPResponse {
        let body = parameters.object
        var request = HTTPRequest(method: "POST", endpoint: endpoint, path: "/")
        request.headers = [
            ("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", "AmazonSQS.\(operation)"),
        ]
        request.body = .bytes(body)
        request.stallSeconds = stall
        let call = Call(
            operation: operation, resource: visible(url), service: "sqs", region: region, request: request,
            payloadHash: Encoding.hex(Digest.sha256(body)), responseLimit: responseLimit,
            parseError: SQSError.parse)
        return try await client.send(call)
    }

    private func object(_ operation: String, _ response: HTTPResponse) throws(AWSError) -> JSONObject {
        guard let object = try? JSONObject(response.body) else {
            throw malformed(operation, "the answer is no JSON object")
        }
        return object
    }

    private func malformed(_ operation: String, _ reason: String) -> AWSError {
        AWSError(operation: operation, resource: visible(url), code: "MalformedAnswer", reason: reason)
    }

    /// "us-west-2" of sqs.us-west-2.amazonaws.com, and of the older and other forms; nil for a host
    /// that is not AWS's.
    static func region(ofHost host: String) -> String? {
        guard host.contains(".amazonaws.com") || host.hasSuffix(".api.aws") else { return nil }
        let labels = host.split(separator: ".").map(String.init)
        if labels[0] == "queue" { return "us-east-1" }
        if labels.count > 1, labels[1] == "queue" { return labels[0] }
        // The service's label stands first, or behind that of a VPC endpoint.
        guard let service = labels.firstIndex(where: { $0.hasPrefix("sqs") }), service + 2 < labels.count
        else {
            return nil
        }
        return labels[service + 1]
    }
}
