import Records

/// One SQS queue.
final class SQSQueue: Queue {
    let url: String
    /// The URL as it may be shown.
    private let resource: String
    private let client: Client
    private let endpoint: Endpoint
    private let region: String

    /// - Throws: status 64 where the URL is none.
    package init(_ url: String, _ configuration: Configuration, _ client: Client) throws(Failure) {
        guard let own = Endpoint(url), !own.path.isEmpty else {
            throw Failure(
                .usage, "\(visible(url)) is no queue URL",
                advice: "it looks like https://sqs.REGION.amazonaws.com/ACCOUNT/NAME")
        }
        self.url = url
        resource = visible(url)
        self.client = client
        let named = Self.region(ofHost: own.host)
        let region =
            configuration.explicitRegion ?? named ?? configuration.environmentRegion ?? "us-east-1"
        let rules = try configuration.endpointRules()
        var custom = try configuration.endpoint(for: .sqs)
        // The URL's own host serves, unless it is one of AWS's and another kind of it is wanted.
        if custom == nil, named == nil || !(rules.usesFIPS || rules.usesDualStack) {
            custom = Endpoint(scheme: own.scheme, host: own.host, port: own.port)
        }
        let place = try rules.endpoint(of: .sqs, region: region, custom: custom)
        endpoint = place.endpoint
        self.region = place.signingRegion
    }

    func receive(
        wait: Int, visibility: Int, atMost count: Int
    ) async throws(AWSError) -> ReceivedBatch {
        var parameters = JSONBuilder()
        parameters.add("QueueUrl", url)
        parameters.add("MaxNumberOfMessages", min(max(count, 1), queueBatchSize))
        parameters.add("WaitTimeSeconds", wait)
        parameters.add("VisibilityTimeout", visibility)
        parameters.add("MessageSystemAttributeNames", ["SentTimestamp", "ApproximateReceiveCount"])
        // Ten messages of 1 MiB, each byte perhaps escaped.
        var response = try await call("ReceiveMessage", parameters, stall: wait + 20, responseLimit: 64 << 20)
        guard let messages = ReceiveAnswer.messages(response.takeBody()) else {
            throw malformed("ReceiveMessage", "the answer is not of the expected form")
        }
        return ReceivedBatch(messages: messages, lease: response.lease)
    }

    func delete(_ receiptHandles: [String]) async throws(AWSError) -> [EntryOutcome] {
        try await batch("DeleteMessageBatch", receiptHandles) { _ in }
    }

    func changeVisibility(
        _ receiptHandles: [String], to seconds: Int
    ) async throws(AWSError) -> [EntryOutcome] {
        try await batch("ChangeMessageVisibilityBatch", receiptHandles) {
            $0.add("VisibilityTimeout", seconds)
        }
    }

    func attributes() async throws(AWSError) -> QueueAttributes {
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
                var entry = JSONBuilder(capacity: 512)
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
            operation: operation, resource: resource, service: "sqs", region: region, request: request,
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
        AWSError(operation: operation, resource: resource, code: "MalformedAnswer", reason: reason)
    }

    /// "us-west-2" of sqs.us-west-2.amazonaws.com, and of the older and other forms; nil for a host
    /// that is not AWS's.
    static func region(ofHost host: String) -> String? {
        guard Partition.domains.contains(where: { host.hasSuffix(".\($0)") }) else { return nil }
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
