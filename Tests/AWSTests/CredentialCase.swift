import Foundation
import Records
import Support

@testable import AWS

/// A case of the published suite: an environment and files in, keys or an error out, and what the
/// servers on the way answered.
struct CredentialCase {
    struct Exchange {
        let method: String
        let uri: String
        /// Names in lower case.
        let headers: [String: String]
        let body: String
        let reply: StubReply
    }

    let name: String
    let environment: [String: String]
    /// The case's files under their own names.
    let files: [String: String]
    let exchanges: [Exchange]
    /// Nil for a case that must fail.
    let expected: JSON?
    private let home: TemporaryDirectory

    init(folder: String) throws {
        name = (folder as NSString).lastPathComponent
        home = try TemporaryDirectory()
        let root = home.path
        var files: [String: String] = [:]
        for path in FileManager.default.subpaths(atPath: folder + "/fs") ?? [] {
            guard let bytes = try? readFile("\(folder)/fs/\(path)") else { continue }
            files["/" + path] = String(decoding: bytes, as: UTF8.self)
        }
        // The cases' paths are absolute: these two are moved to the home made for them.
        for (path, text) in files {
            let moved = text.replacingOccurrences(of: "= /token.jwt", with: "= \(root)/token.jwt")
            try home.write(String(path.dropFirst()), moved)
        }
        let variables = try JSON(parsing: readFile(folder + "/env.json")).object ?? [:]
        environment = variables.compactMapValues(\.string).mapValues { value in
            ["/home", "/token.jwt"].contains(value) ? root + value : value
        }
        self.files = files
        let result = try JSON(parsing: readFile(folder + "/test-case.json"))["result"]
        expected = result.object?["Ok"]
        let events = try JSON(parsing: readFile(folder + "/http-traffic.json"))["events"].array ?? []
        exchanges = Self.exchanges(events.map { ($0["connection_id"].int ?? 0, $0["action"]) })
    }

    /// A connection of the recording holds one exchange.
    private static func exchanges(_ events: [(connection: Int, action: JSON)]) -> [Exchange] {
        Set(events.map(\.connection)).sorted().map { connection in
            let own = events.filter { $0.connection == connection }.map(\.action)
            func body(_ direction: String) -> String {
                own.map { $0["Data"] }.filter { $0["direction"].string == direction }
                    .compactMap { $0["data"]["Utf8"].string }.joined()
            }
            func headers(_ message: JSON) -> [String: String] {
                let all = (message["headers"].object ?? [:]).map {
                    ($0.lowercased(), $1.array?.first?.string ?? "")
                }
                return Dictionary(all) { first, _ in first }
            }
            let request = own.map { $0["Request"]["request"] }.first { $0 != .null } ?? .null
            let response = own.map { $0["Response"]["response"]["Ok"] }.first { $0 != .null } ?? .null
            let type = headers(response)["content-type"].map { [(name: "Content-Type", value: $0)] } ?? []
            return Exchange(
                method: request["method"].string ?? "", uri: request["uri"].string ?? "",
                headers: headers(request), body: body("Request"),
                reply: StubReply(response["status"].int ?? 0, type, body: body("Response")))
        }
    }
}
