-- name: undo_insert :one
-- in:   account_id int, what text, now int, expires_at int, total int
-- out:  id int
INSERT INTO undo (account_id, what, at, expires_at, total, undone_at) VALUES ($1, $2, $3, $4, $5, NULL)
RETURNING id;

-- name: undo_item_insert :exec
-- in:   undo_id int, object_id int, code text, version int, was text
INSERT INTO undo_item (undo_id, object_id, code, version, was) VALUES ($1, $2, $3, $4, $5);

-- name: undo_find :maybe
-- in:   id int, account_id int, now int
-- out:  what text, total int
SELECT what, total FROM undo WHERE id = $1 AND account_id = $2 AND expires_at > $3 AND undone_at IS NULL;

-- name: undo_items_of :many
-- in:   undo_id int
-- out:  object_id int, code text, version int, was text
SELECT object_id, code, version, was FROM undo_item WHERE undo_id = $1 ORDER BY object_id;

-- name: undo_mark :exec
-- in:   id int, now int
UPDATE undo SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL;

-- name: undo_sweep_items :exec
-- in:   now int
DELETE FROM undo_item WHERE undo_id IN (SELECT id FROM undo WHERE expires_at < $1);

-- name: undo_sweep :exec
-- in:   now int
DELETE FROM undo WHERE expires_at < $1;
