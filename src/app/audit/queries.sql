-- The newest link of the chain, locked until the transaction ends: writers take their turns here.
-- name: audit_head_lock :one
-- row:  audit_head
-- out:  seq int, hash text
SELECT h.seq, h.hash FROM audit_head h WHERE h.id = 1;

-- @postgres
SELECT h.seq, h.hash FROM audit_head h WHERE h.id = 1 FOR UPDATE;

-- name: audit_head_read :one
-- row:  audit_head
-- out:  seq int, hash text
SELECT h.seq, h.hash FROM audit_head h WHERE h.id = 1;

-- name: audit_head_move :exec
-- in:   seq int, hash text
UPDATE audit_head SET seq = $1, hash = $2 WHERE id = 1;

-- name: audit_add :exec
-- in:   seq int, at int, actor_id int?, actor_name text, action text, object_kind text, object_id int?, object_code text, address text, detail text, prev_hash text, hash text
INSERT INTO audit (seq, at, actor_id, actor_name, action, object_kind, object_id, object_code,
                   address, detail, prev_hash, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: audit_each :each
-- row:  audit
-- out:  seq int, at int, actor_id int?, actor_name text, action text, object_kind text, object_id int?, object_code text, address text, detail text, prev_hash text, hash text
SELECT a.seq, a.at, a.actor_id, a.actor_name, a.action, a.object_kind, a.object_id, a.object_code,
       a.address, a.detail, a.prev_hash, a.hash
FROM audit a
ORDER BY a.seq;
