-- Servers from 0006 on go on while it runs and afterwards.

-- The oldest servers that may use this database, by the number of the last migration that they know.
CREATE TABLE oldest_server (number integer NOT NULL);
INSERT INTO oldest_server VALUES (6);
