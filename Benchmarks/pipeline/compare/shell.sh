#!/usr/bin/env bash
# shell.sh WORK SCRUB [DUMP]: from the queue to the bucket with the AWS CLI, jq and sort; with a DUMP, from that.
# What fails to download is taken for a day that is new, and whoever writes the same day meanwhile is overwritten.
set -euo pipefail

scrub=$2
messages=${3:-$1/messages}
cd "$1"

# Version 1, which PyPI has, does not read AWS_ENDPOINT_URL for SQS.
aws() {
    command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"
}

receive() {
    while :; do
        aws sqs receive-message --queue-url "$QUEUE_URL" --max-number-of-messages 10 >answer
        [ -s answer ] || break
        jq -c '.Messages[]' answer
    done >"$messages"
}

store() {
    jq --raw-output --from-file "$scrub" "$messages" |
        awk '{ day = substr($0, 16, 10); gsub("-", "", day); print >"new-" day }'
    local new day
    for new in new-*; do
        day=${new#new-}
        aws s3 cp --only-show-errors "$EVENTS_URL$day" old 2>/dev/null || : >old
        sort -u old "$new" >"$day"
        aws s3 cp --only-show-errors "$day" "$EVENTS_URL$day"
    done
}

delete() {
    jq -c '{Id: .MessageId, ReceiptHandle}' "$messages" | jq -c -s 'range(0; length; 10) as $i | .[$i:$i + 10]' |
        while read -r entries; do
            aws sqs delete-message-batch --queue-url "$QUEUE_URL" --entries "$entries"
        done
}

if [ $# -eq 3 ]; then
    store
else
    receive
    store
    delete
fi
