-- Who created, changed and deleted what. Nothing refers to it and it refers to nothing: it outlives what it tells of.
CREATE TABLE audit (
  audit_id      INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The account that it concerns, who may list it.
  owner_id      TEXT NOT NULL,
  at            TEXT NOT NULL,
  actor_kind    TEXT NOT NULL,
  actor_id      TEXT NOT NULL,
  -- What a key was called.
  actor_name    TEXT,
  action        TEXT NOT NULL,
  database_id   INTEGER,
  database_name TEXT COLLATE NOCASE,
  -- The key or the table by its name, or what a database is called from then on.
  subject       TEXT,
  -- A JSON array of the names of what was changed.
  changes       TEXT,
  -- 0 from before the change until its outcome is known.
  is_done       INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX audit_by_owner ON audit (owner_id, audit_id);
CREATE INDEX audit_by_database ON audit (owner_id, database_name, audit_id);
CREATE INDEX audit_by_time ON audit (at);
