-- A statement in which quotes, comments and brackets hide what looks like something else.
-- name: tricky :many
-- in:   a int,
-- in:   b text
-- out:  n int, t text
WITH RECURSIVE q(n) AS (
    SELECT 1 /* ; $9 */ UNION ALL SELECT n + $1 FROM q -- ; $9
)
SELECT n, 'it''s; $1 "quoted"' AS t, "odd;name" FROM q WHERE t <> $2 AND 'UPDATE' <> 'a"b';

-- name: upsert :exec
-- in: a int
WITH v AS (SELECT $1 AS a) INSERT INTO t (a) SELECT a FROM v WHERE true ON CONFLICT DO NOTHING;
