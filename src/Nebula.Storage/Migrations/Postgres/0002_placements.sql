-- Where each database's data are.
ALTER TABLE nebula.databases ADD COLUMN placement text COLLATE "C" NOT NULL DEFAULT 'postgres';
CREATE INDEX databases_by_placement ON nebula.databases (placement);

-- What is under way with a database's data, so that a crash leaves it neither half done nor done twice. One at a time for each database; of one that is removed only this is left.
CREATE TABLE nebula.moves (
  database_id bigint PRIMARY KEY,
  source      text COLLATE "C" NOT NULL,
  target      text COLLATE "C" NOT NULL,
  stage       text COLLATE "C" NOT NULL,
  -- The process that is at it, and a number that it counts up while it lives.
  owner       text COLLATE "C" NOT NULL,
  beat        bigint NOT NULL DEFAULT 0,
  started_at  text COLLATE "C" NOT NULL
);
