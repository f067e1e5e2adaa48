-- Saved filters. One may use one's own and those that were shared with an organisation for which one holds a role now.

-- name: filter_of_list :many
-- row:  filter
-- in:   account_id int, now int, list text
-- out:  id int, list text, name text, query text, mine bool, shared bool, standard bool, owner text
-- plan: any
SELECT f.id, f.list, f.name, f.query, CASE WHEN f.account_id = $1 THEN 1 ELSE 0 END AS mine,
    CASE WHEN f.org_id IS NULL THEN 0 ELSE 1 END AS shared, CASE WHEN d.filter_id = f.id THEN 1 ELSE 0 END AS standard,
    a.name AS owner
FROM (
    SELECT s.id FROM saved_filter s WHERE s.account_id = $1 AND s.list = $3 AND s.removed_at IS NULL
    UNION
    SELECT s.id FROM role_grant g JOIN saved_filter s ON s.org_id = g.org_id
    WHERE g.account_id = $1 AND g.revoked_at IS NULL AND g.valid_from <= $2 AND (g.valid_to IS NULL OR g.valid_to > $2)
      AND s.list = $3 AND s.removed_at IS NULL
) AS k
JOIN saved_filter f ON f.id = k.id
JOIN account a ON a.id = f.account_id
LEFT JOIN filter_default d ON d.account_id = $1 AND d.list = f.list
ORDER BY 5 DESC, f.fold, f.id
LIMIT 100;

-- name: filter_all :many
-- row:  filter
-- in:   account_id int, now int
-- out:  id int, list text, name text, query text, mine bool, shared bool, standard bool, owner text
SELECT f.id, f.list, f.name, f.query, CASE WHEN f.account_id = $1 THEN 1 ELSE 0 END AS mine,
    CASE WHEN f.org_id IS NULL THEN 0 ELSE 1 END AS shared, CASE WHEN d.filter_id = f.id THEN 1 ELSE 0 END AS standard,
    a.name AS owner
FROM (
    SELECT s.id FROM saved_filter s WHERE s.account_id = $1 AND s.removed_at IS NULL
    UNION
    SELECT s.id FROM role_grant g JOIN saved_filter s ON s.org_id = g.org_id
    WHERE g.account_id = $1 AND g.revoked_at IS NULL AND g.valid_from <= $2 AND (g.valid_to IS NULL OR g.valid_to > $2)
      AND s.removed_at IS NULL
) AS k
JOIN saved_filter f ON f.id = k.id
JOIN account a ON a.id = f.account_id
LEFT JOIN filter_default d ON d.account_id = $1 AND d.list = f.list
ORDER BY f.list, 5 DESC, f.fold, f.id
LIMIT 500;

-- name: filter_get :maybe
-- row:  filter
-- in:   account_id int, now int, id int
-- out:  id int, list text, name text, query text, mine bool, shared bool, standard bool, owner text
SELECT f.id, f.list, f.name, f.query, CASE WHEN f.account_id = $1 THEN 1 ELSE 0 END AS mine,
    CASE WHEN f.org_id IS NULL THEN 0 ELSE 1 END AS shared, CASE WHEN d.filter_id = f.id THEN 1 ELSE 0 END AS standard,
    a.name AS owner
FROM saved_filter f
JOIN account a ON a.id = f.account_id
LEFT JOIN filter_default d ON d.account_id = $1 AND d.list = f.list
WHERE f.id = $3 AND f.removed_at IS NULL
  AND (f.account_id = $1
       OR EXISTS (SELECT 1 FROM role_grant g
                  WHERE g.account_id = $1 AND g.org_id = f.org_id AND g.revoked_at IS NULL AND g.valid_from <= $2
                    AND (g.valid_to IS NULL OR g.valid_to > $2)));

-- Those of the same name and how many there are, besides the one that is changed (0: none).
-- name: filter_beside :one
-- in:   account_id int, list text, fold text, id int
-- out:  same int, total int
SELECT COALESCE(SUM(CASE WHEN s.fold = $3 THEN 1 ELSE 0 END), 0) AS same, COUNT(*) AS total
FROM saved_filter s
WHERE s.account_id = $1 AND s.list = $2 AND s.id <> $4 AND s.removed_at IS NULL;

-- name: filter_insert :one
-- in:   account_id int, org_id int?, list text, name text, fold text, query text, now int
-- out:  id int
INSERT INTO saved_filter (account_id, org_id, list, name, fold, query, saved_at, removed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)
RETURNING id;

-- name: filter_update :exec
-- in:   id int, account_id int, org_id int?, name text, fold text, query text, now int
UPDATE saved_filter SET org_id = $3, name = $4, fold = $5, query = $6, saved_at = $7
WHERE id = $1 AND account_id = $2 AND removed_at IS NULL;

-- name: filter_remove_row :exec
-- in:   id int, account_id int, now int
UPDATE saved_filter SET removed_at = $3 WHERE id = $1 AND account_id = $2 AND removed_at IS NULL;

-- name: filter_removed :maybe
-- in:   id int, account_id int, since int
-- out:  list text, name text, fold text
SELECT list, name, fold FROM saved_filter WHERE id = $1 AND account_id = $2 AND removed_at >= $3;

-- name: filter_restore_row :exec
-- in:   id int, account_id int
UPDATE saved_filter SET removed_at = NULL WHERE id = $1 AND account_id = $2;

-- What can no longer be brought back goes, and with it whose lists began with it.
-- name: filter_sweep_default :exec
-- in:   account_id int, before int
DELETE FROM filter_default
WHERE filter_id IN (SELECT s.id FROM saved_filter s WHERE s.account_id = $1 AND s.removed_at < $2);

-- name: filter_sweep :exec
-- in:   account_id int, before int
DELETE FROM saved_filter WHERE account_id = $1 AND removed_at < $2;

-- name: filter_default_put :exec
-- in:   account_id int, list text, filter_id int
INSERT INTO filter_default (account_id, list, filter_id) VALUES ($1, $2, $3)
ON CONFLICT (account_id, list) DO UPDATE SET filter_id = excluded.filter_id;

-- name: filter_default_drop :exec
-- in:   account_id int, filter_id int
DELETE FROM filter_default WHERE account_id = $1 AND filter_id = $2;
