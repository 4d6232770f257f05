/// The version of the five tools, which are released together.
package let version = "0.1.0"

/// What `--version` says behind the tool's name. `commit` is CommitPlugin's, and empty where it is not known.
package let versionAndCommit = commit.isEmpty ? version : "\(version) (\(commit))"
