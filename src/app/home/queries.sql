-- What is new, mine and due, and the search. Only reads, always within the actor's reach.

-- name: home_sees_all :one
-- in:   actor int, now int
-- out:  wide bool
SELECT CASE WHEN EXISTS (SELECT 1 FROM actor_wide w WHERE w.account_id = $1 AND w.permission = 'incident.read'
    AND w.valid_from <= $2 AND w.valid_to > $2) THEN 1 ELSE 0 END AS wide;

-- name: home_incident_counts :one
-- row:  home_incident_counts
-- in:   actor int, now int
-- out:  open int, high int, late int, oldest_due int?
SELECT COUNT(*) AS open,
    COALESCE(SUM(CASE WHEN i.severity >= 3 THEN 1 ELSE 0 END), 0) AS high,
    COALESCE(SUM(CASE WHEN i.next_due_at < $2 THEN 1 ELSE 0 END), 0) AS late,
    MIN(CASE WHEN i.next_due_at < $2 THEN i.next_due_at END) AS oldest_due
FROM incident i
WHERE i.state <> 'closed'
  AND ((i.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
       OR EXISTS (SELECT 1 FROM incident_access x
                  WHERE x.incident_id = i.id AND x.account_id = $1 AND x.permission = 'incident.read'
                    AND x.valid_from <= $2 AND x.valid_to > $2));

-- name: home_incident_counts_reach :one
-- row:  home_incident_counts
-- in:   actor int, now int
-- out:  open int, high int, late int, oldest_due int?
SELECT COUNT(*) AS open,
    COALESCE(SUM(CASE WHEN i.severity >= 3 THEN 1 ELSE 0 END), 0) AS high,
    COALESCE(SUM(CASE WHEN i.next_due_at < $2 THEN 1 ELSE 0 END), 0) AS late,
    MIN(CASE WHEN i.next_due_at < $2 THEN i.next_due_at END) AS oldest_due
FROM incident i
WHERE i.state <> 'closed'
  AND i.id IN (SELECT x.incident_id FROM incident_access x
               WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2);

-- name: home_task_counts :one
-- in:   actor int, now int, day_end int
-- out:  mine int, today int, late int
SELECT COUNT(*) AS mine,
    COALESCE(SUM(CASE WHEN t.due_at >= $2 AND t.due_at < $3 THEN 1 ELSE 0 END), 0) AS today,
    COALESCE(SUM(CASE WHEN t.due_at < $2 THEN 1 ELSE 0 END), 0) AS late
FROM task t
JOIN incident i ON i.id = t.incident_id AND i.state <> 'closed'
WHERE t.assignee_id = $1 AND t.state IN ('open', 'doing')
  AND EXISTS (SELECT 1 FROM incident_access x
              WHERE x.incident_id = i.id AND x.account_id = $1 AND x.permission = 'incident.read'
                AND x.valid_from <= $2 AND x.valid_to > $2);

-- name: home_report_counts :one
-- in:   actor int, now int
-- out:  fresh int, asking int, oldest int?
SELECT
    COALESCE(SUM(CASE WHEN r.state = 'new' THEN 1 ELSE 0 END), 0) AS fresh,
    COALESCE(SUM(CASE WHEN r.state = 'asking' THEN 1 ELSE 0 END), 0) AS asking,
    MIN(CASE WHEN r.state = 'new' THEN r.received_at END) AS oldest
FROM report r
WHERE r.state IN ('new', 'asking')
  AND EXISTS (SELECT 1 FROM report_access x
              WHERE x.report_id = r.id AND x.account_id = $1 AND x.permission = 'report.read'
                AND x.valid_from <= $2 AND x.valid_to > $2);

-- name: home_tasks :many
-- in:   actor int, now int, row_limit int
-- out:  title text, started_at int, due_at int?, state text, code text, incident_title text, org_name text
SELECT t.title, COALESCE(t.started_at, i.opened_at) AS started_at, t.due_at, t.state, i.code,
    i.title AS incident_title, o.name AS org_name
FROM task t
JOIN incident i ON i.id = t.incident_id AND i.state <> 'closed'
JOIN org o ON o.id = i.org_id
WHERE t.assignee_id = $1 AND t.state IN ('open', 'doing')
  AND EXISTS (SELECT 1 FROM incident_access x
              WHERE x.incident_id = i.id AND x.account_id = $1 AND x.permission = 'incident.read'
                AND x.valid_from <= $2 AND x.valid_to > $2)
ORDER BY CASE WHEN t.due_at IS NULL THEN 1 ELSE 0 END, t.due_at, t.id
LIMIT $3;

-- name: home_due :many
-- row:  home_incident
-- in:   actor int, now int, row_limit int
-- out:  code text, title text, severity int, state text, org_name text, opened_at int, updated_at int, next_due_at int?
SELECT i.code, i.title, i.severity, i.state, o.name AS org_name, i.opened_at, i.updated_at, i.next_due_at
FROM (
    SELECT i.id FROM incident i
    WHERE i.state <> 'closed' AND i.next_due_at IS NOT NULL
      AND ((i.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
                  WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_access x
                      WHERE x.incident_id = i.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
    ORDER BY i.next_due_at, i.id
    LIMIT $3) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
ORDER BY i.next_due_at, i.id;

-- name: home_due_reach :many
-- row:  home_incident
-- in:   actor int, now int, row_limit int
-- out:  code text, title text, severity int, state text, org_name text, opened_at int, updated_at int, next_due_at int?
SELECT i.code, i.title, i.severity, i.state, o.name AS org_name, i.opened_at, i.updated_at, i.next_due_at
FROM (
    SELECT i.id FROM incident i
    WHERE i.state <> 'closed' AND i.next_due_at IS NOT NULL
      AND i.id IN (SELECT x.incident_id FROM incident_access x
                   WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    ORDER BY i.next_due_at, i.id
    LIMIT $3) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
ORDER BY i.next_due_at, i.id;

-- What was put off until a day that has come.
-- name: home_follow_up :many
-- in:   actor int, now int, row_limit int
-- out:  code text, title text, follow_up_at int, note text
SELECT i.code, i.title, i.follow_up_at, i.follow_up_note AS note
FROM incident i
WHERE i.follow_up_at <= $2 AND i.state <> 'closed'
  AND EXISTS (SELECT 1 FROM incident_access x
              WHERE x.incident_id = i.id AND x.account_id = $1 AND x.permission = 'incident.read'
                AND x.valid_from <= $2 AND x.valid_to > $2)
ORDER BY i.follow_up_at, i.id
LIMIT $3;

-- name: home_recent :many
-- row:  home_incident
-- in:   actor int, now int, row_limit int
-- out:  code text, title text, severity int, state text, org_name text, opened_at int, updated_at int, next_due_at int?
SELECT i.code, i.title, i.severity, i.state, o.name AS org_name, i.opened_at, i.updated_at, i.next_due_at
FROM (
    SELECT i.id FROM incident i
    WHERE ((i.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
                  WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_access x
                      WHERE x.incident_id = i.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
    ORDER BY i.updated_at DESC, i.id DESC
    LIMIT $3) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
ORDER BY i.updated_at DESC, i.id DESC;

-- name: home_recent_reach :many
-- row:  home_incident
-- in:   actor int, now int, row_limit int
-- out:  code text, title text, severity int, state text, org_name text, opened_at int, updated_at int, next_due_at int?
SELECT i.code, i.title, i.severity, i.state, o.name AS org_name, i.opened_at, i.updated_at, i.next_due_at
FROM (
    SELECT i.id FROM incident i
    WHERE i.id IN (SELECT x.incident_id FROM incident_access x
                   WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    ORDER BY i.updated_at DESC, i.id DESC
    LIMIT $3) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
ORDER BY i.updated_at DESC, i.id DESC;

-- The inbox is worked off from its oldest end.
-- name: home_reports :many
-- in:   actor int, now int, row_limit int
-- out:  code text, title text, received_at int, channel text, org_name text?
SELECT r.code, r.title, r.received_at, r.channel, o.name AS org_name
FROM report r
LEFT JOIN org o ON o.id = r.org_id
WHERE r.state = 'new'
  AND EXISTS (SELECT 1 FROM report_access x
              WHERE x.report_id = r.id AND x.account_id = $1 AND x.permission = 'report.read'
                AND x.valid_from <= $2 AND x.valid_to > $2)
ORDER BY r.received_at, r.id
LIMIT $3;

-- ---- search: a code as people say it opens its record; words and observables give lists -----------

-- name: search_incidents :many
-- row:  search_hit
-- in:   actor int, now int, pattern text, value text, row_limit int
-- out:  code text, title text, sub text, at int
SELECT i.code, i.title, o.name AS sub, i.updated_at AS at
FROM incident i
JOIN org o ON o.id = i.org_id
WHERE ((i.fold LIKE $3 ESCAPE '\'
        OR EXISTS (SELECT 1 FROM incident_observable io
                   JOIN observable b ON b.id = io.observable_id AND b.value = $4
                   WHERE io.incident_id = i.id))
       AND EXISTS (SELECT 1 FROM incident_access x
                   WHERE x.incident_id = i.id AND x.account_id = $1 AND x.permission = 'incident.read'
                     AND x.valid_from <= $2 AND x.valid_to > $2))
   OR (i.id IN (SELECT s.incident_id FROM incident_share_access s
                WHERE s.account_id = $1 AND s.permission = 'incident.read' AND s.scope = 'marked'
                  AND s.valid_from <= $2 AND s.valid_to > $2)
       AND (i.title_fold LIKE $3 ESCAPE '\'
            OR EXISTS (SELECT 1 FROM incident_observable io
                       JOIN observable b ON b.id = io.observable_id AND b.value = $4
                       WHERE io.incident_id = i.id AND io.shared_in = i.id)))
ORDER BY i.updated_at DESC, i.id DESC
LIMIT $5;

-- name: search_reports :many
-- row:  search_hit
-- in:   actor int, now int, pattern text, value text, row_limit int
-- out:  code text, title text, sub text, at int
SELECT r.code, r.title, COALESCE(o.name, '') AS sub, r.received_at AS at
FROM report r
LEFT JOIN org o ON o.id = r.org_id
WHERE (r.fold LIKE $3 ESCAPE '\'
       OR EXISTS (SELECT 1 FROM report_observable ro
                  JOIN observable b ON b.id = ro.observable_id AND b.value = $4
                  WHERE ro.report_id = r.id))
  AND EXISTS (SELECT 1 FROM report_access x
              WHERE x.report_id = r.id AND x.account_id = $1 AND x.permission = 'report.read'
                AND x.valid_from <= $2 AND x.valid_to > $2)
ORDER BY r.received_at DESC, r.id DESC
LIMIT $5;

-- name: search_systems :many
-- row:  search_hit
-- in:   actor int, now int, pattern text, value text, row_limit int
-- out:  code text, title text, sub text, at int
SELECT s.code, s.name AS title, o.name AS sub, s.updated_at AS at
FROM system s
JOIN org o ON o.id = s.owner_id
WHERE (s.fold LIKE $3 ESCAPE '\'
       OR EXISTS (SELECT 1 FROM system_domain d WHERE d.system_id = s.id AND d.domain = $4))
  AND EXISTS (SELECT 1 FROM actor_org a
              WHERE a.account_id = $1 AND a.permission = 'system.read'
                AND a.org_id IN (s.owner_id, s.operator_id)
                AND a.valid_from <= $2 AND a.valid_to > $2)
ORDER BY s.name, s.id
LIMIT $5;

-- name: search_orgs :many
-- row:  search_hit
-- in:   actor int, now int, pattern text, value text, row_limit int
-- out:  code text, title text, sub text, at int
SELECT o.code, o.name AS title, COALESCE(u.name, '') AS sub, o.updated_at AS at
FROM org o
LEFT JOIN org u ON u.id = o.parent_id
WHERE (o.fold LIKE $3 ESCAPE '\'
       OR EXISTS (SELECT 1 FROM org_domain d WHERE d.org_id = o.id AND d.domain = $4))
  AND EXISTS (SELECT 1 FROM actor_org a
              WHERE a.account_id = $1 AND a.permission = 'org.read' AND a.org_id = o.id
                AND a.valid_from <= $2 AND a.valid_to > $2)
ORDER BY o.name, o.id
LIMIT $5;

-- Which of the records with this code the actor may see: only its kind is needed to open it.
-- name: search_code :maybe
-- in:   actor int, now int, code text
-- out:  kind text
SELECT 'incidents' AS kind FROM incident i
WHERE i.code = $3
  AND EXISTS (SELECT 1 FROM incident_sight x
              WHERE x.incident_id = i.id AND x.account_id = $1 AND x.permission = 'incident.read'
                AND x.valid_from <= $2 AND x.valid_to > $2)
UNION ALL
SELECT 'reports' AS kind FROM report r
WHERE r.code = $3
  AND EXISTS (SELECT 1 FROM report_access x
              WHERE x.report_id = r.id AND x.account_id = $1 AND x.permission = 'report.read'
                AND x.valid_from <= $2 AND x.valid_to > $2)
UNION ALL
SELECT 'systems' AS kind FROM system s
WHERE s.code = $3
  AND EXISTS (SELECT 1 FROM actor_org a
              WHERE a.account_id = $1 AND a.permission = 'system.read'
                AND a.org_id IN (s.owner_id, s.operator_id)
                AND a.valid_from <= $2 AND a.valid_to > $2)
UNION ALL
SELECT 'orgs' AS kind FROM org o
WHERE o.code = $3
  AND EXISTS (SELECT 1 FROM actor_org a
              WHERE a.account_id = $1 AND a.permission = 'org.read' AND a.org_id = o.id
                AND a.valid_from <= $2 AND a.valid_to > $2)
LIMIT 1;
