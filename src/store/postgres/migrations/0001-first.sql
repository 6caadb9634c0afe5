-- The tables of the embedded store (../../sqlite/migrations/0001-first.sql), as many servers share them. Texts are in
-- the order of their UTF-8 bytes (COLLATE "C"), as everywhere. The tables that grow are made to be distributed by hash:
-- records by id, interactions by user_id, sessions by session_id, event_ids by event_id; the others are small.

CREATE TABLE resources (
  id         bigint GENERATED ALWAYS AS IDENTITY UNIQUE, -- never reused: rows of a deleted dataset can be purged at leisure
  arn        text COLLATE "C" PRIMARY KEY,
  kind       text COLLATE "C" NOT NULL,
  parent     text COLLATE "C" REFERENCES resources (arn) ON DELETE RESTRICT,
  reference  text COLLATE "C" REFERENCES resources (arn) ON DELETE RESTRICT,
  status     text   NOT NULL,
  created_at bigint NOT NULL, -- ms since 1970, by the clock of the database
  updated_at bigint NOT NULL,
  document   text   NOT NULL, -- JSON, kept as it came: the members that Describe* returns
  tags       text   NOT NULL DEFAULT '[]'
);
CREATE INDEX resources_by_kind ON resources (kind, id);
CREATE INDEX resources_by_parent ON resources (parent, kind, id);
CREATE INDEX resources_by_reference ON resources (reference);

-- Numbers for writes. A record that is replaced gets a greater one than it had, in any order of drawing.
CREATE SEQUENCE writes;

-- Users, items and actions. `source` is 0 for a record that a Put* call wrote, else the number of the bulk
-- generation that an import job wrote; the record of the greatest `seq` is the one in effect.
CREATE TABLE records (
  dataset bigint NOT NULL,
  source  bigint NOT NULL,
  id      text COLLATE "C" NOT NULL,
  seq     bigint NOT NULL,
  fields  text   NOT NULL, -- JSON array in the order of the schema's fields
  PRIMARY KEY (dataset, source, id)
) WITH (fillfactor = 80); -- a record that is replaced finds room on its page, and no index changes

-- Interactions and action interactions: an append log, read in a user's order of time. The guide's rule for duplicates
-- is in the key: the same timestamp and identical properties are one event. The digest stands for all that the other
-- columns do not tell, since three ids of 256 characters do not fit into a key.
CREATE TABLE interactions (
  dataset     bigint NOT NULL,
  source      bigint NOT NULL, -- as in records
  user_id     text COLLATE "C" NOT NULL, -- the session's id while its user is not known
  timestamp   bigint NOT NULL, -- ms since 1970
  digest      bigint NOT NULL, -- of item_id, event_type, event_value and details (interactions.ts)
  item_id     text COLLATE "C" NOT NULL,
  event_type  text COLLATE "C" NOT NULL,
  seq         bigint NOT NULL,
  event_value double precision,
  details     text    NOT NULL, -- JSON object of all other fields, '' where there are none
  session_id  text,
  event_id    text,
  anonymous   boolean NOT NULL, -- came without a userId
  repeated    boolean NOT NULL, -- its event_id had come before; kept, not trained on
  PRIMARY KEY (dataset, source, user_id, timestamp, digest)
);
-- Only queries with exactly this condition use it. For `source = 0` the planner, as long as it has no statistics, takes
-- this index for a user's events too, and reads all there are.
CREATE INDEX interactions_by_seq ON interactions (dataset, seq) WHERE source + 0 = 0;

-- The event ids that came by Put calls: of two servers that receive the same one, one finds it here.
CREATE TABLE event_ids (
  dataset  bigint NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (dataset, event_id)
);

-- Which user a session turned out to be.
CREATE TABLE sessions (
  dataset    bigint NOT NULL,
  session_id text COLLATE "C" NOT NULL,
  user_id    text COLLATE "C" NOT NULL,
  PRIMARY KEY (dataset, session_id)
);
CREATE INDEX sessions_by_user ON sessions (dataset, user_id);

-- The bulk generation that readers of a dataset see, and the number of ignored duplicates.
CREATE TABLE dataset_state (
  dataset    bigint PRIMARY KEY,
  generation bigint NOT NULL DEFAULT 0, -- 0: nothing imported in bulk yet
  duplicates bigint NOT NULL DEFAULT 0
);

-- Rows to delete in the background: a generation that was replaced, or (source null) a whole deleted dataset.
CREATE TABLE purges (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  dataset bigint NOT NULL,
  source  bigint
);

-- The newest changes, for the servers that hold data in memory (changes.ts). `transaction` tells which of these rows a
-- server could not see when it last looked: numbers alone are not committed in their order.
CREATE TABLE changes (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction xid8   NOT NULL DEFAULT pg_current_xact_id(),
  at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind        text   NOT NULL, -- records, interactions, all: of a dataset; resource
  dataset     bigint NOT NULL, -- 0 for a resource
  ids         text[] NOT NULL DEFAULT '{}', -- of records in the order in which they were put; of users; an ARN
  seqs        bigint[] NOT NULL DEFAULT '{}' -- of interactions
);
CREATE INDEX changes_by_transaction ON changes (transaction);
CREATE INDEX changes_of_dataset ON changes (dataset, kind, id);

-- The newest recommendations; of no use after a crash, and not worth the log.
CREATE UNLOGGED TABLE shown (
  recommendation_id text PRIMARY KEY,
  at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  ids text NOT NULL -- JSON array
);
CREATE INDEX shown_by_time ON shown (at);

-- Which worker does which job, and its last renewal, by the clock of the database.
CREATE TABLE claims (
  job     bigint PRIMARY KEY,
  worker  text   NOT NULL,
  kept_at timestamptz NOT NULL
);

-- Stores events one after the other, those of sessions whose user is known under the user. Returns the status of the
-- datasets; nothing is stored for one that is missing or not ACTIVE.
CREATE FUNCTION put_interactions(
  datasets bigint[], user_ids text[], timestamps bigint[], digests bigint[], item_ids text[], event_types text[],
  event_values double precision[], details text[], session_ids text[], event_ids text[], anonymous boolean[]
) RETURNS TABLE (id bigint, status text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  event      record;
  owner      text;
  number     bigint;
  seen       boolean;
  stored     boolean;
  active     bigint[];
  left_out   bigint[] := '{}'; -- the dataset of each duplicate
  stored_in  bigint[] := '{}';
  stored_of  text[]   := '{}';
  stored_as  bigint[] := '{}';
BEGIN
  -- The deletion of a dataset waits for the puts under way, so that their rows are purged too.
  SELECT coalesce(array_agg(found.id), '{}') INTO active FROM (
    SELECT resources.id FROM resources
    WHERE resources.id = ANY (datasets) AND resources.status = 'ACTIVE' ORDER BY resources.id FOR KEY SHARE) found;

  FOR event IN
    SELECT * FROM unnest(datasets, user_ids, timestamps, digests, item_ids, event_types, event_values, details,
      session_ids, event_ids, anonymous)
      AS given (dataset, user_id, "timestamp", digest, item_id, event_type, event_value, details, session_id, event_id,
      anonymous)
  LOOP
    CONTINUE WHEN NOT event.dataset = ANY (active);
    owner := NULL;
    IF event.session_id IS NOT NULL THEN
      SELECT sessions.user_id INTO owner FROM sessions
      WHERE sessions.dataset = event.dataset AND sessions.session_id = event.session_id;
    END IF;
    IF event.anonymous THEN
      owner := coalesce(owner, event.user_id);
    ELSIF event.session_id IS NOT NULL AND owner IS DISTINCT FROM event.user_id THEN
      left_out := left_out || array_fill(event.dataset, ARRAY[
        join_session(event.dataset, event.session_id, event.user_id)]);
      owner := event.user_id;
    ELSE
      owner := event.user_id;
    END IF;

    seen := event.event_id IS NOT NULL AND EXISTS (
      SELECT FROM event_ids WHERE event_ids.dataset = event.dataset AND event_ids.event_id = event.event_id);
    INSERT INTO interactions AS stored_row VALUES (event.dataset, 0, owner, event."timestamp", event.digest,
      event.item_id, event.event_type, nextval('writes'), event.event_value, event.details, event.session_id,
      event.event_id, event.anonymous, seen)
    ON CONFLICT DO NOTHING RETURNING stored_row.seq INTO number;
    stored := FOUND;
    IF NOT stored THEN
      left_out := left_out || event.dataset;
      CONTINUE;
    END IF;
    stored_in := stored_in || event.dataset;
    stored_of := stored_of || owner;
    stored_as := stored_as || number;
    CONTINUE WHEN event.event_id IS NULL OR seen;
    INSERT INTO event_ids VALUES (event.dataset, event.event_id) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN -- another server was given it just now
      UPDATE interactions SET repeated = true
      WHERE interactions.dataset = event.dataset AND interactions.source = 0 AND interactions.user_id = owner
        AND interactions."timestamp" = event."timestamp" AND interactions.digest = event.digest;
    END IF;
  END LOOP;

  INSERT INTO changes (kind, dataset, ids, seqs)
  SELECT 'interactions', put.dataset, array_agg(put.user_id), array_agg(put.seq)
  FROM unnest(stored_in, stored_of, stored_as) AS put (dataset, user_id, seq) GROUP BY put.dataset;
  INSERT INTO dataset_state AS state (dataset, duplicates)
  SELECT dataset, count(*) FROM unnest(left_out) AS dataset GROUP BY dataset ORDER BY dataset
  ON CONFLICT (dataset) DO UPDATE SET duplicates = state.duplicates + excluded.duplicates;
  RETURN QUERY SELECT resources.id, resources.status FROM resources WHERE resources.id = ANY (datasets);
END $$;

-- The session is this user from now on, its anonymous events are the user's. Returns how many the user had already.
CREATE FUNCTION join_session(in_dataset bigint, session text, of_user text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  had integer := 0;
BEGIN
  INSERT INTO sessions VALUES (in_dataset, session, of_user)
  ON CONFLICT (dataset, session_id) DO UPDATE SET user_id = excluded.user_id;
  IF session = of_user THEN RETURN 0; END IF;
  WITH moved AS (
    DELETE FROM interactions
    WHERE dataset = in_dataset AND source = 0 AND user_id = session AND session_id = session AND anonymous
    RETURNING *
  ), joined AS (
    INSERT INTO interactions
    SELECT dataset, source, of_user, timestamp, digest, item_id, event_type, seq, event_value, details, session_id,
      event_id, anonymous, repeated
    FROM moved ON CONFLICT DO NOTHING RETURNING 1
  )
  SELECT (SELECT count(*) FROM moved) - (SELECT count(*) FROM joined) INTO had;
  RETURN had;
END $$;
