-- Every resource of the control plane, of any kind. It lives in its `parent` (a dataset's group, a job's dataset), and
-- is made from its `reference` (a dataset's schema); neither can be deleted under it.
CREATE TABLE resources (
  id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: rows of a deleted dataset can be purged at leisure
  arn        TEXT    NOT NULL UNIQUE,
  kind       TEXT    NOT NULL,
  parent     TEXT    REFERENCES resources (arn) ON DELETE RESTRICT,
  reference  TEXT    REFERENCES resources (arn) ON DELETE RESTRICT,
  status     TEXT    NOT NULL,
  created_at INTEGER NOT NULL, -- ms since 1970
  updated_at INTEGER NOT NULL,
  document   TEXT    NOT NULL, -- JSON: the members that Describe* returns
  tags       TEXT    NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX resources_by_kind ON resources (kind, id);
CREATE INDEX resources_by_parent ON resources (parent, kind, id);
CREATE INDEX resources_by_reference ON resources (reference);

-- Users, items and actions. `source` is 0 for a record that a Put* call wrote, else the number of the bulk
-- generation that an import job wrote; the record of the greatest `seq` is the one in effect.
CREATE TABLE records (
  dataset INTEGER NOT NULL,
  source  INTEGER NOT NULL,
  id      TEXT    NOT NULL,
  seq     INTEGER NOT NULL,
  fields  TEXT    NOT NULL, -- JSON array in the order of the schema's fields
  PRIMARY KEY (dataset, source, id)
) STRICT, WITHOUT ROWID;

-- The Put* calls of users, items and actions, a row a call: a call is durable when its row is. Those up to
-- `sequence.applied` are in `records` too; the last ones are kept for a look at the newest.
CREATE TABLE puts (
  seq     INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL,
  rows    TEXT    NOT NULL -- JSON array: id, fields, id, fields, ...
) STRICT;

-- Interactions and action interactions: an append log, kept in a user's order of time. The key is the guide's rule
-- for duplicates: the same timestamp and identical properties are one event.
CREATE TABLE interactions (
  dataset    INTEGER NOT NULL,
  source     INTEGER NOT NULL, -- as in records
  user_id    TEXT    NOT NULL, -- the session's id while its user is not known
  timestamp  INTEGER NOT NULL, -- ms since 1970
  item_id    TEXT    NOT NULL,
  event_type TEXT    NOT NULL,
  digest     INTEGER NOT NULL, -- of event_value and details (digest.ts); 0 where there are none
  seq        INTEGER NOT NULL,
  event_value REAL,
  details    TEXT    NOT NULL, -- JSON object of all other fields, '' where there are none
  session_id TEXT,
  event_id   TEXT,
  anonymous  INTEGER NOT NULL, -- 1: came without a userId
  repeated   INTEGER NOT NULL, -- 1: its event_id had come before; kept, not trained on
  PRIMARY KEY (dataset, source, user_id, timestamp, item_id, event_type, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX interactions_by_seq ON interactions (dataset, seq) WHERE source = 0;
CREATE INDEX interactions_by_event_id ON interactions (dataset, event_id) WHERE event_id IS NOT NULL;

-- Which user a session turned out to be.
CREATE TABLE sessions (
  dataset    INTEGER NOT NULL,
  session_id TEXT    NOT NULL,
  user_id    TEXT    NOT NULL,
  PRIMARY KEY (dataset, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (dataset, user_id);

-- The bulk generation that readers of a dataset see, and the number of ignored duplicates.
CREATE TABLE dataset_state (
  dataset    INTEGER PRIMARY KEY,
  generation INTEGER NOT NULL DEFAULT 0, -- 0: nothing imported in bulk yet
  duplicates INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Rows to delete in the background: a generation that was replaced, or (source null) a whole deleted dataset.
CREATE TABLE purges (
  id      INTEGER PRIMARY KEY,
  dataset INTEGER NOT NULL,
  source  INTEGER
) STRICT;

-- The last number given to a write, and the last of `puts` that is in `records`.
CREATE TABLE sequence (last INTEGER NOT NULL, applied INTEGER NOT NULL) STRICT;
INSERT INTO sequence VALUES (0, 0);
