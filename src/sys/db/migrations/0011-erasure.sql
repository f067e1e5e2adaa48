-- Personal data can be erased from the audit log without breaking its chain. The salt is part of what a row's hash
-- covers ('' in rows from before, whose hash is computed without), and goes with what was erased: what is left of
-- it cannot be guessed from the hash then.
ALTER TABLE audit ADD COLUMN salt TEXT NOT NULL DEFAULT '';

-- A row whose texts were replaced, by the entry (action person.erase) that tells of it. `seen` is the SHA-256 over
-- salt, the row's hash and the texts that stand there since; the entry's detail holds a digest over the list.
CREATE TABLE audit_erasure (
    entry_seq BIGINT NOT NULL,
    row_seq   BIGINT NOT NULL REFERENCES audit (seq),
    salt      TEXT NOT NULL,
    seen      TEXT NOT NULL,
    PRIMARY KEY (row_seq, entry_seq)
) STRICT_TABLE;
CREATE INDEX audit_erasure_entry ON audit_erasure (entry_seq, row_seq);
