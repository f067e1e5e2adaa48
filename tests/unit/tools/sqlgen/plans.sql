-- name: usual :maybe
-- in:   id int
-- out:  name text
SELECT name FROM thing WHERE id = $1;

-- name: by_key :maybe
-- in:   id int
-- out:  name text
-- plan: any
SELECT name FROM thing WHERE id = $1;

-- name: page :many
-- in:   kind text?, org int?, words text?
-- out:  name text
-- plan: kept unless org, words
SELECT name FROM thing WHERE ($1 IS NULL OR kind = $1) AND ($2 IS NULL OR org = $2) AND ($3 IS NULL OR name = $3);
