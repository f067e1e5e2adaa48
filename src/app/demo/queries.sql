-- name: demo_setting_put :exec
-- in:   key text, value text
INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: demo_tasks_of :many
-- in:   incident_id int
-- out:  id int
SELECT id FROM task WHERE incident_id = $1 ORDER BY position;
