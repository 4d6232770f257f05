# The tools as strangers get them. To be sourced, by bash 3.2 or later.
# shellcheck shell=bash

# release_build ROOT: builds the tools for machines without Swift, stripped, event-scrub fully static (on Linux);
# prints their folder. What the build says goes to standard error.
release_build() {
    local static=()
    # On macOS the runtime is the system's.
    [ "$(uname)" != Linux ] || static=(--static-swift-stdlib -Xlinker -s)
    static=(-c release --package-path "$1" --scratch-path "$1/.build-static" ${static[@]+"${static[@]}"})
    export FULLY_STATIC_SCRUB=1
    swift build "${static[@]}" >&2 || return 70
    swift build "${static[@]}" --show-bin-path
}

# release_version ROOT: the version of these sources, without the commit.
release_version() {
    sed -n 's/^package let version = "\(.*\)"$/\1/p' "$1/Sources/Records/CommandLine/Version.swift"
}

release_tools=(sqs-pull event-scrub day-merge s3-put sqs-ack)

# release_completions ROOT TOOLS TO: the completions for bash, zsh and fish into folders of that name, each file
# named as its shell looks for it.
release_completions() {
    local tool
    mkdir -p "$3/bash" "$3/zsh" "$3/fish" || return
    for tool in "${release_tools[@]}"; do
        # It is read by a running shell: lintian minds the line that names one.
        "$2/$tool" --generate-completion-script bash | sed '1{/^#!/d;}' >"$3/bash/$tool" &&
            "$2/$tool" --generate-completion-script zsh >"$3/zsh/_$tool" &&
            "$2/$tool" --generate-completion-script fish >"$3/fish/$tool.fish" || return
    done
    cp "$1/completions/dump-queue.bash" "$3/bash/dump-queue" &&
        cp "$1/completions/dump-queue.zsh" "$3/zsh/_dump-queue" &&
        cp "$1/completions/dump-queue.fish" "$3/fish/dump-queue.fish"
}
