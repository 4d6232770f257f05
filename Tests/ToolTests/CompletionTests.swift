import Foundation
import Support
import Testing

/// The completions that scripts/install puts where the shells look, loaded by the shells themselves.
@Suite struct CompletionTests {
    static let tools = ManualTests.tools
    private let prefix: TemporaryDirectory

    private static let installing = Task {
        let prefix = try TemporaryDirectory()
        let run = try await shell(
            "scripts/install --tools \"$1\"", [toolsDirectory], environment: ["PREFIX": prefix.path])
        try #require(run.status == 0, "\(run.err)")
        return prefix
    }

    init() async throws { prefix = try await Self.installing.value }

    @Test func everythingIsInstalled() async throws {
        let run = try await shell("find . -type f | sort", directory: prefix.path)
        let pages = Self.tools.map { "./share/man/man1/\($0).1" } + ["./share/man/man5/record-formats.5"]
        let completions = Self.tools.flatMap {
            [
                "./share/bash-completion/completions/\($0)", "./share/zsh/site-functions/_\($0)",
                "./share/fish/vendor_completions.d/\($0).fish",
            ]
        }
        let parts = ["./share/s3-event-writer/dump-queue-summary.sh"]
        #expect(Set(run.lines) == Set(Self.tools.map { "./bin/\($0)" } + parts + pages + completions))
        let version = try await shell(
            "env -i PATH=/usr/bin:/bin \"$1/bin/dump-queue\" --version", [prefix.path])
        #expect(version.status == 0, "\(version.err)")
        // So far it comes when it has found all its parts.
        let start = try await shell("env -i PATH=/usr/bin:/bin \"$1/bin/dump-queue\"", [prefix.path])
        #expect(start.status == 64 && start.err.contains("QUEUE_URL is not set"), "\(start.err)")
    }

    @Test func destinationIsPutBeforeThePrefix() async throws {
        let folder = try TemporaryDirectory()
        let run = try await shell(
            "scripts/install --tools \"$1\"", [toolsDirectory],
            environment: ["PREFIX": "/opt/tools", "DESTDIR": folder.path])
        #expect(run.status == 0 && folder.exists("opt/tools/bin/s3-put"), "\(run.err)")
    }

    /// A line with nothing but the tool's name and two dashes offers every long flag.
    @Test func bashOffersEachFlag() async throws {
        for tool in Self.tools {
            let script = """
                . "$1/share/bash-completion/completions/$2"
                COMP_WORDS=("$2" --) COMP_CWORD=1 COMP_LINE="$2 --" COMP_POINT=$((${#2} + 3))
                $(complete -p "$2" | sed 's/.*-F \\([^ ]*\\).*/\\1/') "$2" -- "$2"
                printf '%s\\n' "${COMPREPLY[@]}"
                """
            let run = try await shell(script, [prefix.path, tool])
            #expect(run.status == 0 && run.err.isEmpty, "\(tool): \(run.err)")
            #expect(Set(run.lines).isSuperset(of: try flags(of: tool)), "\(tool)")
        }
    }

    @Test(.enabled(if: isOnPath("fish"))) func fishOffersEachFlag() async throws {
        for tool in Self.tools {
            let file = prefix.path("share/fish/vendor_completions.d/\(tool).fish")
            let run = try await shell(
                "HOME=$PWD fish --no-config -c 'source $argv[1]; complete -C \"$argv[2] --\"' \"$1\" \"$2\"",
                [file, tool], directory: prefix.path)
            let offered = run.lines.compactMap { $0.split(separator: "\t").first.map(String.init) }
            #expect(run.status == 0 && run.err.isEmpty, "\(tool): \(run.err)")
            #expect(Set(offered).isSuperset(of: try flags(of: tool)), "\(tool)")
        }
    }

    /// zsh completes on a terminal only: here it loads the functions, and the flags are looked for in them.
    @Test(.enabled(if: isOnPath("zsh"))) func zshLoadsEachFunction() async throws {
        let script = """
            fpath=("$1/share/zsh/site-functions" $fpath)
            autoload -Uz compinit && compinit -D -u
            for tool in "${@:2}"; do
                [[ $_comps[$tool] = _$tool ]] && autoload -Uz +X _$tool || exit
                printf "%s\\0" "$functions[_$tool]"
            done
            """
        let run = try await shell(
            "HOME=$PWD zsh -f -c '\(script)' zsh \"$@\"", [prefix.path] + Self.tools, directory: prefix.path)
        #expect(run.status == 0 && run.err.isEmpty, "\(run.err)")
        let functions = run.outText.split(separator: "\0")
        try #require(functions.count == Self.tools.count)
        for (tool, function) in zip(Self.tools, functions) {
            for flag in try flags(of: tool) { #expect(function.contains(flag), "\(tool) \(flag)") }
        }
    }

    /// Such as `--help`: those of the manual page, which ManualTests holds to those of the tool.
    private func flags(of tool: String) throws -> Set<String> {
        Set(try ManualPage("\(tool).1").flags.map { "--\($0)" })
    }
}
