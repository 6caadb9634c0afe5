-- With any number of old jobs, lists, counts and the newest are found by an index, and no document is read for it.
-- Triggers, so that servers of an older version that run at the same time keep all of it right as well.

-- The dataset group that a resource lives in, at any depth.
ALTER TABLE resources ADD COLUMN dataset_group text COLLATE "C";
UPDATE resources SET dataset_group = (
  WITH RECURSIVE home (arn, kind, parent) AS (
    SELECT arn, kind, parent FROM resources AS first WHERE first.arn = resources.parent
    UNION ALL
    SELECT up.arn, up.kind, up.parent FROM resources AS up JOIN home ON up.arn = home.parent
  ) SELECT arn FROM home WHERE kind = 'dataset-group'
);

CREATE FUNCTION set_dataset_group() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT CASE WHEN kind = 'dataset-group' THEN arn ELSE dataset_group END INTO NEW.dataset_group
  FROM resources WHERE arn = NEW.parent;
  RETURN NEW;
END $$;
CREATE TRIGGER resources_in_group BEFORE INSERT ON resources FOR EACH ROW EXECUTE FUNCTION set_dataset_group();

CREATE INDEX resources_by_status ON resources (parent, kind, status, id);
CREATE INDEX resources_by_group ON resources (dataset_group, kind, id);
DROP INDEX resources_by_reference;
CREATE INDEX resources_by_reference ON resources (reference, kind, id);
CREATE INDEX jobs ON resources (id)
  WHERE kind LIKE '%-job' OR kind = 'solution-version' OR kind = 'recommender';
CREATE INDEX jobs_of_group ON resources (dataset_group, id)
  WHERE kind LIKE '%-job' OR kind = 'solution-version' OR kind = 'recommender';

-- How many there are of each kind and status, kept by the triggers below.
CREATE TABLE resource_counts (
  kind   text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  count  bigint NOT NULL,
  PRIMARY KEY (kind, status)
);
INSERT INTO resource_counts SELECT kind, status, count(*) FROM resources GROUP BY kind, status;

-- In the order of the key, so that no two servers wait for each other.
CREATE FUNCTION count_resources() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO resource_counts AS counted SELECT kind, status, count(*) FROM after GROUP BY kind, status ORDER BY 1, 2
    ON CONFLICT (kind, status) DO UPDATE SET count = counted.count + excluded.count;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO resource_counts AS counted SELECT kind, status, -count(*) FROM before GROUP BY kind, status ORDER BY 1, 2
    ON CONFLICT (kind, status) DO UPDATE SET count = counted.count + excluded.count;
  ELSE
    INSERT INTO resource_counts AS counted SELECT kind, status, sum(change) FROM (
      SELECT kind, status, 1 AS change FROM after UNION ALL SELECT kind, status, -1 FROM before
    ) AS changed GROUP BY kind, status HAVING sum(change) <> 0 ORDER BY 1, 2
    ON CONFLICT (kind, status) DO UPDATE SET count = counted.count + excluded.count;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER resources_inserted AFTER INSERT ON resources
  REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION count_resources();
CREATE TRIGGER resources_updated AFTER UPDATE ON resources
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION count_resources();
CREATE TRIGGER resources_deleted AFTER DELETE ON resources
  REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION count_resources();
