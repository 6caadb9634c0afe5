-- Servers from 0006 on go on while it runs and afterwards.

-- The writes that are under way in tables that Citus spreads over nodes (../citus/under-way.ts). Elsewhere it is empty.
CREATE TABLE under_way (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  datasets bigint[]    NOT NULL,
  until    timestamptz NOT NULL, -- the writer is dead by then
  whole    boolean     NOT NULL  -- whether it is one transaction
);
