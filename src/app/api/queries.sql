-- The newest entries of the log on one record.
-- name: api_changes :many
-- in:   kind text, id int, row_limit int
-- out:  at int, actor_name text, action text, detail text
SELECT at, actor_name, action, detail FROM audit WHERE object_kind = $1 AND object_id = $2 ORDER BY seq DESC LIMIT $3;

-- name: api_once_find :maybe
-- in:   hash text, since int
-- out:  body_hash text, status int, location text, answer blob
SELECT body_hash, status, location, answer FROM api_once WHERE hash = $1 AND at >= $2;

-- name: api_once_insert :exec
-- in:   hash text, at int, body_hash text, status int, location text, answer blob
INSERT INTO api_once (hash, at, body_hash, status, location, answer) VALUES ($1, $2, $3, $4, $5, $6);

-- name: api_once_sweep :exec
-- in:   before int
DELETE FROM api_once WHERE at < $1;
