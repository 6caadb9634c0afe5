-- Events that were put rest in `packs` too, with `source` 0: many of a user to a row. Their lists have four members more
-- for each event (tables/packs.ts), and their `seq` is that of the newest write. The table `interactions` keeps those
-- that were there before, and those about which something had to be decided: see events/writes.ts.

-- Whose packs have the events of a call, by its numbers.
CREATE TABLE event_calls (
  dataset INTEGER NOT NULL,
  seq     INTEGER NOT NULL, -- of the first; the next ones have those that follow
  user_id TEXT    NOT NULL,
  numbers INTEGER NOT NULL, -- how many it had
  left    INTEGER NOT NULL, -- how many of them are in packs yet
  oldest  INTEGER NOT NULL, -- ms since 1970
  newest  INTEGER NOT NULL,
  PRIMARY KEY (dataset, seq)
) STRICT, WITHOUT ROWID;
