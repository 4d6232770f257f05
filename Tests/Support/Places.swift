import Foundation

/// The top folder of this repository.
package let repositoryRoot: String = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.path
}()

/// The folder of the golden cases.
package let goldenDirectory = repositoryRoot + "/Tests/ToolTests/Golden"

/// The folder of the programs under test: the one TOOLS_DIR names, else that of the test bundle, into which
/// `swift build` puts the programs as well.
package let toolsDirectory: String = {
    if let named = ProcessInfo.processInfo.environment["TOOLS_DIR"], !named.isEmpty { return named }
    // On macOS the bundle is loaded by a program that lies elsewhere; on Linux it is itself the program.
    let bundle = Bundle.allBundles.map(\.bundlePath).first { $0.hasSuffix(".xctest") }
    let program = URL(fileURLWithPath: bundle ?? CommandLine.arguments[0]).standardizedFileURL
    return program.deletingLastPathComponent().path
}()

/// The PATH of the test run: where bash, sort and the like are.
let systemPath = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"

/// Whether the test run's own PATH has the program.
package func isOnPath(_ program: String) -> Bool {
    systemPath.split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
}
