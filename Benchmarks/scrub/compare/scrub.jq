# jq --raw-output --from-file scrub.jq messages: the scrub as one writes it in jq.
# Time stamps are believed, and a message without what it needs ends the run.

# jq's own JSON leaves everything but ASCII as it is, so that counting its bytes tells what is to be done.
def digits: [12, 8, 4, 0] as $shifts
    | . as $code
    | $shifts | map(. as $shift | ($code / pow(2; $shift) | floor) % 16 | "0123456789abcdef"[.:. + 1]) | add;
def escaped:
    if . < 127 then [.] | implode
    elif . < 65536 then "\\u" + digits
    else . - 65536 | "\\u" + (55296 + (. / 1024 | floor) | digits) + "\\u" + (56320 + . % 1024 | digits)
    end;
def ascii: tojson | if utf8bytelength == length then . else explode | map(escaped) | add end;

def unwrapped(key): if key | type == "string" then key | fromjson else . end;

unwrapped(.Body)
| (if .Message | type == "string" then .Timestamp else null end) as $sent
| unwrapped(.Message)
| select(.hostname | IN("futel-prod.phu73l.net", "futel-prod-back", "dialplan-functions-prod"))
| (if has("timestamp") then .timestamp else $sent end) as $timestamp
| .event
| .Channel as $channel
| select(($channel // "") != "" and ($channel | contains("followme-operator") | not))
| (if has("UserEvent") then .UserEvent else .Event end) as $name
| select($name | IN(null, "Registry", "PeerStatus") | not)
| (if has("endpoint") then .endpoint else $channel end) as $endpoint
| "{\"timestamp\": \($timestamp | ascii), \"channel\": \($channel | ascii), \"endpoint\": \($endpoint | ascii)"
    + ", \"event\": \($name | ascii)}"
