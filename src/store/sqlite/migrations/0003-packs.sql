-- Imported interactions, many to a row: a user's of one transaction of an import, sorted, 200 at most. A million rows
-- with a key each took twice the time to write (docs/decisions/0005-bulk-rows-in-sorted-runs.md).
CREATE TABLE packs (
  id      INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL,
  source  INTEGER NOT NULL, -- as in records, never 0
  user_id TEXT    NOT NULL,
  oldest  INTEGER NOT NULL, -- ms since 1970, of its first event
  newest  INTEGER NOT NULL, -- of its last
  count   INTEGER NOT NULL, -- of its events
  seq     INTEGER NOT NULL,
  events  TEXT    NOT NULL  -- JSON array: timestamp, item_id, event_type, event_value, details, timestamp, ...
) STRICT;
CREATE INDEX packs_of_user ON packs (dataset, source, user_id, newest, oldest, count);

INSERT INTO packs (dataset, source, user_id, oldest, newest, count, seq, events)
SELECT dataset, source, user_id, min(timestamp), max(timestamp), count(*), seq, '[' || group_concat(
  concat_ws(',', timestamp, json_quote(item_id), json_quote(event_type), json_quote(event_value), json_quote(details)), ','
) || ']'
FROM (
  SELECT * FROM interactions WHERE source > 0
  ORDER BY dataset, source, user_id, seq, timestamp, item_id, event_type, digest
) GROUP BY dataset, source, user_id, seq;
DELETE FROM interactions WHERE source > 0;
