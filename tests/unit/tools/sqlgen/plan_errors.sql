-- plan: kept
-- name: a :exec
-- in: x int, y int?
-- plan: now and then
DELETE FROM t WHERE id = $1 AND n = $2;
-- name: b :exec
-- in: x int, y int?
-- plan: kept unless
DELETE FROM t WHERE id = $1 AND n = $2;
-- name: c :exec
-- in: x int, y int?
-- plan: kept unless y, x, z
DELETE FROM t WHERE id = $1 AND n = $2;
-- name: d :exec
-- in: x int, y int?
-- plan: any unless y
DELETE FROM t WHERE id = $1 AND n = $2;
