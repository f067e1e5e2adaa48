-- name: import_insert :one
-- in:   code text, kind text, account_id int, org_id int, address text, lang text, name text, size int, at_once bool, now int
-- out:  id int
INSERT INTO import_run (code, kind, account_id, org_id, address, lang, name, size, at_once, state, error, sheet,
    row_count, created, updated, successions, mistakes, begun_at, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'checking', '', '', 0, 0, 0, 0, 0, $10, NULL)
RETURNING id;

-- name: import_find :maybe
-- in:   code text, kind text, account_id int
-- row:  import_run
-- out:  id int, code text, kind text, account_id int, who text, org_id int, address text, lang text, name text, size int, at_once bool, state text, error text, sheet text, row_count int, created int, updated int, successions int, mistakes int, begun_at int, ended_at int?
SELECT i.id, i.code, i.kind, i.account_id, a.name AS who, i.org_id, i.address, i.lang, i.name, i.size, i.at_once,
    i.state, i.error, i.sheet, i.row_count, i.created, i.updated, i.successions, i.mistakes, i.begun_at, i.ended_at
FROM import_run i JOIN account a ON a.id = i.account_id
WHERE i.code = $1 AND i.kind = $2 AND i.account_id = $3;

-- name: import_by_id :maybe
-- in:   id int
-- row:  import_run
-- out:  id int, code text, kind text, account_id int, who text, org_id int, address text, lang text, name text, size int, at_once bool, state text, error text, sheet text, row_count int, created int, updated int, successions int, mistakes int, begun_at int, ended_at int?
SELECT i.id, i.code, i.kind, i.account_id, a.name AS who, i.org_id, i.address, i.lang, i.name, i.size, i.at_once,
    i.state, i.error, i.sheet, i.row_count, i.created, i.updated, i.successions, i.mistakes, i.begun_at, i.ended_at
FROM import_run i JOIN account a ON a.id = i.account_id
WHERE i.id = $1;

-- name: import_mine :many
-- in:   account_id int, kind text
-- row:  import_run
-- out:  id int, code text, kind text, account_id int, who text, org_id int, address text, lang text, name text, size int, at_once bool, state text, error text, sheet text, row_count int, created int, updated int, successions int, mistakes int, begun_at int, ended_at int?
SELECT i.id, i.code, i.kind, i.account_id, a.name AS who, i.org_id, i.address, i.lang, i.name, i.size, i.at_once,
    i.state, i.error, i.sheet, i.row_count, i.created, i.updated, i.successions, i.mistakes, i.begun_at, i.ended_at
FROM import_run i JOIN account a ON a.id = i.account_id
WHERE i.account_id = $1 AND i.kind = $2 AND i.state <> 'cancelled'
ORDER BY i.id DESC LIMIT 20;

-- name: import_state :maybe
-- in:   id int
-- out:  state text
SELECT state FROM import_run WHERE id = $1;

-- name: import_move :exec
-- in:   id int, before text, after text
UPDATE import_run SET state = $3 WHERE id = $1 AND state = $2;

-- name: import_cancel :exec
-- in:   id int, now int
UPDATE import_run SET state = 'cancelled', ended_at = $2
WHERE id = $1 AND state IN ('checking', 'checked', 'wrong', 'failed');

-- name: import_end :exec
-- in:   id int, before text, after text, error text, sheet text, row_count int, created int, updated int, successions int, mistakes int, now int
UPDATE import_run SET state = $3, error = $4, sheet = $5, row_count = $6, created = $7, updated = $8,
    successions = $9, mistakes = $10, ended_at = $11
WHERE id = $1 AND state = $2;

-- name: import_line_add :exec
-- in:   import_id int, what text, place int, line int, cell text, col text, words text
-- send: later
INSERT INTO import_line (import_id, what, place, line, cell, col, words) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: import_lines_drop :exec
-- in:   import_id int
DELETE FROM import_line WHERE import_id = $1;

-- name: import_lines :many
-- in:   import_id int, what text
-- out:  line int, cell text, col text, words text
SELECT line, cell, col, words FROM import_line WHERE import_id = $1 AND what = $2 ORDER BY place;

-- name: import_old :many
-- in:   before int
-- out:  id int, code text
SELECT id, code FROM import_run WHERE begun_at < $1 ORDER BY id LIMIT 1000;

-- name: import_drop :exec
-- in:   id int
DELETE FROM import_run WHERE id = $1;
