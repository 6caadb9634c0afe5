-- The Put* calls of events, a row a call: a call is durable when its row is. A row is here until its events are in
-- `interactions`. The first of them has the number `seq`, the next ones those that follow.
CREATE TABLE event_puts (
  seq     INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL,
  rows    TEXT    NOT NULL -- JSON array: user_id, anonymous, session_id, events; see events/log.ts
) STRICT;

-- Which event ids the rows of `interactions` have. An index of the ids themselves took ten times the pages.
CREATE TABLE event_ids (
  dataset INTEGER NOT NULL,
  hash    INTEGER NOT NULL, -- of event_id (store/digest.ts)
  seq     INTEGER NOT NULL, -- of the row
  PRIMARY KEY (dataset, hash, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO event_ids
SELECT dataset, digest_of(event_id) AS hash, seq FROM interactions WHERE event_id IS NOT NULL AND source = 0
ORDER BY dataset, hash, seq;
DROP INDEX interactions_by_event_id;
