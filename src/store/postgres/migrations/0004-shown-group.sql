-- The dataset group that recommended it: the events of another have nothing to do with it.
TRUNCATE shown;
ALTER TABLE shown ADD COLUMN dataset_group text COLLATE "C" NOT NULL;
