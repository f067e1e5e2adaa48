-- name: thing_note :exec
-- in:   id int, text text
-- send: later
INSERT INTO note (thing_id, text) VALUES ($1, $2);
