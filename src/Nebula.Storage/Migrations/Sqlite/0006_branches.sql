-- Copies of databases that take so long that whoever asked for one comes back to see how far it is.
CREATE TABLE branches (
  branch_id   TEXT PRIMARY KEY,
  owner_id    TEXT NOT NULL,
  -- What is copied.
  database_id INTEGER NOT NULL,
  -- What the copy is called.
  db_name     TEXT NOT NULL,
  state       TEXT NOT NULL,
  -- From 0 to 1; NULL where that is not known.
  progress    REAL,
  -- Why it failed.
  code        TEXT,
  error       TEXT,
  created_at  TEXT NOT NULL,
  updated_at  TEXT NOT NULL
);
CREATE INDEX branches_by_age ON branches (updated_at);
