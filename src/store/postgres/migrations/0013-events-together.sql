-- Servers from 0006 on go on while it runs and afterwards.

-- Stores events as if they came one after the other, those of sessions whose user is known under the user. Only of two
-- that turn out to be one event of a user it may be the other that stays. It does so in one statement for all: to run a
-- statement takes longer than to store an event. Returns the status of the datasets; nothing is stored for one that is
-- missing or not ACTIVE.
-- A plan that was made while a table was small stays while it grows. So no plan reads a table from end to end, and none
-- is made for one call.
CREATE OR REPLACE FUNCTION put_interactions(
  datasets bigint[], user_ids text[], timestamps bigint[], digests bigint[], item_ids text[], event_types text[],
  event_values double precision[], details text[], session_ids text[], event_ids text[], anonymous boolean[]
) RETURNS TABLE (id bigint, status text) LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  active    bigint[];
  owners    text[] := user_ids;
  joining   record;
  left_out  bigint[] := '{}'; -- the dataset of each event of a session that its user had already
  had       bigint[] := '{}'; -- the places of events that are there already
  repeated  bigint[] := '{}'; -- the places of others whose eventId has come before
  found_out bigint[];
BEGIN
  -- The deletion of a dataset waits for the puts under way, so that their rows are purged too.
  SELECT coalesce(array_agg(found.id), '{}') INTO active FROM (
    SELECT resources.id FROM resources
    WHERE resources.id = ANY (datasets) AND resources.status = 'ACTIVE' ORDER BY resources.id FOR KEY SHARE) found;

  -- An anonymous event is the user's that its session had before it. Else it is that of the next user in it.
  IF true = ANY (anonymous) THEN
    SELECT array_agg(CASE WHEN anonymous AND session_id IS NOT NULL
      THEN coalesce(nullif(coalesce(user_ids[before], (
        SELECT sessions.user_id FROM sessions
        WHERE sessions.dataset = given.dataset AND sessions.session_id = given.session_id)), session_id),
        user_ids[next], user_id)
      ELSE user_id END ORDER BY place) INTO owners
    FROM (
      SELECT *, max(place) FILTER (WHERE NOT anonymous) OVER upwards AS before,
        min(place) FILTER (WHERE NOT anonymous AND user_id <> session_id) OVER downwards AS next
      FROM unnest(datasets, user_ids, session_ids, anonymous) WITH ORDINALITY
        AS given (dataset, user_id, session_id, anonymous, place)
      WINDOW upwards AS (PARTITION BY dataset, session_id ORDER BY place),
        downwards AS (PARTITION BY dataset, session_id ORDER BY place DESC)) AS given;
  END IF;
  FOR joining IN
    SELECT dataset, session_id, user_id FROM (
      SELECT *, coalesce(lag(user_id) OVER (PARTITION BY dataset, session_id ORDER BY place), (
        SELECT sessions.user_id FROM sessions
        WHERE sessions.dataset = given.dataset AND sessions.session_id = given.session_id)) AS known
      FROM unnest(datasets, user_ids, session_ids, anonymous) WITH ORDINALITY
        AS given (dataset, user_id, session_id, anonymous, place)
      WHERE NOT anonymous AND session_id IS NOT NULL AND dataset = ANY (active)) AS given
    WHERE known IS DISTINCT FROM user_id ORDER BY dataset, session_id, place
  LOOP
    left_out := left_out || array_fill(joining.dataset, ARRAY[
      join_session(joining.dataset, joining.session_id, joining.user_id)]);
  END LOOP;

  -- Nearly always all are new. To try takes three quarters of the time of looking for each event first.
  LOOP
    BEGIN
      -- In the order of the key: then no two servers wait for each other.
      INSERT INTO event_ids
      SELECT dataset, event_id FROM unnest(datasets, event_ids) WITH ORDINALITY AS given (dataset, event_id, place)
      WHERE event_id IS NOT NULL AND dataset = ANY (active) AND NOT place = ANY (had) AND NOT place = ANY (repeated)
      ORDER BY dataset, event_id;
      WITH stored AS (
        INSERT INTO interactions
        SELECT dataset, 0, owner, "timestamp", digest, item_id, event_type, nextval('writes'), event_value, details,
          session_id, event_id, anonymous, place = ANY (repeated)
        FROM unnest(datasets, owners, timestamps, digests, item_ids, event_types, event_values, details, session_ids,
          event_ids, anonymous) WITH ORDINALITY
          AS given (dataset, owner, "timestamp", digest, item_id, event_type, event_value, details, session_id,
          event_id, anonymous, place)
        WHERE dataset = ANY (active) AND NOT place = ANY (had)
        RETURNING dataset, user_id, seq, item_id, event_type, event_value, "timestamp", details, repeated
      )
      INSERT INTO changes (kind, dataset, ids, seqs, facts)
      SELECT 'interactions', dataset, array_agg(user_id), array_agg(seq), json_agg(json_build_array(item_id, event_type,
        event_value, "timestamp", CASE WHEN details LIKE '%"IMPRESSION"%' THEN details ELSE '' END))
      FROM stored WHERE NOT repeated GROUP BY dataset;
      EXIT;
    EXCEPTION WHEN unique_violation THEN
      found_out := had || repeated;
      SELECT coalesce(array_agg(place) FILTER (WHERE is_there), '{}'),
        coalesce(array_agg(place) FILTER (WHERE NOT is_there AND event_id IS NOT NULL AND (nth > 1 OR is_known)), '{}')
      INTO had, repeated
      FROM (
        SELECT *, row_number() OVER (PARTITION BY dataset, is_there, event_id ORDER BY place) AS nth, (
          SELECT true FROM event_ids WHERE event_ids.dataset = given.dataset AND event_ids.event_id = given.event_id
          ) AS is_known
        FROM (
          SELECT *, row_number() OVER (PARTITION BY dataset, owner, "timestamp", digest ORDER BY place) > 1 OR (
            SELECT true FROM interactions
            WHERE interactions.dataset = given.dataset AND interactions.source = 0 AND interactions.user_id = owner
              AND interactions."timestamp" = given."timestamp" AND interactions.digest = given.digest
            ) IS NOT NULL AS is_there
          FROM unnest(datasets, owners, timestamps, digests, event_ids) WITH ORDINALITY
            AS given (dataset, owner, "timestamp", digest, event_id, place)) AS given) AS given;
      IF had || repeated = found_out THEN RAISE; END IF;
    END;
  END LOOP;

  INSERT INTO dataset_state AS state (dataset, duplicates)
  SELECT dataset, count(*) FROM (
    SELECT unnest(left_out) AS dataset UNION ALL SELECT datasets[place] FROM unnest(had) AS place) AS counted
  WHERE dataset = ANY (active) GROUP BY dataset ORDER BY dataset
  ON CONFLICT (dataset) DO UPDATE SET duplicates = state.duplicates + excluded.duplicates;
  RETURN QUERY SELECT resources.id, resources.status FROM resources WHERE resources.id = ANY (datasets);
END $$;
