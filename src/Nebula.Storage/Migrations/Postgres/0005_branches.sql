-- Copies of databases that take so long that whoever asked for one comes back to see how far it is.
CREATE TABLE nebula.branches (
  branch_id   text COLLATE "C" PRIMARY KEY,
  owner_id    text COLLATE "C" NOT NULL,
  -- What is copied.
  database_id bigint NOT NULL,
  -- What the copy is called.
  db_name     text COLLATE "C" NOT NULL,
  state       text COLLATE "C" NOT NULL,
  -- From 0 to 1; NULL where that is not known.
  progress    double precision,
  -- Why it failed.
  code        text COLLATE "C",
  error       text COLLATE "C",
  created_at  text COLLATE "C" NOT NULL,
  updated_at  text COLLATE "C" NOT NULL
);
CREATE INDEX branches_by_age ON nebula.branches (updated_at);
