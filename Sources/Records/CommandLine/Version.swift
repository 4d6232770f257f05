/// The version of the five tools, which are released together.
package let version = "0.1.0"

/// What `--version` says behind the tool's name.
///
/// - Parameter commit: CommitPlugin's, which each tool has for itself: in a module below them it would have every
///   one above compiled again after each commit. Empty where it is not known.
package func versionText(_ commit: String) -> String {
    commit.isEmpty ? version : "\(version) (\(commit))"
}
