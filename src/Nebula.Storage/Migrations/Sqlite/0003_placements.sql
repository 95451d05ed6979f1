-- Where each database's data are.
ALTER TABLE databases ADD COLUMN placement TEXT NOT NULL DEFAULT 'sqlite';
CREATE INDEX databases_by_placement ON databases (placement);

-- What is under way with a database's data, so that a crash leaves it neither half done nor done twice. One at a time for each database; of one that is removed only this is left.
CREATE TABLE moves (
  database_id INTEGER PRIMARY KEY,
  source      TEXT NOT NULL,
  target      TEXT NOT NULL,
  stage       TEXT NOT NULL,
  -- The process that is at it, and a number that it counts up while it lives.
  owner       TEXT NOT NULL,
  beat        INTEGER NOT NULL DEFAULT 0,
  started_at  TEXT NOT NULL
);
