-- Which server writes, by a random name that it gives itself when it starts: one that reads another here writes no more.
ALTER TABLE sequence ADD COLUMN server TEXT;
