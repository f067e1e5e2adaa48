-- Statements of the test of what sqlgen makes.

-- name: thing_one :one
-- in:   id int, note text?, part blob, ratio real?, open bool, since int?
-- out:  id int, name text, note text?, part blob, ratio real, share real?, open bool,
-- out:  seen bool?, since int?
SELECT id, name, note, part, ratio, share, open, seen, since FROM thing
WHERE id = $1 AND note = $2 AND part = $3 AND ratio = $4 AND open = $5 AND since = $6 AND $1 > 0;

-- name: thing_maybe :maybe
-- row:  label
-- in:   id int
-- out:  name text
SELECT name FROM thing WHERE @thing_is($1);

-- name: thing_all :many
-- row:  label
-- out:  name text
SELECT name FROM thing;

-- name: thing_walk :each
-- row:  label
-- out:  name text
SELECT name FROM thing;

-- name: thing_lock :one
-- in:   id int
-- out:  id int
SELECT id FROM thing WHERE id = $1;
-- @postgres
SELECT id FROM thing WHERE id = $1 FOR UPDATE;

-- name: thing_close :exec
-- in:   id int
UPDATE thing SET open = 0 WHERE id = $1;
