import Foundation
import Support
import Synchronization
import Testing

/// What a telephone's message holds and no tool may show, in the test queue's messages.
enum Secrets {
    static let profileKey = "SECRETprofileKEY/example+99887766"
    static let profileToken = "TOKENofProfile/EXAMPLE+5544332211=="
    static let telephone = "+15035550142"
    static let subscription = "SUBSCRIPTION-7c0ffee7"
    static let handle = "HANDLE+of/message=="

    static let keys = [secretKey, sessionToken, profileKey, profileToken]
    static let messages = [telephone, subscription, handle]

    /// Keys in a credentials file, and what names it; nothing of them is in the environment.
    static func profile(in folder: TemporaryDirectory) throws -> [String: String] {
        let text = """
            [kept]
            aws_access_key_id = AKIDPROFILE
            aws_secret_access_key = \(profileKey)
            aws_session_token = \(profileToken)

            """
        return [
            "AWS_SHARED_CREDENTIALS_FILE": try folder.write("credentials", text), "AWS_PROFILE": "kept",
            "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "",
        ]
    }

    /// An entry of a receive's answer: an SNS envelope around a telephone's event.
    static func message(_ id: String) throws -> String {
        let event = """
            {"hostname":"futel-prod-back","timestamp":"2026-01-01T11:34:11Z","caller":"\(telephone)",\
            "event":{"Channel":"SIP/630-0000011f","Event":"Dial","CallerIDNum":"\(telephone)"}}
            """
        let url = "https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=\(subscription)"
        let envelope = """
            {"Type":"Notification","Message":\(try quotedJSON(event)),"UnsubscribeURL":"\(url)"}
            """
        let md5 = try MD5.hex(of: envelope)
        return """
            {"MessageId":"\(id)","ReceiptHandle":"\(handle)","MD5OfBody":"\(md5)",\
            "Body":\(try quotedJSON(envelope))}
            """
    }
}

/// By the operating system's own program.
enum MD5 {
    static func hex(of text: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl", "md5", "-r"]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        input.fileHandleForWriting.write(Data(text.utf8))
        try input.fileHandleForWriting.close()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: answer.prefix(32), as: UTF8.self)
    }
}

/// All of AWS that a drain needs: a queue of two messages and an empty bucket. Or one that refuses
/// everything, and says in its refusals all that it was told.
///
/// At each request it looks for secrets in the arguments of all programs of this machine.
final class SecretiveStub: Sendable {
    let server: StubServer
    private let shared: Shared

    private final class Shared: Sendable {
        let arguments = Mutex<Set<String>>([])
        let hasSeenTool = Mutex(false)
        let receives = Counter()
    }

    init(refuses: Bool) throws {
        let shared = Shared()
        let messages = try ["m-1", "m-2"].map { try Secrets.message($0) }.joined(separator: ",")
        self.shared = shared
        server = try StubServer { request in
            let all = argumentsOfAllProcesses()
            if all.contains(where: { $0.contains("--verbose") }) { shared.hasSeenTool.withLock { $0 = true } }
            let seen = all.filter { text in
                (Secrets.keys + Secrets.messages).contains { text.contains($0) }
            }
            shared.arguments.withLock { $0.formUnion(seen) }
            if refuses { return Self.refusal(request) }
            switch request.operation {
            case "ReceiveMessage":
                return StubReply(body: shared.receives.next() == 0 ? #"{"Messages":[\#(messages)]}"# : "{}")
            case "GET": return s3Error(404, "NoSuchKey")
            case "PUT": return putTaken
            case "GetQueueAttributes": return StubReply(body: #"{"Attributes":{"RedrivePolicy":"{}"}}"#)
            default:
                let done = request.entryIDs.map { #"{"Id":"\#($0)"}"# }.joined(separator: ",")
                return StubReply(body: #"{"Successful":[\#(done)]}"#)
            }
        }
    }

    /// The arguments with a secret in them that were seen so far.
    ///
    /// - Throws: where not even those of the tool that asked were seen, and so nothing is proven.
    var arguments: Set<String> {
        get throws {
            #if os(Linux)
                guard shared.hasSeenTool.withLock({ $0 }) else { throw SawNoTool() }
            #endif
            return shared.arguments.withLock { $0 }
        }
    }

    private static func refusal(_ request: StubRequest) -> StubReply {
        let told =
            request.headers.map { "\($0.name): \($0.value)" }.joined(separator: " ")
            + " \(request.bodyText) \(Secrets.telephone) \(Secrets.subscription) \(secretKey)"
        let message = told.filter { !"<>&\"\\\n\r".contains($0) }
        if request.header("X-Amz-Target") != nil {
            return StubReply(400, body: #"{"__type":"com.amazonaws.sqs#Refused","message":"\#(message)"}"#)
        }
        return StubReply(400, body: "<Error><Code>Refused</Code><Message>\(message)</Message></Error>")
    }
}

struct SawNoTool: Error {}

/// On Linux; elsewhere none.
private func argumentsOfAllProcesses() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { $0.allSatisfy(\.isNumber) }.compactMap { name in
        (try? readFile("/proc/\(name)/cmdline")).map { String(decoding: $0, as: UTF8.self) }
    }
}
