-- Files of rows that are read by a job: organisations, systems. The file lies in DIR/spool; a row and its file are
-- forgotten after a day.
CREATE TABLE import_run (
    id          PRIMARY_KEY_ID,
    code        TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL,
    account_id  BIGINT NOT NULL REFERENCES account (id),
    org_id      BIGINT NOT NULL,
    address     TEXT NOT NULL,
    lang        TEXT NOT NULL,
    name        TEXT NOT NULL,
    size        BIGINT NOT NULL,
    at_once     BIGINT NOT NULL,
    state       TEXT NOT NULL,
    error       TEXT NOT NULL,
    sheet       TEXT NOT NULL,
    row_count   BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL,
    successions BIGINT NOT NULL,
    mistakes    BIGINT NOT NULL,
    begun_at    BIGINT NOT NULL,
    ended_at    BIGINT
) STRICT_TABLE;
CREATE INDEX import_run_account ON import_run (account_id, kind, id);
CREATE INDEX import_run_begun ON import_run (begun_at);

-- What is told of rows: mistakes and remarks by cell, and the first of what changes.
CREATE TABLE import_line (
    import_id BIGINT NOT NULL REFERENCES import_run (id),
    what      TEXT NOT NULL,
    place     BIGINT NOT NULL,
    line      BIGINT NOT NULL,
    cell      TEXT NOT NULL,
    col       TEXT NOT NULL,
    words     TEXT NOT NULL,
    PRIMARY KEY (import_id, what, place)
) STRICT_TABLE;
