-- In which dataset group it was recommended: the events of another have nothing to do with it.
TRUNCATE shown;
ALTER TABLE shown ADD COLUMN dataset_group text COLLATE "C" NOT NULL;
