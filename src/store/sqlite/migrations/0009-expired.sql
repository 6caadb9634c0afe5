-- Up to which time (ms since 1970) the interactions of a dataset were deleted for their age; null where none were.
ALTER TABLE dataset_state ADD COLUMN expired_before INTEGER;
