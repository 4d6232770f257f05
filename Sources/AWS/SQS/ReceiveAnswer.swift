import Records

/// Cuts the answer of ReceiveMessage into its messages, leaving each as AWS wrote it.
enum ReceiveAnswer {
    /// Nil where the answer is not of the form that AWS documents. An empty one has no `Messages`.
    static func messages(_ body: consuming [UInt8]) -> [ReceivedMessage]? {
        let count = body.count
        body.append(contentsOf: repeatElement(0, count: 64))
        return body.withUnsafeBytes { bytes in
            let text = UnsafeRawBufferPointer(rebasing: bytes[..<count])
            return try? messages(in: text)
        }
    }

    private static func messages(in text: UnsafeRawBufferPointer) throws(JSONError) -> [ReceivedMessage] {
        var cursor = JSONCursor(text)
        var messages: [ReceivedMessage] = []
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
            // An error that came with a 200: it must not pass for an empty answer.
            if cursor.isString(key, "__type") { throw .malformed }
            guard cursor.isString(key, "Messages"), cursor.nextIsArray() else {
                _ = try cursor.value()
                continue
            }
            messages = []
            try cursor.enterArray()
            while try cursor.nextElement() { messages.append(try message(&cursor)) }
        }
        try cursor.finish()
        return messages
    }

    private static func message(_ cursor: inout JSONCursor) throws(JSONError) -> ReceivedMessage {
        var messageID: String?
        var receiptHandle: String?
        var sent: Int64?
        var md5: String?
        var body: [UInt8]?
        guard cursor.nextIsObject() else { throw .malformed }
        let start = cursor.position
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
            if cursor.isString(key, "Attributes"), cursor.nextIsObject() {
                sent = try sentTimestamp(&cursor)
                continue
            }
            let value = try cursor.value()
            guard value.kind == .string else { continue }
            if cursor.isString(key, "MessageId") {
                messageID = cursor.text(value)
            } else if cursor.isString(key, "ReceiptHandle") {
                receiptHandle = cursor.text(value)
            } else if cursor.isString(key, "MD5OfBody") {
                md5 = cursor.text(value)
            } else if cursor.isString(key, "Body") {
                body = cursor.unescaped(value)
            }
        }
        guard let messageID, let receiptHandle, let body else { throw .malformed }
        let hash = Encoding.hex(body.withUnsafeBytes { Digest.hash(.md5, $0) })
        return ReceivedMessage(
            messageID: messageID, receiptHandle: receiptHandle, sent: sent,
            isIntact: hash == md5?.lowercased(),
            line: oneLine(UnsafeBufferPointer(start: cursor.base + start, count: cursor.position - start)))
    }

    private static func sentTimestamp(_ cursor: inout JSONCursor) throws(JSONError) -> Int64? {
        var sent: Int64?
        try cursor.enterObject()
        while let key = try cursor.nextKey() {
            let value = try cursor.value()
            if value.kind == .string, cursor.isString(key, "SentTimestamp") {
                sent = Int64(cursor.text(value))
            }
        }
        return sent
    }

    /// Line ends in JSON stand between values only, so a space will do in their place.
    private static func oneLine(_ json: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var line = Array(json)
        // Through a pointer it is done in blocks.
        line.withUnsafeMutableBufferPointer { line in
            for place in line.indices {
                let byte = line[place]
                line[place] = byte == Ascii.newline || byte == Ascii.carriageReturn ? Ascii.space : byte
            }
        }
        return line
    }
}
