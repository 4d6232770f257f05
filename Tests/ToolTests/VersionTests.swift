import Foundation
import Support
import Testing

/// What `--version` says, and where its commit comes from.
@Suite struct VersionTests {
    /// The commit itself is not compared: the programs may be of an earlier build than the last commit.
    @Test(arguments: ManualTests.tools) func versionAndCommitAreTold(_ tool: String) async throws {
        let run = try await shell("PATH=$PATH:scripts; \"$1\" --version", [tool])
        #expect(run.status == 0 && run.err.isEmpty)
        let pattern = /([a-z0-9-]+) ([0-9.]+(?: \([0-9a-f]{7}\))?)\n/
        let version = try #require(run.outText.wholeMatch(of: pattern))
        #expect(version.1 == tool)
        let other = try await shell("sqs-pull --version")
        #expect(other.outText == "sqs-pull \(version.2)\n")
    }

    @Test(.enabled(if: hasGit)) func commitIsThatOfTheRepository() async throws {
        #expect(try await commit(in: repositoryRoot) == head())
    }

    /// Such as the source archives on GitHub, also where somebody makes a repository of one.
    @Test(.enabled(if: hasGit)) func anArchiveKnowsItsCommit() async throws {
        let folder = try TemporaryDirectory()
        let run = try await shell(
            "git archive HEAD scripts/lib | tar -xf - -C \"$1\" && git init -q \"$1\"", [folder.path])
        try #require(run.status == 0, "\(run.err)")
        #expect(try await commit(in: folder.path) == head())
    }

    @Test func otherCopiesHaveNone() async throws {
        let folder = try TemporaryDirectory()
        let run = try await shell(
            "git init -q \"$1\"; mkdir -p \"$1/copy/scripts/lib\" && cp scripts/lib/write-commit \"$1/copy/scripts/lib/\"",
            [folder.path])
        try #require(run.status == 0, "\(run.err)")
        #expect(try await commit(in: folder.path("copy")) == "")
    }

    /// A file that is right is not written again, else every build would compile it.
    @Test func whatIsRightStays() async throws {
        let folder = try TemporaryDirectory()
        let script = """
            scripts/lib/write-commit "$1/Commit.swift" && touch -t 200101010000 "$1/Commit.swift"
            scripts/lib/write-commit "$1/Commit.swift" && find "$1" -name Commit.swift -mtime -1
            """
        let run = try await shell(script, [folder.path])
        #expect(run.status == 0 && run.out.isEmpty, "\(run.err)")
    }

    /// What write-commit of that copy of the sources writes.
    private func commit(in root: String) async throws -> String? {
        let folder = try TemporaryDirectory()
        let run = try await shell(
            "\"$1/scripts/lib/write-commit\" \"$2\"", [root, folder.path("Commit.swift")])
        #expect(run.status == 0, "\(run.err)")
        return try folder.readText("Commit.swift").wholeMatch(of: /let commit: String = "(.*)"\n/).map {
            String($0.1)
        }
    }

    private func head() async throws -> String {
        try await shell("git rev-parse HEAD | cut -c 1-7").lines.first ?? ""
    }
}

/// A folder: of a linked worktree, where it is a file, the commit is not known.
private let hasGit = FileManager.default.fileExists(atPath: "\(repositoryRoot)/.git/HEAD")
