-- name: demo_tasks_of :many
-- in:   incident_id int
-- out:  id int
SELECT id FROM task WHERE incident_id = $1 ORDER BY position;
