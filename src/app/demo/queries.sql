-- name: demo_tasks_of :many
-- in:   incident_id int
-- out:  id int, due_at int?
SELECT id, due_at FROM task WHERE incident_id = $1 ORDER BY position;
