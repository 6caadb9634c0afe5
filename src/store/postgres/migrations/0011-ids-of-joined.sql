-- Servers from 0006 on go on while it runs and afterwards.

-- The session is this user from now on, its anonymous events are the user's. Those that the user had already go, and
-- their eventIds with them. Returns how many these are.
CREATE OR REPLACE FUNCTION join_session(in_dataset bigint, session text, of_user text) RETURNS integer
LANGUAGE plpgsql AS $$
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
    FROM moved ON CONFLICT DO NOTHING RETURNING seq
  ), left_out AS (
    SELECT event_id, repeated FROM moved WHERE seq NOT IN (SELECT seq FROM joined)
  ), forgotten AS (
    DELETE FROM event_ids WHERE dataset = in_dataset AND event_id IN (SELECT event_id FROM left_out WHERE NOT repeated)
  )
  SELECT count(*) INTO had FROM left_out;
  RETURN had;
END $$;
