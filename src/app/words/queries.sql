-- Whose words fit, of everybody. On SQLite what is newer than the mark is not in the index yet and is
-- read in the table; on PostgreSQL the index holds everything, and the mark is the newest record.

-- ---- incidents ---------------------------------------------------------------------------------

-- name: words_incidents_mark :one
-- row:  words_mark
-- out:  mark int
SELECT COALESCE(-MIN(d.id), 0) AS mark FROM incident_words_docsize d;

-- @postgres
SELECT COALESCE(MAX(f.id), 0) AS mark FROM incident f;

-- name: words_incidents_near :each
-- row:  words_id
-- in:   words text, above int, below int
-- out:  id int
SELECT f.id FROM incident f WHERE f.id > $2 AND f.id < $3 AND words_fit(f.fold, $1) = 1 ORDER BY f.id DESC;

-- @postgres
SELECT r.id
FROM (SELECT f.id, f.words FROM incident f WHERE f.id > $2 AND f.id < $3 ORDER BY f.id DESC OFFSET 0) r
WHERE r.words @@ to_tsquery('simple', $1)
ORDER BY r.id DESC;

-- name: words_incidents_ids :each
-- row:  words_id
-- in:   words text, below int, row_limit int
-- out:  id int
SELECT -w.rowid AS id FROM incident_words w WHERE w.fold MATCH $1 AND w.rowid > -$2 ORDER BY w.rowid LIMIT $3;

-- @postgres
WITH k AS MATERIALIZED (SELECT f.id FROM incident f WHERE f.words @@ to_tsquery('simple', $1))
SELECT k.id FROM k WHERE k.id < $2 ORDER BY k.id DESC LIMIT $3;

-- name: words_incidents_among :each
-- row:  words_id
-- in:   words text, ids text
-- out:  id int
SELECT f.id FROM json_each('[' || $2 || ']') j CROSS JOIN incident f ON f.id = j.value
WHERE words_fit(f.fold, $1) = 1
ORDER BY f.id DESC;

-- @postgres
SELECT f.id FROM incident f
WHERE f.id = ANY (CAST('{' || $2 || '}' AS BIGINT[])) AND f.words @@ to_tsquery('simple', $1)
ORDER BY f.id DESC;

-- ---- reports -----------------------------------------------------------------------------------

-- name: words_reports_mark :one
-- row:  words_mark
-- out:  mark int
SELECT COALESCE(-MIN(d.id), 0) AS mark FROM report_words_docsize d;

-- @postgres
SELECT COALESCE(MAX(f.id), 0) AS mark FROM report f;

-- name: words_reports_near :each
-- row:  words_id
-- in:   words text, above int, below int
-- out:  id int
SELECT f.id FROM report f WHERE f.id > $2 AND f.id < $3 AND words_fit(f.fold, $1) = 1 ORDER BY f.id DESC;

-- @postgres
SELECT r.id
FROM (SELECT f.id, f.words FROM report f WHERE f.id > $2 AND f.id < $3 ORDER BY f.id DESC OFFSET 0) r
WHERE r.words @@ to_tsquery('simple', $1)
ORDER BY r.id DESC;

-- name: words_reports_ids :each
-- row:  words_id
-- in:   words text, below int, row_limit int
-- out:  id int
SELECT -w.rowid AS id FROM report_words w WHERE w.fold MATCH $1 AND w.rowid > -$2 ORDER BY w.rowid LIMIT $3;

-- @postgres
WITH k AS MATERIALIZED (SELECT f.id FROM report f WHERE f.words @@ to_tsquery('simple', $1))
SELECT k.id FROM k WHERE k.id < $2 ORDER BY k.id DESC LIMIT $3;

-- name: words_reports_among :each
-- row:  words_id
-- in:   words text, ids text
-- out:  id int
SELECT f.id FROM json_each('[' || $2 || ']') j CROSS JOIN report f ON f.id = j.value
WHERE words_fit(f.fold, $1) = 1
ORDER BY f.id DESC;

-- @postgres
SELECT f.id FROM report f
WHERE f.id = ANY (CAST('{' || $2 || '}' AS BIGINT[])) AND f.words @@ to_tsquery('simple', $1)
ORDER BY f.id DESC;

-- ---- comments ----------------------------------------------------------------------------------

-- name: words_comments_mark :one
-- row:  words_mark
-- out:  mark int
SELECT COALESCE(-MIN(d.id), 0) AS mark FROM comment_words_docsize d;

-- @postgres
SELECT COALESCE(MAX(f.id), 0) AS mark FROM comment f;

-- name: words_comments_near :each
-- row:  words_id
-- in:   words text, above int, below int
-- out:  id int
SELECT f.id FROM comment f WHERE f.id > $2 AND f.id < $3 AND words_fit(f.fold, $1) = 1 ORDER BY f.id DESC;

-- @postgres
SELECT r.id
FROM (SELECT f.id, f.words FROM comment f WHERE f.id > $2 AND f.id < $3 ORDER BY f.id DESC OFFSET 0) r
WHERE r.words @@ to_tsquery('simple', $1)
ORDER BY r.id DESC;

-- name: words_comments_ids :each
-- row:  words_id
-- in:   words text, below int, row_limit int
-- out:  id int
SELECT -w.rowid AS id FROM comment_words w WHERE w.fold MATCH $1 AND w.rowid > -$2 ORDER BY w.rowid LIMIT $3;

-- @postgres
WITH k AS MATERIALIZED (SELECT f.id FROM comment f WHERE f.words @@ to_tsquery('simple', $1))
SELECT k.id FROM k WHERE k.id < $2 ORDER BY k.id DESC LIMIT $3;

-- name: words_comments_among :each
-- row:  words_id
-- in:   words text, ids text
-- out:  id int
SELECT f.id FROM json_each('[' || $2 || ']') j CROSS JOIN comment f ON f.id = j.value
WHERE words_fit(f.fold, $1) = 1
ORDER BY f.id DESC;

-- @postgres
SELECT f.id FROM comment f
WHERE f.id = ANY (CAST('{' || $2 || '}' AS BIGINT[])) AND f.words @@ to_tsquery('simple', $1)
ORDER BY f.id DESC;

-- ---- systems -----------------------------------------------------------------------------------

-- name: words_systems_mark :one
-- row:  words_mark
-- out:  mark int
SELECT COALESCE(-MIN(d.id), 0) AS mark FROM system_words_docsize d;

-- @postgres
SELECT COALESCE(MAX(f.id), 0) AS mark FROM system f;

-- name: words_systems_near :each
-- row:  words_id
-- in:   words text, above int, below int
-- out:  id int
SELECT f.id FROM system f WHERE f.id > $2 AND f.id < $3 AND words_fit(f.fold, $1) = 1 ORDER BY f.id DESC;

-- @postgres
SELECT r.id
FROM (SELECT f.id, f.words FROM system f WHERE f.id > $2 AND f.id < $3 ORDER BY f.id DESC OFFSET 0) r
WHERE r.words @@ to_tsquery('simple', $1)
ORDER BY r.id DESC;

-- name: words_systems_ids :each
-- row:  words_id
-- in:   words text, below int, row_limit int
-- out:  id int
SELECT -w.rowid AS id FROM system_words w WHERE w.fold MATCH $1 AND w.rowid > -$2 ORDER BY w.rowid LIMIT $3;

-- @postgres
WITH k AS MATERIALIZED (SELECT f.id FROM system f WHERE f.words @@ to_tsquery('simple', $1))
SELECT k.id FROM k WHERE k.id < $2 ORDER BY k.id DESC LIMIT $3;

-- name: words_systems_among :each
-- row:  words_id
-- in:   words text, ids text
-- out:  id int
SELECT f.id FROM json_each('[' || $2 || ']') j CROSS JOIN system f ON f.id = j.value
WHERE words_fit(f.fold, $1) = 1
ORDER BY f.id DESC;

-- @postgres
SELECT f.id FROM system f
WHERE f.id = ANY (CAST('{' || $2 || '}' AS BIGINT[])) AND f.words @@ to_tsquery('simple', $1)
ORDER BY f.id DESC;

-- ---- orgs --------------------------------------------------------------------------------------

-- name: words_orgs_mark :one
-- row:  words_mark
-- out:  mark int
SELECT COALESCE(-MIN(d.id), 0) AS mark FROM org_words_docsize d;

-- @postgres
SELECT COALESCE(MAX(f.id), 0) AS mark FROM org f;

-- name: words_orgs_near :each
-- row:  words_id
-- in:   words text, above int, below int
-- out:  id int
SELECT f.id FROM org f WHERE f.id > $2 AND f.id < $3 AND words_fit(f.fold, $1) = 1 ORDER BY f.id DESC;

-- @postgres
SELECT r.id
FROM (SELECT f.id, f.words FROM org f WHERE f.id > $2 AND f.id < $3 ORDER BY f.id DESC OFFSET 0) r
WHERE r.words @@ to_tsquery('simple', $1)
ORDER BY r.id DESC;

-- name: words_orgs_ids :each
-- row:  words_id
-- in:   words text, below int, row_limit int
-- out:  id int
SELECT -w.rowid AS id FROM org_words w WHERE w.fold MATCH $1 AND w.rowid > -$2 ORDER BY w.rowid LIMIT $3;

-- @postgres
WITH k AS MATERIALIZED (SELECT f.id FROM org f WHERE f.words @@ to_tsquery('simple', $1))
SELECT k.id FROM k WHERE k.id < $2 ORDER BY k.id DESC LIMIT $3;

-- name: words_orgs_among :each
-- row:  words_id
-- in:   words text, ids text
-- out:  id int
SELECT f.id FROM json_each('[' || $2 || ']') j CROSS JOIN org f ON f.id = j.value
WHERE words_fit(f.fold, $1) = 1
ORDER BY f.id DESC;

-- @postgres
SELECT f.id FROM org f
WHERE f.id = ANY (CAST('{' || $2 || '}' AS BIGINT[])) AND f.words @@ to_tsquery('simple', $1)
ORDER BY f.id DESC;

-- ---- files -------------------------------------------------------------------------------------

-- name: words_files_mark :one
-- row:  words_mark
-- out:  mark int
SELECT COALESCE(-MIN(d.id), 0) AS mark FROM attachment_words_docsize d;

-- @postgres
SELECT COALESCE(MAX(f.id), 0) AS mark FROM attachment f;

-- name: words_files_near :each
-- row:  words_id
-- in:   words text, above int, below int
-- out:  id int
SELECT f.id FROM attachment f WHERE f.id > $2 AND f.id < $3 AND words_fit(f.fold, $1) = 1 ORDER BY f.id DESC;

-- @postgres
SELECT r.id
FROM (SELECT f.id, f.words FROM attachment f WHERE f.id > $2 AND f.id < $3 ORDER BY f.id DESC OFFSET 0) r
WHERE r.words @@ to_tsquery('simple', $1)
ORDER BY r.id DESC;

-- name: words_files_ids :each
-- row:  words_id
-- in:   words text, below int, row_limit int
-- out:  id int
SELECT -w.rowid AS id FROM attachment_words w WHERE w.fold MATCH $1 AND w.rowid > -$2 ORDER BY w.rowid LIMIT $3;

-- @postgres
WITH k AS MATERIALIZED (SELECT f.id FROM attachment f WHERE f.words @@ to_tsquery('simple', $1))
SELECT k.id FROM k WHERE k.id < $2 ORDER BY k.id DESC LIMIT $3;

-- name: words_files_among :each
-- row:  words_id
-- in:   words text, ids text
-- out:  id int
SELECT f.id FROM json_each('[' || $2 || ']') j CROSS JOIN attachment f ON f.id = j.value
WHERE words_fit(f.fold, $1) = 1
ORDER BY f.id DESC;

-- @postgres
SELECT f.id FROM attachment f
WHERE f.id = ANY (CAST('{' || $2 || '}' AS BIGINT[])) AND f.words @@ to_tsquery('simple', $1)
ORDER BY f.id DESC;

-- ---- letters -----------------------------------------------------------------------------------

-- name: words_letters_mark :one
-- row:  words_mark
-- out:  mark int
SELECT COALESCE(-MIN(d.id), 0) AS mark FROM mail_words_docsize d;

-- @postgres
SELECT COALESCE(MAX(f.id), 0) AS mark FROM mail f;

-- name: words_letters_near :each
-- row:  words_id
-- in:   words text, above int, below int
-- out:  id int
SELECT f.id FROM mail f WHERE f.id > $2 AND f.id < $3 AND words_fit(f.fold, $1) = 1 ORDER BY f.id DESC;

-- @postgres
SELECT r.id
FROM (SELECT f.id, f.words FROM mail f WHERE f.id > $2 AND f.id < $3 ORDER BY f.id DESC OFFSET 0) r
WHERE r.words @@ to_tsquery('simple', $1)
ORDER BY r.id DESC;

-- name: words_letters_ids :each
-- row:  words_id
-- in:   words text, below int, row_limit int
-- out:  id int
SELECT -w.rowid AS id FROM mail_words w WHERE w.fold MATCH $1 AND w.rowid > -$2 ORDER BY w.rowid LIMIT $3;

-- @postgres
WITH k AS MATERIALIZED (SELECT f.id FROM mail f WHERE f.words @@ to_tsquery('simple', $1))
SELECT k.id FROM k WHERE k.id < $2 ORDER BY k.id DESC LIMIT $3;

-- name: words_letters_among :each
-- row:  words_id
-- in:   words text, ids text
-- out:  id int
SELECT f.id FROM json_each('[' || $2 || ']') j CROSS JOIN mail f ON f.id = j.value
WHERE words_fit(f.fold, $1) = 1
ORDER BY f.id DESC;

-- @postgres
SELECT f.id FROM mail f
WHERE f.id = ANY (CAST('{' || $2 || '}' AS BIGINT[])) AND f.words @@ to_tsquery('simple', $1)
ORDER BY f.id DESC;
