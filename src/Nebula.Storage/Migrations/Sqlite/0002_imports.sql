-- The file of the spool that an import under way is to move to its place.
ALTER TABLE databases ADD COLUMN pending_file TEXT;
DROP INDEX databases_unfinished;
CREATE INDEX databases_unfinished ON databases (database_id) WHERE state = 'deleting' OR pending_name IS NOT NULL OR pending_file IS NOT NULL;
