-- Whose words fit, of everybody, the newest first.

-- name: words_incidents :many
-- row:  words_id
-- in:   words text, row_limit int
-- out:  id int
SELECT w.rowid AS id FROM incident_words w WHERE w.fold MATCH $1 ORDER BY w.rowid DESC LIMIT $2;

-- @postgres
SELECT f.id FROM incident f WHERE f.words @@ to_tsquery('simple', $1) ORDER BY f.id DESC LIMIT $2;

-- name: words_reports :many
-- row:  words_id
-- in:   words text, row_limit int
-- out:  id int
SELECT w.rowid AS id FROM report_words w WHERE w.fold MATCH $1 ORDER BY w.rowid DESC LIMIT $2;

-- @postgres
SELECT f.id FROM report f WHERE f.words @@ to_tsquery('simple', $1) ORDER BY f.id DESC LIMIT $2;

-- name: words_comments :many
-- row:  words_id
-- in:   words text, row_limit int
-- out:  id int
SELECT w.rowid AS id FROM comment_words w WHERE w.fold MATCH $1 ORDER BY w.rowid DESC LIMIT $2;

-- @postgres
SELECT f.id FROM comment f WHERE f.words @@ to_tsquery('simple', $1) ORDER BY f.id DESC LIMIT $2;

-- name: words_systems :many
-- row:  words_id
-- in:   words text, row_limit int
-- out:  id int
SELECT w.rowid AS id FROM system_words w WHERE w.fold MATCH $1 ORDER BY w.rowid DESC LIMIT $2;

-- @postgres
SELECT f.id FROM system f WHERE f.words @@ to_tsquery('simple', $1) ORDER BY f.id DESC LIMIT $2;

-- name: words_orgs :many
-- row:  words_id
-- in:   words text, row_limit int
-- out:  id int
SELECT w.rowid AS id FROM org_words w WHERE w.fold MATCH $1 ORDER BY w.rowid DESC LIMIT $2;

-- @postgres
SELECT f.id FROM org f WHERE f.words @@ to_tsquery('simple', $1) ORDER BY f.id DESC LIMIT $2;
