-- Which store this is: models, which are kept outside of it, bear this id. Backups and restored stores keep it.
CREATE TABLE identity (id TEXT NOT NULL) STRICT;
INSERT INTO identity VALUES (lower(hex(randomblob(16))));
