import PackagePlugin

/// Has `Commit.swift` written before each build, for `--version`. A setting in Package.swift would be shorter,
/// but SwiftPM keeps what it once read there, and the commit would be that of an earlier build.
@main
struct CommitPlugin: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) -> [Command] {
        let folder = context.pluginWorkDirectoryURL
        return [
            .prebuildCommand(
                displayName: "Commit.swift",
                executable: context.package.directoryURL.appending(path: "scripts/lib/write-commit"),
                arguments: [folder.path], outputFilesDirectory: folder)
        ]
    }
}
