-- Settings of the site.

-- name: site_settings :many
-- out:  key text, value text
SELECT key, value FROM setting WHERE key LIKE 'site.%' ORDER BY key;

-- name: site_setting_put :exec
-- in:   key text, value text
INSERT INTO setting (key, value) VALUES ($1, $2)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;
