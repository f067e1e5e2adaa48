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
-- send: later
UPDATE audit_head SET seq = $1, hash = $2 WHERE id = 1;

-- name: audit_add :exec
-- in:   seq int, at int, actor_id int?, actor_name text, action text, object_kind text, object_id int?, object_code text, address text, detail text, prev_hash text, hash text, salt text
-- send: later
INSERT INTO audit (seq, at, actor_id, actor_name, action, object_kind, object_id, object_code,
                   address, detail, prev_hash, hash, salt)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: audit_each :each
-- row:  audit
-- out:  seq int, at int, actor_id int?, actor_name text, action text, object_kind text, object_id int?, object_code text, address text, detail text, prev_hash text, hash text, salt text, seen text?, seen_salt text?
SELECT a.seq, a.at, a.actor_id, a.actor_name, a.action, a.object_kind, a.object_id, a.object_code,
       a.address, a.detail, a.prev_hash, a.hash, a.salt, e.seen, e.salt AS seen_salt
FROM audit a
LEFT JOIN audit_erasure e ON e.row_seq = a.seq
     AND e.entry_seq = (SELECT MAX(x.entry_seq) FROM audit_erasure x WHERE x.row_seq = a.seq)
ORDER BY a.seq;

-- name: audit_one :maybe
-- in:   seq int
-- out:  hash text, actor_name text, object_code text, address text, detail text, action text
SELECT a.hash, a.actor_name, a.object_code, a.address, a.detail, a.action FROM audit a WHERE a.seq = $1;

-- name: audit_replace :exec
-- in:   seq int, actor_name text, object_code text, address text, detail text
UPDATE audit SET actor_name = $2, object_code = $3, address = $4, detail = $5, salt = '' WHERE seq = $1;

-- name: audit_erasure_add :exec
-- in:   entry_seq int, row_seq int, salt text, seen text
INSERT INTO audit_erasure (entry_seq, row_seq, salt, seen) VALUES ($1, $2, $3, $4);

-- What was seen before holds what is erased now: without its salt nothing can be guessed from it.
-- name: audit_erasure_forget :exec
-- in:   row_seq int
UPDATE audit_erasure SET salt = '' WHERE row_seq = $1;

-- name: audit_erasure_each :each
-- out:  entry_seq int, row_seq int, seen text
SELECT e.entry_seq, e.row_seq, e.seen FROM audit_erasure e ORDER BY e.entry_seq, e.row_seq;
