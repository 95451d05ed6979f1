-- What the operator allows an account, where that is not what is configured for all; 0 is without bound.
CREATE TABLE quotas (
  user_id TEXT NOT NULL,
  quota   TEXT NOT NULL,
  bound   INTEGER NOT NULL,
  PRIMARY KEY (user_id, quota)
) WITHOUT ROWID;
