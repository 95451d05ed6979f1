CREATE TABLE users (
  user_id       TEXT PRIMARY KEY,
  username      TEXT NOT NULL,
  email         TEXT NOT NULL,
  -- The address in lower case; v0.2 could hold two that differ in case only, of which the later one keeps its exact form here.
  email_key     TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  token_version INTEGER NOT NULL DEFAULT 1,
  created_at    TEXT NOT NULL
);

CREATE TABLE databases (
  -- AUTOINCREMENT: the id of a deleted database is never given again.
  database_id  INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id     TEXT NOT NULL REFERENCES users (user_id),
  db_name      TEXT NOT NULL COLLATE NOCASE,
  state        TEXT NOT NULL CHECK (state IN ('registered', 'created', 'deleting')),
  -- The name that a rename under way gives it.
  pending_name TEXT COLLATE NOCASE,
  -- NULL while its schema is being changed; counted anew after a crash.
  tables       INTEGER DEFAULT 0,
  created_at   TEXT NOT NULL,
  updated_at   TEXT NOT NULL
);
CREATE UNIQUE INDEX databases_by_name ON databases (owner_id, db_name) WHERE state <> 'deleting';
CREATE INDEX databases_unfinished ON databases (database_id) WHERE state = 'deleting' OR pending_name IS NOT NULL;

CREATE TABLE api_keys (
  key_id       TEXT PRIMARY KEY,
  database_id  INTEGER NOT NULL REFERENCES databases (database_id),
  name         TEXT NOT NULL COLLATE NOCASE,
  prefix       TEXT NOT NULL,
  lookup_key   TEXT NOT NULL UNIQUE,
  secret_hash  BLOB NOT NULL,
  scopes       INTEGER NOT NULL,
  -- A JSON array of table ids; NULL for all tables.
  tables       TEXT,
  created_at   TEXT NOT NULL,
  expires_at   TEXT,
  last_used_at TEXT,
  UNIQUE (database_id, name)
);
