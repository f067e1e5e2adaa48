SELECT 1;
-- name: a :one
-- in: x int, y strin, db int, z text
-- out: q text r int
SELECT $1 $3;
-- name: a :one
-- name: b :fum
SELECT 1;
-- name: c :exec
-- row: foo
INSERT ? ;
 -- @postgres
SELECT 1; x
-- name: d :one
-- row: a
-- out: i int
SELECT "a