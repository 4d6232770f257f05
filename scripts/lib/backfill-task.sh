# What runs in each of Spark's tasks, in the environment that backfill_spark.py gives it.
# shellcheck shell=bash
#
#     bash backfill-task.sh WORK REJECTS EVENT-SCRUB OPTIONS...
#
# Reads lines "NUMBER PATH" and writes the events of these files, one file after the other. For each that was read to
# its end it leaves WORK/NUMBER.stats, and its rejects in the folder REJECTS, where that is no empty word; for one that
# was not, WORK/NUMBER.failed, and ends with the status of what failed. Spark may begin a task anew, or have two
# attempts at it at once: each writes files of its own, and gives them their names when they are complete.
set -u -o pipefail

work=$1 rejects=$2
shift 2
attempt=$(mktemp -d "$work/attempt.XXXXXXXX") || exit 74
rejected=/dev/null
# shellcheck disable=SC2317 # called by the trap
clean_up() {
    rm -rf "$attempt"
    [ "$rejected" = /dev/null ] || rm -f "$rejected"
}
trap clean_up EXIT

# With --rejects, /dev/null too, a status other than 0 is a failure and nothing else.
scrub() {
    "$@" --jobs 1 --quiet --stats "$attempt/stats" --rejects "$rejected" 2>"$attempt/talk"
}

# By what it begins with: a name can be wrong, and no line of ours begins so.
is_gzip() {
    [ "$(head -c 2 <"$1" | od -An -tx1 | tr -d ' \n')" = 1f8b ]
}

events_of() {
    if is_gzip "$1"; then
        gzip -dc <"$1" 2>"$attempt/gzip-talk" | scrub "${@:2}"
    else
        scrub "${@:2}" <"$1"
    fi
}

# settle NUMBER PATH: the file is done with; its counts and rejects get their names.
settle() {
    if [ -s "$rejected" ]; then
        name=${2##*/}
        mv -f "$rejected" "$rejects/$1-${name:0:200}" || return
    elif [ -n "$rejects" ]; then
        rm -f "$rejected"
    fi
    rm -f "$work/$1.failed"
    mv -f "$attempt/stats" "$work/$1.stats"
}

while IFS= read -r line; do
    number=${line%% *} path=${line#* }
    [ -z "$rejects" ] || rejected=$(mktemp "$rejects/.attempt.XXXXXXXX") || exit 74
    status=0
    { events_of "$path" "$@" && settle "$number" "$path"; } || status=$?
    if [ "$status" -ne 0 ]; then
        cat "$attempt"/*talk >"$work/$number.failed" 2>/dev/null
        exit "$status"
    fi
done
