-- Which store this is: what is kept outside of it, models, bears this id. A backup and what is restored from it keep it.
CREATE TABLE identity (id TEXT NOT NULL) STRICT;
INSERT INTO identity VALUES (lower(hex(randomblob(16))));
