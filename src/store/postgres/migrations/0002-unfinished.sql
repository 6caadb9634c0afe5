-- The few jobs that wait or run, among all that ever did.
CREATE INDEX resources_unfinished ON resources (id)
  WHERE status LIKE '%PENDING' OR status LIKE '%IN_PROGRESS' OR status LIKE '%IN PROGRESS' OR status LIKE '%STOPPING';
