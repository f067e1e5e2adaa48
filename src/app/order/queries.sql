-- name: order_version :maybe
-- out:  value text
SELECT value FROM setting WHERE key = 'order.version';

-- name: order_version_put :exec
-- in:   value text
INSERT INTO setting (key, value) VALUES ('order.version', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: order_orgs :many
-- row:  order_name
-- out:  id int, name text, sort_key text
SELECT id, name, sort_key FROM org ORDER BY id;

-- name: order_org_put :exec
-- in:   id int, sort_key text
UPDATE org SET sort_key = $2 WHERE id = $1;

-- name: order_systems :many
-- row:  order_name
-- out:  id int, name text, sort_key text
SELECT id, name, sort_key FROM system ORDER BY id;

-- name: order_system_put :exec
-- in:   id int, sort_key text
UPDATE system SET sort_key = $2 WHERE id = $1;

-- name: order_accounts :many
-- row:  order_name
-- out:  id int, name text, sort_key text
SELECT id, name, sort_key FROM account ORDER BY id;

-- name: order_account_put :exec
-- in:   id int, sort_key text
UPDATE account SET sort_key = $2 WHERE id = $1;
