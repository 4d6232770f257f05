import Foundation
import Support
import Testing

/// A folder of published cases, which the project reads in place and does not copy.
enum PublishedSuite: String {
    case signing = "sigv4"
    case credentials
    case endpoints
    case endpointURLs = "endpoint-urls"

    static let skipped: Comment =
        "skipped: the published cases are neither in ../shared/suites nor in $SUITES_DIR"

    var folder: String { "\(Self.root)/\(rawValue)" }

    var isThere: Bool { FileManager.default.fileExists(atPath: folder) }

    func json(_ name: String) throws -> JSON { try JSON(parsing: try readFile("\(folder)/\(name)")) }

    private static let root =
        ProcessInfo.processInfo.environment["SUITES_DIR"] ?? "\(repositoryRoot)/../shared/suites"
}
