-- Templates of incidents and of texts: made for an organisation, used there, above and below, but not beside.

-- name: template_list :many
-- row:  template
-- in:   actor int, now int
-- out:  id int, name text, org_id int, org_code text, org_name text, title text, summary text, kind text, severity int, tlp text, serious bool, tasks text, version int, may_manage bool
SELECT t.id, t.name, t.org_id, o.code AS org_code, o.name AS org_name, t.title, t.summary, t.kind, t.severity, t.tlp, t.serious, t.tasks,
    t.version,
    CASE WHEN @actor_may(t.org_id, 'incident.manage', $1, $2) THEN 1 ELSE 0 END AS may_manage
FROM incident_template t
JOIN org o ON o.id = t.org_id
WHERE t.removed_at IS NULL
  AND EXISTS (SELECT 1 FROM actor_root r
              JOIN org_closure c ON (c.ancestor = r.org_id AND c.descendant = t.org_id)
                                 OR (c.descendant = r.org_id AND c.ancestor = t.org_id)
              WHERE r.account_id = $1 AND r.permission = 'incident.write' AND r.valid_from <= $2 AND r.valid_to > $2)
ORDER BY t.name, t.id
LIMIT 200;

-- name: template_get :maybe
-- row:  template
-- in:   actor int, now int, id int
-- out:  id int, name text, org_id int, org_code text, org_name text, title text, summary text, kind text, severity int, tlp text, serious bool, tasks text, version int, may_manage bool
SELECT t.id, t.name, t.org_id, o.code AS org_code, o.name AS org_name, t.title, t.summary, t.kind, t.severity, t.tlp, t.serious, t.tasks,
    t.version,
    CASE WHEN @actor_may(t.org_id, 'incident.manage', $1, $2) THEN 1 ELSE 0 END AS may_manage
FROM incident_template t
JOIN org o ON o.id = t.org_id
WHERE t.id = $3 AND t.removed_at IS NULL
  AND EXISTS (SELECT 1 FROM actor_root r
              JOIN org_closure c ON (c.ancestor = r.org_id AND c.descendant = t.org_id)
                                 OR (c.descendant = r.org_id AND c.ancestor = t.org_id)
              WHERE r.account_id = $1 AND r.permission = 'incident.write' AND r.valid_from <= $2 AND r.valid_to > $2);

-- name: template_insert :one
-- in:   org_id int, name text, title text, summary text, kind text, severity int, tlp text, serious bool, tasks text, now int
-- out:  id int
INSERT INTO incident_template (org_id, name, title, summary, kind, severity, tlp, serious, tasks, removed_at, updated_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, $10, 1)
RETURNING id;

-- Nothing is changed when the version is another.
-- name: template_update :exec
-- in:   id int, version int, org_id int, name text, title text, summary text, kind text, severity int, tlp text, serious bool, tasks text, now int
UPDATE incident_template SET org_id = $3, name = $4, title = $5, summary = $6, kind = $7, severity = $8, tlp = $9,
    serious = $10, tasks = $11, updated_at = $12, version = version + 1
WHERE id = $1 AND version = $2 AND removed_at IS NULL;

-- name: template_remove :exec
-- in:   id int, now int
UPDATE incident_template SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL;

-- name: text_list :many
-- row:  text_template
-- in:   actor int, now int, used_for text?
-- out:  id int, name text, org_id int, org_code text, org_name text, used_for text, body text, version int, may_manage bool
SELECT t.id, t.name, t.org_id, o.code AS org_code, o.name AS org_name, t.used_for, t.body, t.version,
    CASE WHEN @actor_may(t.org_id, 'incident.manage', $1, $2) THEN 1 ELSE 0 END AS may_manage
FROM text_template t
JOIN org o ON o.id = t.org_id
WHERE t.removed_at IS NULL AND ($3 IS NULL OR t.used_for IN ($3, 'both'))
  AND EXISTS (SELECT 1 FROM actor_root r
              JOIN org_closure c ON (c.ancestor = r.org_id AND c.descendant = t.org_id)
                                 OR (c.descendant = r.org_id AND c.ancestor = t.org_id)
              WHERE r.account_id = $1 AND r.permission = 'incident.write' AND r.valid_from <= $2 AND r.valid_to > $2)
ORDER BY t.name, t.id
LIMIT 200;

-- name: text_get :maybe
-- row:  text_template
-- in:   actor int, now int, id int
-- out:  id int, name text, org_id int, org_code text, org_name text, used_for text, body text, version int, may_manage bool
SELECT t.id, t.name, t.org_id, o.code AS org_code, o.name AS org_name, t.used_for, t.body, t.version,
    CASE WHEN @actor_may(t.org_id, 'incident.manage', $1, $2) THEN 1 ELSE 0 END AS may_manage
FROM text_template t
JOIN org o ON o.id = t.org_id
WHERE t.id = $3 AND t.removed_at IS NULL
  AND EXISTS (SELECT 1 FROM actor_root r
              JOIN org_closure c ON (c.ancestor = r.org_id AND c.descendant = t.org_id)
                                 OR (c.descendant = r.org_id AND c.ancestor = t.org_id)
              WHERE r.account_id = $1 AND r.permission = 'incident.write' AND r.valid_from <= $2 AND r.valid_to > $2);

-- name: text_insert :one
-- in:   org_id int, used_for text, name text, body text, now int
-- out:  id int
INSERT INTO text_template (org_id, used_for, name, body, removed_at, updated_at, version)
VALUES ($1, $2, $3, $4, NULL, $5, 1)
RETURNING id;

-- name: text_update :exec
-- in:   id int, version int, org_id int, used_for text, name text, body text, now int
UPDATE text_template SET org_id = $3, used_for = $4, name = $5, body = $6, updated_at = $7, version = version + 1
WHERE id = $1 AND version = $2 AND removed_at IS NULL;

-- name: text_remove :exec
-- in:   id int, now int
UPDATE text_template SET removed_at = $2 WHERE id = $1 AND removed_at IS NULL;
