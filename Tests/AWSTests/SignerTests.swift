import Foundation
import Records
import Support
import Testing

@testable import AWS

@Suite struct SignerTests {
    /// The published suite of aws-c-auth.
    @Test(
        .enabled(
            if: PublishedSuite.signing.isThere, PublishedSuite.skipped))
    func publishedCases() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: PublishedSuite.signing.folder)
            .sorted()
        for name in names {
            let example = try SigningCase(folder: "\(PublishedSuite.signing.folder)/\(name)")
            let (canonical, _) = example.signer.canonicalRequest(example.dated, example.payloadHash)
            #expect(canonical == example.expectedCanonical, "\(name)")
            let signed = example.signer.sign(
                example.request, payloadHash: example.payloadHash, at: example.time)
            let authorization = signed.headers.first { $0.name == "Authorization" }?.value ?? ""
            #expect(authorization.hasSuffix(", Signature=\(example.expectedSignature)"), "\(name)")
        }
        print("signing suite: \(names.count) cases ran")
        #expect(names.count == 38)
    }

    @Test func authorizationNamesKeyScopeAndHeaders() throws {
        var request = HTTPRequest(method: "GET", endpoint: Endpoint(host: "example.com"), path: "/")
        request.headers = [("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]
        let signer = Signer(credentials: sessionKeys, region: "eu-west-3", service: "s3")
        let signed = signer.sign(request, payloadHash: "UNSIGNED-PAYLOAD", at: UTCTime(milliseconds: 0))
        let headers = Dictionary(uniqueKeysWithValues: signed.headers.map { ($0.name, $0.value) })
        #expect(headers["Host"] == "example.com")
        #expect(headers["X-Amz-Date"] == "19700101T000000Z")
        #expect(headers["X-Amz-Security-Token"] == "SESSION/TOKEN+EXAMPLE=")
        let expected =
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/19700101/eu-west-3/s3/aws4_request, "
            + "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature="
        #expect(headers["Authorization"]?.hasPrefix(expected) == true)
    }

    @Test func whatAProxyMayChangeIsNotSigned() {
        var request = HTTPRequest(method: "GET", endpoint: Endpoint(host: "h"), path: "/")
        request.headers = [("Expect", "100-continue"), ("User-Agent", "u"), ("Connection", "close")]
        let signer = Signer(credentials: exampleKeys, region: "r", service: "s3")
        #expect(signer.canonicalRequest(request, "").signedHeaders.isEmpty)
    }

    @Test func credentialsDoNotPrintTheirSecret() {
        let printed = "\(sessionKeys) \(String(reflecting: sessionKeys)) \([sessionKeys])"
        #expect(!printed.contains("wJalr") && !printed.contains("SESSION"))
    }
}

/// A case of the suite: `request.txt` and `context.json` in, `header-*.txt` out.
private struct SigningCase {
    let signer: Signer
    let request: HTTPRequest
    let time: UTCTime
    let payloadHash: String
    let expectedCanonical: String
    let expectedSignature: String

    init(folder: String) throws {
        func text(_ file: String) throws -> String {
            String(decoding: try readFile("\(folder)/\(file)"), as: UTF8.self)
        }
        let context = try JSON(parsing: try readFile("\(folder)/context.json"))
        time = try #require(UTCTime(iso8601: context["timestamp"].string ?? ""))
        let isTokenSigned = context["omit_session_token"].bool != true
        let keys = context["credentials"]
        signer = Signer(
            credentials: Credentials(
                accessKeyID: keys["access_key_id"].string ?? "",
                secretAccessKey: keys["secret_access_key"].string ?? "",
                sessionToken: isTokenSigned ? keys["token"].string : nil),
            region: context["region"].string ?? "", service: context["service"].string ?? "",
            normalizesPath: context["normalize"].bool)
        var (request, body) = try Self.parse(try text("request.txt"))
        payloadHash = Encoding.hex(Digest.sha256(Array(body.utf8)))
        if context["sign_body"].bool == true {
            request.headers.append(("x-amz-content-sha256", payloadHash))
        }
        self.request = request
        expectedCanonical = try text("header-canonical-request.txt")
        expectedSignature = try text("header-signature.txt")
    }

    /// With what signing adds, for a look at the canonical request.
    var dated: HTTPRequest {
        var request = request
        request.headers += [("Host", request.endpoint.authority), ("X-Amz-Date", time.basic)]
        if let token = signer.credentials.sessionToken {
            request.headers.append(("X-Amz-Security-Token", token))
        }
        return request
    }

    private static func parse(_ text: String) throws -> (HTTPRequest, body: String) {
        let parts = text.split(separator: "\n\n", maxSplits: 1).map(String.init)
        var lines: [String] = []
        for line in parts[0].split(separator: "\n").map(String.init) {
            // A folded line goes on the one before it.
            if line.first == " " { lines[lines.count - 1] += line } else { lines.append(line) }
        }
        let start = lines.removeFirst()
        let method = String(start.prefix { $0 != " " })
        let target = String(start.dropFirst(method.count + 1).dropLast(" HTTP/1.1".count))
        let headers = lines.map { line in
            (
                name: String(line.prefix { $0 != ":" }),
                value: String(line[line.firstRange(of: ":")!.upperBound...])
            )
        }
        let host = try #require(headers.first { $0.name == "Host" }?.value)
        var request = HTTPRequest(
            method: method, endpoint: Endpoint(host: host), path: String(target.prefix { $0 != "?" }))
        request.query = target.dropFirst(request.path.count + 1).split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            return (decoded(name), decoded(pair.dropFirst(name.count + 1)))
        }
        request.headers = headers.filter { $0.name != "Host" }
        return (request, parts.count > 1 ? parts[1] : "")
    }

    private static func decoded(_ text: some StringProtocol) -> String { text.removingPercentEncoding ?? "" }
}
