#!/usr/bin/env bash
# The steps of action.yml: `choose`, `install`, `drain`. What they need comes in the environment, so that no text from
# outside becomes part of a script.
# Exit status: 0; 69 when a download failed; 78 for a wrong input; else that of what was called.
set -euo pipefail

source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

fail() {
    printf '::error title=s3-event-writer::%s\n' "$2"
    exit "$1"
}

# Where the action came from, by the folder that GitHub puts it in (…/_actions/OWNER/NAME/REF): the steps of a composite
# action are not told otherwise. Of `uses: ./` no ref is known.
repository=$GITHUB_REPOSITORY ref=
case $GITHUB_ACTION_PATH in
    */_actions/*/*/*)
        ref=${GITHUB_ACTION_PATH##*/_actions/}
        repository=$(cut -d / -f 1,2 <<<"$ref")
        ref=$(cut -d / -f 3- <<<"$ref")
        ;;
esac

# choose: tells the steps behind it the version (empty: from source), where it goes, its key in the cache, the region.
choose() {
    local version=${VERSION#v} region=$REGION key
    case $ref in
        # A tag such as v1 moves from release to release: the source that came with it knows which one it is.
        v[0-9]*) version=${version:-$(version_of_source)} ;;
    esac
    case $version in
        *[!0-9A-Za-z.+-]*) fail 78 'the version may have letters, digits, dots, plus and minus signs only' ;;
    esac
    if [ -z "$region" ] && [[ $QUEUE_URL =~ ^https://sqs(-fips)?\.([a-z0-9-]+)\. ]]; then region=${BASH_REMATCH[2]}; fi
    key=${version:-source-$(digest_of_source)}
    {
        printf 'version=%s\n' "$version"
        printf 'prefix=%s\n' "$RUNNER_TEMP/s3-event-writer"
        printf 'key=%s\n' "s3-event-writer-$key-$(uname -s)-$(uname -m)-${ImageOS:-}"
        printf 'region=%s\n' "$region"
    } >>"$GITHUB_OUTPUT"
}

version_of_source() {
    sed -n 's/^package let version = "\(.*\)"$/\1/p' "$source/Sources/Records/CommandLine/Version.swift"
}

# All of it but what is hidden: a rebuild too many costs minutes, one too few runs what is no longer there.
digest_of_source() {
    cd "$source"
    find . -type f -not -path './.*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-16
}

# install: puts the release, or what the source builds, below PREFIX.
install() {
    mkdir -p "$PREFIX"
    if [ -n "$VERSION" ] && install_release; then return; fi
    [ -z "$MUST_BE_RELEASED" ] || fail 78 "there is no release $VERSION for $(platform)"
    echo 'building from source ...'
    "$source/scripts/install-deps"
    PREFIX=$PREFIX DESTDIR='' "$source/scripts/install"
}

platform() {
    printf '%s-%s' "$(uname -s | tr '[:upper:]' '[:lower:]')" "$(uname -m)"
}

# install_release: status 1 when there is none; a download that fails, or that is not what its digest says, ends it all.
# `set -e` does not hold in here, as it is called as a condition.
install_release() {
    local name folder status
    name=s3-event-writer-$VERSION-$(platform).tar.gz
    folder=$(mktemp -d "$RUNNER_TEMP/release.XXXXXX") || fail 69 'no folder can be made for the release'
    status=$(download "$name.sha256" "$folder") || fail 69 "the release $VERSION could not be downloaded"
    [ "$status" != 404 ] || return 1
    status=$(download "$name" "$folder") || fail 69 "the release $VERSION could not be downloaded"
    [ "$status" = 200 ] || fail 69 "the release $VERSION lacks its archive for $(platform)"
    (cd "$folder" && sha256sum --check --quiet "$name.sha256") || fail 69 "the archive of $VERSION is damaged"
    tar -xzf "$folder/$name" --strip-components=1 -C "$PREFIX" ||
        fail 69 "the archive of $VERSION could not be unpacked"
    rm -rf "$folder"
}

# download NAME FOLDER: prints the status that ends the redirects, 200 or 404; any other is a failure.
download() {
    local status
    status=$(curl --silent --show-error --location --retry 5 --connect-timeout 20 --max-time 300 --output "$2/$1" \
        --write-out '%{http_code}' "$GITHUB_SERVER_URL/$repository/releases/download/v$VERSION/$1") || return
    case $status in
        200 | 404) printf '%s' "$status" ;;
        *) return 1 ;;
    esac
}

# drain: runs the chain in this shell's place. Without a key among the inputs the job's own variables count.
drain() {
    if [ -n "$KEY_ID" ]; then
        export AWS_ACCESS_KEY_ID=$KEY_ID AWS_SECRET_ACCESS_KEY=$SECRET_KEY AWS_SESSION_TOKEN=$SESSION_TOKEN
    fi
    if [ -n "$REGION" ]; then export AWS_REGION=$REGION; fi
    unset KEY_ID SECRET_KEY SESSION_TOKEN
    PATH=$PREFIX/bin:$PATH exec dump-queue --max-minutes "$MAX_MINUTES"
}

case ${1-} in
    choose | install | drain) "$1" ;;
    *)
        echo 'usage: github_action.sh choose | install | drain' >&2
        exit 64
        ;;
esac
