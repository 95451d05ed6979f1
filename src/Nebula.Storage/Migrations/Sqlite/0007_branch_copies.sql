-- What the copy is, by which its end is known when its server did not tell; taken before it is there. NULL for one that an older Nebula began.
ALTER TABLE branches ADD COLUMN made_id INTEGER;
