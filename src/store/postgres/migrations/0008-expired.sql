-- Servers from 0006 on go on while it runs and afterwards.

-- Up to which time (ms since 1970) the interactions of a dataset were deleted for their age; null where none were. A new
-- column without a default changes no row, so servers of an older version go on meanwhile.
ALTER TABLE dataset_state ADD COLUMN expired_before bigint;
