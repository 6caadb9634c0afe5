-- When a dataset was last changed otherwise than by a put, in the sequence of writes: by a bulk import or a deletion.
ALTER TABLE dataset_state ADD COLUMN swept INTEGER NOT NULL DEFAULT 0;
