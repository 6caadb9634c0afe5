-- With any number of old jobs, lists, counts and the newest are found by an index, and no document is read for it.

-- The dataset group that a resource lives in, at any depth.
ALTER TABLE resources ADD COLUMN dataset_group TEXT;
UPDATE resources SET dataset_group = (
  WITH RECURSIVE home (arn, kind, parent) AS (
    SELECT arn, kind, parent FROM resources AS first WHERE first.arn = resources.parent
    UNION ALL
    SELECT up.arn, up.kind, up.parent FROM resources AS up JOIN home ON up.arn = home.parent
  ) SELECT arn FROM home WHERE kind = 'dataset-group'
);

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
  kind   TEXT    NOT NULL,
  status TEXT    NOT NULL,
  count  INTEGER NOT NULL,
  PRIMARY KEY (kind, status)
) STRICT, WITHOUT ROWID;
INSERT INTO resource_counts SELECT kind, status, count(*) FROM resources GROUP BY kind, status;

CREATE TRIGGER resources_inserted AFTER INSERT ON resources BEGIN
  INSERT INTO resource_counts VALUES (NEW.kind, NEW.status, 1) ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER resources_updated AFTER UPDATE OF status ON resources WHEN NEW.status <> OLD.status BEGIN
  UPDATE resource_counts SET count = count - 1 WHERE kind = OLD.kind AND status = OLD.status;
  INSERT INTO resource_counts VALUES (NEW.kind, NEW.status, 1) ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER resources_deleted AFTER DELETE ON resources BEGIN
  UPDATE resource_counts SET count = count - 1 WHERE kind = OLD.kind AND status = OLD.status;
END;
