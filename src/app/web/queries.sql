-- Settings of the site.

-- name: site_settings :many
-- out:  key text, value text
SELECT key, value FROM setting WHERE key LIKE 'site.%' ORDER BY key;

-- name: site_setting_put :exec
-- in:   key text, value text
INSERT INTO setting (key, value) VALUES ($1, $2)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- Drafts of forms.

-- name: draft_find :maybe
-- in:   account_id int, path text
-- out:  data text, saved_at int
SELECT data, saved_at FROM form_draft WHERE account_id = $1 AND path = $2;

-- name: draft_put :exec
-- in:   account_id int, path text, data text, now int
INSERT INTO form_draft (account_id, path, data, saved_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (account_id, path) DO UPDATE SET data = excluded.data, saved_at = excluded.saved_at;

-- name: draft_delete :exec
-- in:   account_id int, path text
DELETE FROM form_draft WHERE account_id = $1 AND path = $2;

-- The newest ones are kept, and none for longer than its time.
-- name: draft_trim :exec
-- in:   account_id int, before int, keep int
DELETE FROM form_draft
WHERE account_id = $1
  AND (saved_at < $2
       OR path NOT IN (SELECT d.path FROM form_draft d WHERE d.account_id = $1 ORDER BY d.saved_at DESC, d.path LIMIT $3));

-- As many as the bell shows.
-- name: web_unread :one
-- in:   account_id int
-- out:  total int
-- plan: any
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM notice WHERE account_id = $1 AND read_at IS NULL AND in_app = 1 LIMIT 100) AS counted;

-- Who changed a record last.
-- name: web_last_change :maybe
-- in:   object_kind text, object_id int
-- out:  actor_name text, at int
SELECT actor_name, at FROM audit WHERE object_kind = $1 AND object_id = $2 ORDER BY seq DESC LIMIT 1;
