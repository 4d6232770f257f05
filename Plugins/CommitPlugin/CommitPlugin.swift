import Foundation
import PackagePlugin

/// Has `Commit.swift` written, for `--version`, and again whenever git's HEAD has moved. A setting in Package.swift
/// would be shorter, but SwiftPM keeps what it once read there, and what a prebuild command once made: the commit
/// would be that of an earlier build.
@main
struct CommitPlugin: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) -> [Command] {
        let root = context.package.directoryURL
        let file = context.pluginWorkDirectoryURL.appending(path: "Commit.swift")
        let moved = [".git/HEAD", ".git/logs/HEAD"].map { root.appending(path: $0) }
        return [
            .buildCommand(
                displayName: "Writing Commit.swift",
                executable: root.appending(path: "scripts/lib/write-commit"), arguments: [file.path],
                inputFiles: moved.filter { FileManager.default.fileExists(atPath: $0.path) },
                outputFiles: [file])
        ]
    }
}
