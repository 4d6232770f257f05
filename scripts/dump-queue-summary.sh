# What dump-queue tells of a run: counts, days, rejected messages; on GitHub annotations and a step summary too.
# To be sourced by it, beside which it stands.
# shellcheck shell=bash
# shellcheck disable=SC2154 # the run's own variables are dump-queue's
#
# What came from outside cannot speak here. All that is shown are our own words, numbers, and what is taken from the
# stages' files by its form: days of eight digits, hours of time stamps, MessageIds as SQS makes them.

received=0 kept=0 dropped=0 rejected=0 damaged=0 stored=0 unchanged=0 conflicts=0 deleted=0 failed=0 stale=0
dropped_hostname=0 dropped_channel=0 dropped_event=0 bytes=0 oldest=0 strange_blocks=0 no_dead_letters=''
no_dead_letters_text='the queue has no dead-letter queue: rejected messages come again until their retention ends'
strange_text='all messages of a block were dropped by hostname; is a --host missing?'
most_days=40 most_rejects=20

# count FILE KEY: a number or word of a --stats file, or 0.
count() {
    local value=
    [ ! -s "$1" ] || value=$(sed -n 's/.*"'"$2"'":"\{0,1\}\([^",}]*\).*/\1/p' "$1")
    printf '%s' "${value:-0}"
}

# --- What each stage adds ----------------------------------------------------------------------

add_pull() {
    local pull=$block/pull.stats scrub=$block/scrub.stats hostname sent
    received=$((received + $(count "$pull" received)))
    damaged=$((damaged + $(count "$pull" damaged)))
    kept=$((kept + $(count "$scrub" kept)))
    dropped=$((dropped + $(count "$scrub" dropped)))
    rejected=$((rejected + $(count "$scrub" rejected)))
    hostname=$(count "$scrub" dropped.hostname)
    dropped_hostname=$((dropped_hostname + hostname))
    dropped_channel=$((dropped_channel + $(count "$scrub" dropped.channel)))
    dropped_event=$((dropped_event + $(count "$scrub" dropped.event)))
    # Many messages and none from a host that is wanted: more likely a host that --host does not name yet.
    if [ "$hostname" -ge 100 ] && [ "$hostname" -eq "$(count "$scrub" read)" ]; then
        strange_blocks=$((strange_blocks + 1))
        say "all $hostname messages of a block were dropped by hostname; is a --host missing?"
    fi
    [ "$(count "$pull" deadLetterQueue)" != no ] || no_dead_letters=1
    sent=$(count "$pull" oldestSent)
    if [ "$sent" -gt 0 ] && { [ "$oldest" -eq 0 ] || [ "$sent" -lt "$oldest" ]; }; then oldest=$sent; fi
}

add_put() {
    stored=$((stored + $(count "$block/put.stats" stored)))
    unchanged=$((unchanged + $(count "$block/put.stats" unchanged)))
    bytes=$((bytes + $(count "$block/put.stats" bytes)))
}

add_acks() {
    deleted=$((deleted + $(count "$block/ack.stats" deleted)))
    failed=$((failed + $(count "$block/ack.stats" failed)))
    stale=$((stale + $(count "$block/ack.stats" stale)))
}

# add_figures LINES: what is told of the block's days, by its stored lines or, where nothing is put, its day lines; of
# its rejected messages and of its events' hours. A day's later lines are its repeats.
add_figures() {
    awk '
        function word(key) {
            return match($0, "\"" key "\":\"[a-z]+\"") ? substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 5) : ""
        }
        function number(key) {
            return match($0, "\"" key "\":[0-9]+") ? substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 3) : 0
        }
        match($0, /^\{"day":"[0-9]+"/) && RLENGTH == 17 {
            day = substr($0, 9, 8); lines[day]++
            status = word("status"); last[day] = status == "" ? "merged" : status
            new[day] = number("new"); existing[day] = number("existing"); added[day] = number("added")
            conflicts[day] += status == "conflict"
        }
        END {
            for (day in lines) {
                put = last[day] == "stored" || last[day] == "merged"
                print day, new[day], existing[day], put ? added[day] : 0, last[day] == "unchanged", conflicts[day], \
                    lines[day] - 1, last[day]
            }
        }' "$1" >>"$work/day-figures"
    sed -n -e '/"outcome":"rejected"/!d' -e 's/^{"MessageId":"\([0-9a-f-]\{36\}\)","outcome":"rejected","reason":"\([A-Za-z0-9 ,-]*\)"}$/\1 \2/p' \
        -e t -e 's/.*"reason":"\([A-Za-z0-9 ,-]*\)"}$/(an id of another form) \1/p' "$block/ledger" |
        head -n "$most_rejects" >>"$work/reject-figures"
    sed -n 's/^{"timestamp": "\([0-9-]\{10\}\).\([0-9][0-9]\):.*/\1 \2/p' "$block/events" | sort | uniq -c >>"$work/hour-figures"
}

# --- What is told ------------------------------------------------------------------------------

# day_figures: a line a day, in order: day new existing added unchanged conflicts repeats status. The last days only.
day_figures() {
    sort -s -k 1,1 "$work/day-figures" | awk '
        $1 != day { show(); day = $1; new = added = unchanged = conflicts = repeats = 0 }
        { new += $2; existing = $3; added += $4; unchanged += $5; conflicts += $6; repeats += $7; status = $8 }
        function show() { if (day) print day, new, existing, added, unchanged, conflicts, repeats, status }
        END { show() }' | tail -n "$most_days"
}

summary() {
    say "received $received, kept $kept, dropped $dropped, rejected $rejected, damaged $damaged"
    say "dropped by hostname $dropped_hostname, by channel $dropped_channel, by event $dropped_event"
    if [ -n "$dry_run" ]; then
        say "dry run: nothing was written or deleted; the messages were given back"
    else
        say "days stored $stored, unchanged $unchanged, merged again after a conflict $conflicts"
    fi
    tell_days
    if [ -z "$dry_run" ]; then
        say "messages deleted $deleted, failed $failed, left in the queue $((received - deleted)), receipts past their time $stale"
    fi
    say "$(oldest_age)$SECONDS s, $bytes bytes put"
    [ -z "$failed_stages" ] || say "failed:$failed_stages"
    [ -z "$no_dead_letters" ] || say "$no_dead_letters_text"
    [ "$rejected" -eq 0 ] || tell_rejects
}

tell_days() {
    local day new existing added unchanged conflicts repeats status
    while read -r day new existing added unchanged conflicts repeats status; do
        say "day $day: new $new, existing $existing, added $added, unchanged $unchanged, conflicts $conflicts, repeats $repeats; $status"
    done < <(day_figures)
}

tell_rejects() {
    say "$rejected messages were rejected; they stay in the queue for its dead-letter policy"
    local line
    while read -r line; do say "rejected: $line"; done < <(head -n "$most_rejects" "$work/reject-figures")
}

# oldest_age: "the oldest message was sent 73 min before the run; ", or nothing.
oldest_age() {
    [ "$oldest" -eq 0 ] || printf 'the oldest message was sent %d min before the run; ' $(((run_start - oldest / 1000) / 60))
}

# What the failure asks for, by the exit status.
advice() {
    case $1 in
    64 | 78) printf 'look at the configuration: the log names what is wrong' ;;
    65) printf 'bad data: the log names the day or the line' ;;
    69 | 75) printf 'the next run tries again; nothing is lost' ;;
    70) printf 'a bug: please report it with the log' ;;
    74) printf 'is the disk full?' ;;
    77) printf 'look at the keys, the role and the policy' ;;
    *) printf 'see the log' ;;
    esac
}

# --- On GitHub ---------------------------------------------------------------------------------

# annotate KIND TEXT: a workflow command, where there is somebody to hear it.
annotate() { [ "${GITHUB_ACTIONS-}" != true ] || printf '::%s title=dump-queue::%s\n' "$1" "$2"; }

# on_github STATUS
on_github() {
    [ "${GITHUB_ACTIONS-}" = true ] || return 0
    [ "$rejected" -eq 0 ] || annotate warning "$rejected messages were rejected and stay in the queue"
    [ "$stale" -eq 0 ] || annotate warning "$stale receipts were past their visibility timeout"
    [ "$strange_blocks" -eq 0 ] || annotate warning "$strange_text"
    [ -z "$no_dead_letters" ] || annotate warning "$no_dead_letters_text"
    [ "$1" -eq 0 ] || annotate error "ended with status $1;${failed_stages:- days in conflict}: $(advice "$1")"
    [ -n "${GITHUB_STEP_SUMMARY-}" ] || return 0
    step_summary "$1" >>"$GITHUB_STEP_SUMMARY"
}

# step_summary STATUS: the counts, a table of the days, the rejected messages, and the hours of the events.
step_summary() {
    printf '### Queue dump%s\n\n| | |\n|---|---:|\n' "${dry_run:+, a dry run}"
    printf '| %s | %s |\n' received "$received" kept "$kept" 'dropped by hostname' "$dropped_hostname" \
        'dropped by channel' "$dropped_channel" 'dropped by event' "$dropped_event" rejected "$rejected" \
        damaged "$damaged" 'days stored' "$stored" 'days unchanged' "$unchanged" 'merged again' "$conflicts" \
        deleted "$deleted" failed "$failed" 'receipts past their time' "$stale"
    [ "$oldest" -eq 0 ] || printf '| age of the oldest message, min | %s |\n' $(((run_start - oldest / 1000) / 60))
    printf '| %s | %s |\n' 'bytes put' "$bytes" seconds "$SECONDS" 'exit status' "$1"
    if [ -s "$work/day-figures" ]; then
        printf '\n| day | new | existing | added | unchanged | conflicts | repeats | |\n|---|---:|---:|---:|---:|---:|---:|---|\n'
        day_figures | sed -e 's/ / | /g' -e 's/^/| /' -e 's/$/ |/'
    fi
    if [ -s "$work/reject-figures" ]; then
        printf '\nRejected messages, as the log has them:\n\n```\n'
        head -n "$most_rejects" "$work/reject-figures"
        printf '```\n'
    fi
    if [ -s "$work/hour-figures" ]; then
        printf '\nEvents by the hour, the last 48:\n\n```\n'
        hour_bars
        printf '```\n'
    fi
    printf '\n'
}

# hour_bars: "2026-01-01 17 h  ######## 120", a line an hour.
hour_bars() {
    awk '{ events[$2 " " $3] += $1 } END { for (hour in events) print hour, events[hour] }' "$work/hour-figures" |
        sort | tail -n 48 | awk '
        { hour[NR] = $1 " " $2; events[NR] = $3; if ($3 > most) most = $3 }
        END { for (i = 1; i <= NR; i++) {
            bar = sprintf("%" int(1 + 39 * events[i] / most) "s", ""); gsub(/ /, "#", bar)
            printf "%s h  %s %d\n", hour[i], bar, events[i] } }'
}
