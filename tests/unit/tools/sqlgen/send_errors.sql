-- name: a :exec
-- in:   id int
-- send: soon
DELETE FROM thing WHERE id = $1;

-- name: b :one
-- out:  id int
-- send: later
INSERT INTO thing DEFAULT VALUES RETURNING id;
