-- Whose words fit, of everybody. On SQLite what is newer than the mark is not in the index yet and is
-- read in the table; on PostgreSQL the index holds everything, and the mark is the newest record.

-- piece: words_mark(table)
SELECT COALESCE(-MIN(d.id), 0) AS mark FROM {table}_words_docsize d;
-- @postgres
SELECT COALESCE(MAX(f.id), 0) AS mark FROM {table} f;

-- piece: words_near(table, words, above, below)
SELECT f.id FROM {table} f WHERE f.id > {above} AND f.id < {below} AND words_fit(f.fold, {words}) = 1 ORDER BY f.id DESC;
-- @postgres
SELECT r.id
FROM (SELECT f.id, f.words FROM {table} f WHERE f.id > {above} AND f.id < {below} ORDER BY f.id DESC OFFSET 0) r
WHERE r.words @@ to_tsquery('simple', {words})
ORDER BY r.id DESC;

-- piece: words_ids(table, words, above, below, row_limit)
SELECT -w.rowid AS id FROM {table}_words w
WHERE w.fold MATCH {words} AND w.rowid > -{below} AND w.rowid < -{above}
ORDER BY w.rowid
LIMIT {row_limit};
-- @postgres
WITH k AS MATERIALIZED (
    SELECT f.id FROM {table} f WHERE f.words @@ to_tsquery('simple', {words}) AND f.id > {above} AND f.id < {below})
SELECT k.id FROM k ORDER BY k.id DESC LIMIT {row_limit};

-- piece: words_among(table, words, ids)
SELECT f.id FROM json_each('[' || {ids} || ']') j CROSS JOIN {table} f ON f.id = j.value
WHERE words_fit(f.fold, {words}) = 1
ORDER BY f.id DESC;
-- @postgres
SELECT f.id FROM {table} f
WHERE f.id = ANY (CAST('{' || {ids} || '}' AS BIGINT[])) AND f.words @@ to_tsquery('simple', {words})
ORDER BY f.id DESC;

-- ---- incidents --------------------------------------------------------------------------------

-- name: words_incidents_mark :one
-- row:  words_mark
-- out:  mark int
@words_mark(incident);

-- name: words_incidents_near :each
-- row:  words_id
-- in:   words text, above int, below int
-- out:  id int
@words_near(incident, $1, $2, $3);

-- name: words_incidents_ids :each
-- row:  words_id
-- in:   words text, above int, below int, row_limit int
-- out:  id int
-- plan: fresh
@words_ids(incident, $1, $2, $3, $4);

-- name: words_incidents_among :each
-- row:  words_id
-- in:   words text, ids text
-- out:  id int
@words_among(incident, $1, $2);

-- ---- reports ----------------------------------------------------------------------------------

-- name: words_reports_mark :one
-- row:  words_mark
-- out:  mark int
@words_mark(report);

-- name: words_reports_near :each
-- row:  words_id
-- in:   words text, above int, below int
-- out:  id int
@words_near(report, $1, $2, $3);

-- name: words_reports_ids :each
-- row:  words_id
-- in:   words text, above int, below int, row_limit int
-- out:  id int
-- plan: fresh
@words_ids(report, $1, $2, $3, $4);

-- name: words_reports_among :each
-- row:  words_id
-- in:   words text, ids text
-- out:  id int
@words_among(report, $1, $2);

-- ---- comments ---------------------------------------------------------------------------------

-- name: words_comments_mark :one
-- row:  words_mark
-- out:  mark int
@words_mark(comment);

-- name: words_comments_near :each
-- row:  words_id
-- in:   words text, above int, below int
-- out:  id int
@words_near(comment, $1, $2, $3);

-- name: words_comments_ids :each
-- row:  words_id
-- in:   words text, above int, below int, row_limit int
-- out:  id int
-- plan: fresh
@words_ids(comment, $1, $2, $3, $4);

-- name: words_comments_among :each
-- row:  words_id
-- in:   words text, ids text
-- out:  id int
@words_among(comment, $1, $2);

-- ---- systems ----------------------------------------------------------------------------------

-- name: words_systems_mark :one
-- row:  words_mark
-- out:  mark int
@words_mark(system);

-- name: words_systems_near :each
-- row:  words_id
-- in:   words text, above int, below int
-- out:  id int
@words_near(system, $1, $2, $3);

-- name: words_systems_ids :each
-- row:  words_id
-- in:   words text, above int, below int, row_limit int
-- out:  id int
-- plan: fresh
@words_ids(system, $1, $2, $3, $4);

-- name: words_systems_among :each
-- row:  words_id
-- in:   words text, ids text
-- out:  id int
@words_among(system, $1, $2);

-- ---- orgs -------------------------------------------------------------------------------------

-- name: words_orgs_mark :one
-- row:  words_mark
-- out:  mark int
@words_mark(org);

-- name: words_orgs_near :each
-- row:  words_id
-- in:   words text, above int, below int
-- out:  id int
@words_near(org, $1, $2, $3);

-- name: words_orgs_ids :each
-- row:  words_id
-- in:   words text, above int, below int, row_limit int
-- out:  id int
-- plan: fresh
@words_ids(org, $1, $2, $3, $4);

-- name: words_orgs_among :each
-- row:  words_id
-- in:   words text, ids text
-- out:  id int
@words_among(org, $1, $2);

-- ---- files ------------------------------------------------------------------------------------

-- name: words_files_mark :one
-- row:  words_mark
-- out:  mark int
@words_mark(attachment);

-- name: words_files_near :each
-- row:  words_id
-- in:   words text, above int, below int
-- out:  id int
@words_near(attachment, $1, $2, $3);

-- name: words_files_ids :each
-- row:  words_id
-- in:   words text, above int, below int, row_limit int
-- out:  id int
-- plan: fresh
@words_ids(attachment, $1, $2, $3, $4);

-- name: words_files_among :each
-- row:  words_id
-- in:   words text, ids text
-- out:  id int
@words_among(attachment, $1, $2);

-- ---- letters ----------------------------------------------------------------------------------

-- name: words_letters_mark :one
-- row:  words_mark
-- out:  mark int
@words_mark(mail);

-- name: words_letters_near :each
-- row:  words_id
-- in:   words text, above int, below int
-- out:  id int
@words_near(mail, $1, $2, $3);

-- name: words_letters_ids :each
-- row:  words_id
-- in:   words text, above int, below int, row_limit int
-- out:  id int
-- plan: fresh
@words_ids(mail, $1, $2, $3, $4);

-- name: words_letters_among :each
-- row:  words_id
-- in:   words text, ids text
-- out:  id int
@words_among(mail, $1, $2);
