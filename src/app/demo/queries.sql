-- name: demo_tasks_of :many
-- in:   incident_id int
-- out:  id int, due_at int?
SELECT id, due_at FROM task WHERE incident_id = $1 ORDER BY position;

-- What was told before the last shift has been read: nothing of it is handed on when the sample is served.
-- name: demo_events_read :exec
-- in:   before int
UPDATE notice_event SET done_at = at WHERE at < $1 AND done_at IS NULL;
