-- Which store this is: what is kept outside of it, models, bears this id. A backup and what is restored from it keep it.
CREATE TABLE identity (id text NOT NULL);
INSERT INTO identity VALUES (replace(gen_random_uuid()::text, '-', ''));
