-- Answers to requests that bear an Idempotency-Key, for a day: sent again, they are answered alike. `hash` is
-- of the key and its sender, `answer` is encrypted with what only the key gives.
CREATE TABLE api_once (
    hash      TEXT PRIMARY KEY,
    at        BIGINT NOT NULL,
    body_hash TEXT NOT NULL,
    status    BIGINT NOT NULL,
    location  TEXT NOT NULL,
    answer    BLOB_TYPE NOT NULL
) STRICT_TABLE;
CREATE INDEX api_once_at ON api_once (at);
