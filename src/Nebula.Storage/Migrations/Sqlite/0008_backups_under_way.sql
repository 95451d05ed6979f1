-- Backups that owners asked for and that take so long that whoever asked for one comes back to see what came of it.
CREATE TABLE backups_under_way (
  backup_id   TEXT PRIMARY KEY,
  owner_id    TEXT NOT NULL,
  database_id INTEGER NOT NULL,
  state       TEXT NOT NULL,
  -- Why it failed.
  code        TEXT,
  error       TEXT,
  updated_at  TEXT NOT NULL
);
CREATE INDEX backups_under_way_by_age ON backups_under_way (updated_at);
