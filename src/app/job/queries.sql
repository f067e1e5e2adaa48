-- name: job_insert :exec
-- in:   kind text, slot text?, ref int, arg text, due_at int, now int
-- send: later
INSERT INTO job (kind, slot, ref, arg, state, due_at, lease, attempts, created_at, started_at, finished_at, error)
VALUES ($1, $2, $3, $4, 'ready', $5, '', 0, $6, NULL, NULL, '')
ON CONFLICT (slot) DO NOTHING;

-- Reading before writing: a queue with nothing due costs no write transaction.
-- name: job_any_due :maybe
-- in:   now int
-- out:  id int
SELECT id FROM job WHERE state IN ('ready', 'running') AND due_at <= $1 ORDER BY due_at, id LIMIT 1;

-- name: job_claim :maybe
-- in:   now int, lease text, lease_end int
-- out:  id int, kind text, slot text?, ref int, arg text, attempts int
UPDATE job SET state = 'running', lease = $2, due_at = $3, attempts = attempts + 1, started_at = $1
WHERE id = (SELECT j.id FROM job j
            WHERE j.state IN ('ready', 'running') AND j.due_at <= $1 ORDER BY j.due_at, j.id LIMIT 1)
RETURNING id, kind, slot, ref, arg, attempts;

-- @postgres
UPDATE job SET state = 'running', lease = $2, due_at = $3, attempts = attempts + 1, started_at = $1
WHERE id = (SELECT j.id FROM job j
            WHERE j.state IN ('ready', 'running') AND j.due_at <= $1 ORDER BY j.due_at, j.id LIMIT 1
            FOR UPDATE SKIP LOCKED)
RETURNING id, kind, slot, ref, arg, attempts;

-- name: job_renew :exec
-- in:   id int, lease text, lease_end int
UPDATE job SET due_at = $3 WHERE id = $1 AND lease = $2 AND state = 'running';

-- name: job_finish :exec
-- in:   id int, lease text, state text, due_at int, attempts_left bool, error text, now int
UPDATE job SET state = $3, due_at = $4, lease = '', attempts = CASE WHEN $5 = 1 THEN attempts ELSE 0 END, error = $6,
    finished_at = $7
WHERE id = $1 AND lease = $2 AND state = 'running';

-- name: job_lock :maybe
-- in:   id int
-- out:  state text
SELECT state FROM job WHERE id = $1;

-- @postgres
SELECT state FROM job WHERE id = $1 FOR UPDATE;

-- name: job_again :exec
-- in:   id int, now int
UPDATE job SET state = 'ready', due_at = $2, attempts = 0, lease = '', finished_at = NULL WHERE id = $1;

-- name: job_remove :exec
-- in:   id int
DELETE FROM job WHERE id = $1 AND state = 'failed';

-- name: job_forget :exec
-- in:   before int
DELETE FROM job WHERE state = 'done' AND finished_at < $1;

-- name: job_rows :many
-- row:  job_rows
-- in:   state text, row_limit int
-- out:  id int, kind text, slot text?, ref int, state text, attempts int, due_at int, created_at int, started_at int?, finished_at int?, error text
SELECT id, kind, slot, ref, state, attempts, due_at, created_at, started_at, finished_at, error FROM job
WHERE state = $1 OR ($1 = 'waiting' AND state IN ('ready', 'running'))
ORDER BY CASE WHEN state IN ('ready', 'running') THEN due_at ELSE -finished_at END, id
LIMIT $2;

-- All of them, for exports.
-- name: job_walk :each
-- row:  job_rows
-- in:   state text
-- out:  id int, kind text, slot text?, ref int, state text, attempts int, due_at int, created_at int, started_at int?, finished_at int?, error text
SELECT id, kind, slot, ref, state, attempts, due_at, created_at, started_at, finished_at, error FROM job
WHERE state = $1 OR ($1 = 'waiting' AND state IN ('ready', 'running'))
ORDER BY CASE WHEN state IN ('ready', 'running') THEN due_at ELSE -finished_at END, id;

-- name: job_totals :one
-- in:   now int
-- out:  ready int, running int, failed int, late int
SELECT
    (SELECT COUNT(*) FROM job WHERE state = 'ready') AS ready,
    (SELECT COUNT(*) FROM job WHERE state = 'running') AS running,
    (SELECT COUNT(*) FROM job WHERE state = 'failed') AS failed,
    (SELECT COUNT(*) FROM job WHERE state = 'ready' AND due_at < $1 - 60000) AS late;
