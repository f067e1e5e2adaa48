-- Reports.

-- name: incident_by_code :one
-- in:   actor int, now int, code text
-- out:  id int, code text, title text, severity int, closed_at int?, r real?, b bool, bb bool?
SELECT i.id, i.code, 'it''s $1 -- "x"', i.severity /* no $9 */, i.closed_at -- why
FROM incident i WHERE i.code = $3 AND $1 = $1 AND $2 > 0;

-- @postgres
SELECT i.id FROM incident i WHERE i.code = $3 AND $1 = $2 FOR UPDATE;

-- name: bump :exec
UPDATE incident SET x = x + 1;

-- name: alls :many
-- row: one_int
-- out: n int
SELECT n FROM x;
-- name: alle :each
-- row: one_int
-- in: a text?, b real?, c bool
-- out: n int
WITH q AS (SELECT 1) INSERT INTO x SELECT $1, $2, $3 FROM q RETURNING n;
-- name: maybee :maybe
-- row: one_int
-- in: a blob, b int?
-- out: n int
SELECT n FROM x WHERE a = $1 AND b = $2;
