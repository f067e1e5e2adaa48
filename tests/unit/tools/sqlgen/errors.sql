SELECT 1;
-- name: a :one
-- in:   x int, y strin, db int, z text
-- out:  q text r int
SELECT $1 $3;
-- name: a :one
-- name: b :fum
SELECT 1;
-- name: 1st :one
SELECT 1;
-- name: c :exec
-- row:  foo
INSERT ? ;
-- @postgres
SELECT 1; x;
-- @mysql
-- name: d :one
-- row:  a
-- out:  i int, i int, default int
SELECT 'a';
-- in: late int
-- name: e :exec
-- out: n int
UPDATE t SET a = $0, b = $x;
-- name: f :many more
SELECT 1;
-- name: g :many
-- out: a int,
-- in:
SELECT a /* FROM t;
