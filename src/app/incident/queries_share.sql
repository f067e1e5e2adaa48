-- Sharing: who besides the parties sees an incident, and what partners see of it. What belongs to it is shown to
-- partners by the statements that begin with joint_, and each of them asks for the mark.

-- name: share_rows :many
-- in:   incident_id int, now int
-- out:  id int, org_id int, org_code text, org_name text, org_kind text, may text, scope text, reason text, shared_at int, shared_name text, ends_at int?, revoked_at int?, revoked_name text, revoke_reason text, in_force bool
SELECT s.id, s.org_id, o.code AS org_code, o.name AS org_name, o.kind AS org_kind, s.may, s.scope, s.reason,
    s.shared_at, s.shared_name, s.ends_at, s.revoked_at, s.revoked_name, s.revoke_reason,
    CASE WHEN s.revoked_at IS NULL AND (s.ends_at IS NULL OR s.ends_at > $2) THEN 1 ELSE 0 END AS in_force
FROM incident_share s JOIN org o ON o.id = s.org_id
WHERE s.incident_id = $1
ORDER BY 15 DESC, s.shared_at DESC, s.id DESC
LIMIT 200;

-- name: share_org :maybe
-- in:   id int
-- out:  code text, name text, kind text
SELECT code, name, kind FROM org WHERE id = $1 AND valid_to IS NULL;

-- name: share_insert :one
-- in:   incident_id int, org_id int, may text, scope text, reason text, now int, by int?, by_name text, ends_at int?
-- out:  id int
INSERT INTO incident_share (incident_id, org_id, may, scope, reason, shared_at, shared_by, shared_name, ends_at,
    revoked_name, revoke_reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '')
RETURNING id;

-- name: share_get :maybe
-- in:   incident_id int, id int
-- out:  org_code text, org_name text, may text, scope text, revoked_at int?
SELECT o.code AS org_code, o.name AS org_name, s.may, s.scope, s.revoked_at
FROM incident_share s JOIN org o ON o.id = s.org_id
WHERE s.incident_id = $1 AND s.id = $2;

-- name: share_revoke_one :exec
-- in:   id int, now int, by_name text, reason text
UPDATE incident_share SET revoked_at = $2, revoked_name = $3, revoke_reason = $4 WHERE id = $1 AND revoked_at IS NULL;

-- What was shared with the organisation before.
-- name: share_revoke_org :exec
-- in:   incident_id int, org_id int, now int, by_name text, reason text
UPDATE incident_share SET revoked_at = $3, revoked_name = $4, revoke_reason = $5
WHERE incident_id = $1 AND org_id = $2 AND revoked_at IS NULL;

-- ---- the mark -------------------------------------------------------------------------------------

-- name: share_mark_comment :exec
-- in:   incident_id int, id int, shared_in int
UPDATE comment SET shared_in = $3 WHERE id = $2 AND incident_id = $1 AND shared_in <> $3;

-- name: share_mark_task :exec
-- in:   incident_id int, id int, shared_in int
UPDATE task SET shared_in = $3 WHERE id = $2 AND incident_id = $1 AND shared_in <> $3;

-- name: share_mark_event :exec
-- in:   incident_id int, id int, shared_in int
UPDATE incident_event SET shared_in = $3 WHERE id = $2 AND incident_id = $1 AND shared_in <> $3;

-- name: share_mark_observable :exec
-- in:   incident_id int, id int, shared_in int
UPDATE incident_observable SET shared_in = $3 WHERE observable_id = $2 AND incident_id = $1 AND shared_in <> $3;

-- Everything that may bear the mark, with what it is called.
-- name: share_items :many
-- in:   actor int, incident_id int
-- out:  kind text, id int, at int?, label text, sub text, shared bool
SELECT 'task' AS kind, t.id, t.due_at AS at, t.title AS label, t.state AS sub,
    CASE WHEN t.shared_in = $2 THEN 1 ELSE 0 END AS shared
FROM task t WHERE t.incident_id = $2
UNION ALL
SELECT 'comment' AS kind, c.id, c.at, c.body AS label, c.author_name AS sub,
    CASE WHEN c.shared_in = $2 THEN 1 ELSE 0 END AS shared
FROM comment c WHERE c.incident_id = $2
UNION ALL
SELECT 'observable' AS kind, x.observable_id AS id, x.added_at AS at, ob.value AS label, ob.kind AS sub,
    CASE WHEN x.shared_in = $2 THEN 1 ELSE 0 END AS shared
FROM incident_observable x JOIN observable ob ON ob.id = x.observable_id
WHERE x.incident_id = $2
UNION ALL
SELECT 'file' AS kind, a.id, a.added_at AS at, a.name AS label, a.tlp AS sub,
    CASE WHEN a.shared_in = $2 THEN 1 ELSE 0 END AS shared
FROM attachment a LEFT JOIN report r ON r.id = a.report_id
WHERE (a.incident_id = $2 OR r.incident_id = $2) AND a.removed_at IS NULL
  AND (a.tlp <> 'red'
       OR EXISTS (SELECT 1 FROM incident_member m WHERE m.incident_id = $2 AND m.account_id = $1))
UNION ALL
SELECT 'event' AS kind, e.id, e.at, e.text AS label, e.kind AS sub,
    CASE WHEN e.shared_in = $2 THEN 1 ELSE 0 END AS shared
FROM incident_event e WHERE e.incident_id = $2 AND e.text <> ''
ORDER BY 1, 3, 2
LIMIT 3000;

-- ---- what partners see ----------------------------------------------------------------------------

-- name: joint_get :maybe
-- in:   actor int, now int, code text
-- out:  id int, code text, title text, kind text, rsit text, severity int, serious bool, tlp text, state text, org_name text, org_phone text, org_email text, lead_name text?, occurred_at int?, detected_at int, contained_at int?, closed_at int?, opened_at int, updated_at int, whole bool, may_add bool, ends_at int?
SELECT i.id, i.code, i.title, i.kind, i.rsit, i.severity, i.serious, i.tlp, i.state, o.name AS org_name,
    o.phone AS org_phone, o.email AS org_email, l.name AS lead_name, i.occurred_at, i.detected_at, i.contained_at,
    i.closed_at, i.opened_at, i.updated_at,
    CASE WHEN @incident_may(i.id, 'incident.read', $1, $2) THEN 1 ELSE 0 END AS whole,
    CASE WHEN i.closed_at IS NULL AND i.merged_into IS NULL
          AND @incident_sighted(i.id, 'incident.write', $1, $2) THEN 1 ELSE 0 END AS may_add,
    (SELECT NULLIF(MAX(a.valid_to), 9223372036854775807) FROM incident_share_access a
     WHERE a.incident_id = i.id AND a.account_id = $1 AND a.permission = 'incident.read'
       AND a.valid_from <= $2 AND a.valid_to > $2) AS ends_at
FROM incident i
JOIN org o ON o.id = i.org_id
LEFT JOIN account l ON l.id = i.lead_id
WHERE i.code = $3
  AND @incident_sighted(i.id, 'incident.read', $1, $2);

-- name: joint_tasks :many
-- in:   incident_id int
-- out:  id int, step int, title text, body text, assignee_name text?, due_at int?, state text, done_at int?
SELECT t.id, t.step, t.title, t.body, a.name AS assignee_name, t.due_at, t.state, t.done_at
FROM task t
LEFT JOIN account a ON a.id = t.assignee_id
WHERE t.incident_id = $1 AND t.shared_in = $1
ORDER BY t.step, t.position;

-- name: joint_comments :many
-- in:   incident_id int
-- out:  id int, author_name text, at int, body text
SELECT id, author_name, at, body FROM comment WHERE incident_id = $1 AND shared_in = $1 ORDER BY at, id;

-- name: joint_events :many
-- in:   incident_id int
-- out:  id int, at int, kind text, actor_name text, text text
SELECT e.id, e.at, e.kind, e.actor_name, e.text
FROM incident_event e
WHERE e.incident_id = $1 AND e.shared_in = $1
ORDER BY e.at DESC, e.id DESC
LIMIT 1000;

-- name: joint_observables_of :many
-- in:   incident_id int
-- out:  id int, kind text, value text, added_at int
SELECT ob.id, ob.kind, ob.value, x.added_at
FROM incident_observable x JOIN observable ob ON ob.id = x.observable_id
WHERE x.incident_id = $1 AND x.shared_in = $1
ORDER BY ob.kind, ob.value
LIMIT 5000;

-- Incidents shared with the actor in part, newest first.
-- name: joint_list :many
-- in:   actor int, now int, row_limit int
-- out:  code text, title text, severity int, state text, tlp text, org_name text, updated_at int, ends_at int?
SELECT i.code, i.title, i.severity, i.state, i.tlp, o.name AS org_name, i.updated_at, s.ends_at
FROM (SELECT a.incident_id, NULLIF(MAX(a.valid_to), 9223372036854775807) AS ends_at
      FROM incident_share_access a
      WHERE a.account_id = $1 AND a.permission = 'incident.read' AND a.scope = 'marked'
        AND a.valid_from <= $2 AND a.valid_to > $2
      GROUP BY a.incident_id) AS s
JOIN incident i ON i.id = s.incident_id
JOIN org o ON o.id = i.org_id
WHERE NOT @incident_may(i.id, 'incident.read', $1, $2)
ORDER BY i.updated_at DESC, i.id DESC
LIMIT $3;

-- name: joint_count :one
-- in:   actor int, now int
-- out:  total int
-- plan: kept
SELECT COUNT(DISTINCT a.incident_id) AS total
FROM incident_share_access a
WHERE a.account_id = $1 AND a.permission = 'incident.read' AND a.scope = 'marked'
  AND a.valid_from <= $2 AND a.valid_to > $2
  AND NOT @incident_may(a.incident_id, 'incident.read', $1, $2);

-- May the actor add to it? Whole or in part.
-- name: joint_may_add :one
-- in:   actor int, now int, id int
-- out:  may_read bool, may_add bool
SELECT
    CASE WHEN @incident_sighted($3, 'incident.read', $1, $2) THEN 1 ELSE 0 END AS may_read,
    CASE WHEN @incident_sighted($3, 'incident.write', $1, $2) THEN 1 ELSE 0 END AS may_add;

-- name: joint_event_insert :exec
-- in:   incident_id int, at int, now int, kind text, actor_id int?, actor_name text, text text
INSERT INTO incident_event (incident_id, at, recorded_at, kind, actor_id, actor_name, text, shared_in)
VALUES ($1, $2, $3, $4, $5, $6, $7, $1);

-- name: joint_task :maybe
-- in:   incident_id int, id int
-- out:  title text, state text
SELECT title, state FROM task WHERE incident_id = $1 AND id = $2 AND shared_in = $1;
