-- Servers from 0006 on go on while it runs and afterwards.

-- A change tells of no event that repeats an eventId: models count such an event neither in training nor when they count
-- all anew.

-- Stores events one after the other, those of sessions whose user is known under the user. Returns the status of the
-- datasets; nothing is stored for one that is missing or not ACTIVE.
CREATE OR REPLACE FUNCTION put_interactions(
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
  facts      json[]   := '{}';
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
    CONTINUE WHEN seen;
    IF event.event_id IS NOT NULL THEN
      INSERT INTO event_ids VALUES (event.dataset, event.event_id) ON CONFLICT DO NOTHING;
      IF NOT FOUND THEN -- another server was given it just now
        UPDATE interactions SET repeated = true
        WHERE interactions.dataset = event.dataset AND interactions.source = 0 AND interactions.user_id = owner
          AND interactions."timestamp" = event."timestamp" AND interactions.digest = event.digest;
        CONTINUE;
      END IF;
    END IF;
    stored_in := stored_in || event.dataset;
    stored_of := stored_of || owner;
    stored_as := stored_as || number;
    facts := array_append(facts, json_build_array(event.item_id, event.event_type, event.event_value, event."timestamp",
      CASE WHEN event.details LIKE '%"IMPRESSION"%' THEN event.details ELSE '' END));
  END LOOP;

  INSERT INTO changes (kind, dataset, ids, seqs, facts)
  SELECT 'interactions', put.dataset, array_agg(put.user_id), array_agg(put.seq), json_agg(put.facts)
  FROM unnest(stored_in, stored_of, stored_as, facts) AS put (dataset, user_id, seq, facts) GROUP BY put.dataset;
  INSERT INTO dataset_state AS state (dataset, duplicates)
  SELECT dataset, count(*) FROM unnest(left_out) AS dataset GROUP BY dataset ORDER BY dataset
  ON CONFLICT (dataset) DO UPDATE SET duplicates = state.duplicates + excluded.duplicates;
  RETURN QUERY SELECT resources.id, resources.status FROM resources WHERE resources.id = ANY (datasets);
END $$;
