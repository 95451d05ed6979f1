-- What the operator allows an account, where that is not what is configured for all; 0 is without bound.
CREATE TABLE nebula.quotas (
  user_id text COLLATE "C" NOT NULL,
  quota   text COLLATE "C" NOT NULL,
  bound   bigint NOT NULL,
  PRIMARY KEY (user_id, quota)
);

CREATE FUNCTION nebula.note_quota() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO nebula.changes (kind, target) VALUES ('quota', coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'user_id');
  PERFORM pg_notify('nebula', 'quota');
  RETURN NULL;
END
$$;
CREATE TRIGGER quota_changed AFTER INSERT OR UPDATE OR DELETE ON nebula.quotas FOR EACH ROW EXECUTE FUNCTION nebula.note_quota();
