-- Backups that owners asked for and that take so long that whoever asked for one comes back to see what came of it.
CREATE TABLE nebula.backups_under_way (
  backup_id   text COLLATE "C" PRIMARY KEY,
  owner_id    text COLLATE "C" NOT NULL,
  database_id bigint NOT NULL,
  state       text COLLATE "C" NOT NULL,
  -- Why it failed.
  code        text COLLATE "C",
  error       text COLLATE "C",
  updated_at  text COLLATE "C" NOT NULL
);
CREATE INDEX backups_under_way_by_age ON nebula.backups_under_way (updated_at);
