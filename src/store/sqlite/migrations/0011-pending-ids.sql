-- The eventIds of events that were applied of late. Many together and in the order of hashes they go into `event_ids`,
-- where one alone would be on a page of its own.
CREATE TABLE pending_ids (
  id      INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused
  dataset INTEGER NOT NULL,
  entries BLOB    NOT NULL -- pairs of 64-bit floats, the hash and the seq of `event_ids`, in the order of hashes
) STRICT;

-- Which of them are under way, at most one row: up to this id, those whose hash is less are in `event_ids`.
CREATE TABLE id_move (last INTEGER NOT NULL, below INTEGER NOT NULL) STRICT;
