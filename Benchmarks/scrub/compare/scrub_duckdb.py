"""scrub_duckdb.py THREADS < messages: the scrub as one writes it in SQL.

Time stamps are believed, of duplicate keys the first counts, and a line that is no JSON ends the run.
"""
import sys

import duckdb

# DuckDB's own JSON leaves everything but ASCII as it is.
MACROS = r"""
CREATE MACRO escaped(code) AS CASE
    WHEN code < 127 THEN chr(code)
    WHEN code < 65536 THEN printf('\u%04x', code)
    ELSE printf('\u%04x\u%04x', 55296 + (code - 65536) // 1024, 56320 + code % 1024) END;
CREATE MACRO all_escaped(text) AS array_to_string(
    list_transform(range(1, length(text) + 1), lambda place: escaped(unicode(substring(text, place, 1)))), '');
CREATE MACRO quoted(text) AS CASE
    WHEN regexp_matches(to_json(text), '[^ -~]') THEN all_escaped(to_json(text)) ELSE to_json(text) END;
"""

# A key whose value is null is extracted as a JSON null, which is no SQL NULL until it is made a string.
SCRUB = r"""
COPY (
    WITH lines AS (SELECT coalesce(json ->> '$.Body', json) AS envelope FROM read_ndjson_objects('/dev/stdin')),
    envelopes AS (
        SELECT envelope, json_extract_string(envelope, ['$.Message', '$.Timestamp']) AS part FROM lines),
    messages AS (
        SELECT part[2] AS sent, json_extract(coalesce(part[1], envelope), [
            '$.timestamp', '$.hostname', '$.event.Channel', '$.event.UserEvent', '$.event.Event', '$.event.endpoint'
        ]) AS field FROM envelopes),
    events AS (
        SELECT coalesce(field[1] ->> '$', sent) AS timestamp, field[2] ->> '$' AS hostname, field[3] ->> '$' AS channel,
            coalesce(field[4], field[5]) ->> '$' AS name, coalesce(field[6], field[3]) ->> '$' AS endpoint
        FROM messages)
    SELECT '{"timestamp": ' || quoted(timestamp) || ', "channel": ' || quoted(channel)
        || ', "endpoint": ' || coalesce(quoted(endpoint), 'null') || ', "event": ' || quoted(name) || '}'
    FROM events
    WHERE hostname IN ('futel-prod.phu73l.net', 'futel-prod-back', 'dialplan-functions-prod')
        AND channel <> '' AND NOT contains(channel, 'followme-operator') AND name NOT IN ('Registry', 'PeerStatus')
) TO '/dev/stdout' (FORMAT csv, HEADER false, DELIMITER E'\x01', QUOTE '', ESCAPE '')
"""

database = duckdb.connect(config={"threads": int(sys.argv[1])})
database.execute(MACROS)
database.execute(SCRUB)
