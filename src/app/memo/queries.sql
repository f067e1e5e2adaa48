-- Every change writes to the audit log: its newest entry numbers the state of the whole site.
-- name: memo_audit_seq :one
-- out:  seq int
-- plan: any
SELECT h.seq FROM audit_head h WHERE h.id = 1;
