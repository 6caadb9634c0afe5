-- Which store this is: models, which are kept outside of it, bear this id. Backups and restored stores keep it.
CREATE TABLE identity (id text NOT NULL);
INSERT INTO identity VALUES (replace(gen_random_uuid()::text, '-', ''));
