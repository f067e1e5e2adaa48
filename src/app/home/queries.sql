-- What is new, mine and due. Only reads, always within the actor's reach.

-- Open as the list shows them: without what was put off. What is late counts all the same.
-- piece: home_incident_counts(incident, now)
COALESCE(SUM(CASE WHEN COALESCE({incident}.follow_up_at, 0) <= {now} THEN 1 ELSE 0 END), 0) AS open,
    COALESCE(SUM(CASE WHEN COALESCE({incident}.follow_up_at, 0) <= {now} AND {incident}.severity >= 3 THEN 1 ELSE 0 END), 0) AS high,
    COALESCE(SUM(CASE WHEN {incident}.next_due_at < {now} THEN 1 ELSE 0 END), 0) AS late,
    MIN(CASE WHEN {incident}.next_due_at < {now} THEN {incident}.next_due_at END) AS oldest_due;

-- piece: home_incident(incident, org)
{incident}.code, {incident}.title, {incident}.severity, {incident}.state, {org}.name AS org_name, {incident}.opened_at,
    {incident}.updated_at, {incident}.next_due_at, CASE WHEN {incident}.lead_id IS NULL THEN 0 ELSE 1 END AS led;

-- piece: home_report_counts(report)
COALESCE(SUM(CASE WHEN {report}.state = 'new' THEN 1 ELSE 0 END), 0) AS fresh,
    COALESCE(SUM(CASE WHEN {report}.state = 'asking' THEN 1 ELSE 0 END), 0) AS asking,
    MIN(CASE WHEN {report}.state = 'new' THEN {report}.received_at END) AS oldest;

-- name: home_incident_counts :one
-- row:  home_incident_counts
-- in:   actor int, now int
-- out:  open int, high int, late int, oldest_due int?
-- plan: kept
SELECT @home_incident_counts(i, $2)
FROM incident i
WHERE i.state <> 'closed'
  AND @incident_seen(i, $1, $2);

-- name: home_incident_counts_reach :one
-- row:  home_incident_counts
-- in:   actor int, now int
-- out:  open int, high int, late int, oldest_due int?
-- plan: kept
SELECT @home_incident_counts(i, $2)
FROM incident i
WHERE i.state <> 'closed'
  AND i.id @incidents_of('incident.read', $1, $2);

-- name: home_task_counts :one
-- in:   actor int, now int, day_end int
-- out:  mine int, today int, late int
-- plan: kept
SELECT COUNT(*) AS mine,
    COALESCE(SUM(CASE WHEN t.due_at >= $2 AND t.due_at < $3 THEN 1 ELSE 0 END), 0) AS today,
    COALESCE(SUM(CASE WHEN t.due_at < $2 THEN 1 ELSE 0 END), 0) AS late
FROM task t
JOIN incident i ON i.id = t.incident_id AND i.state <> 'closed'
WHERE t.assignee_id = $1 AND t.state IN ('open', 'doing')
  AND @incident_may_row(i.id, 'incident.read', $1, $2);

-- name: home_report_counts :one
-- row:  home_report_counts
-- in:   actor int, now int
-- out:  fresh int, asking int, oldest int?
-- plan: kept
SELECT @home_report_counts(r)
FROM report r
WHERE r.state IN ('new', 'asking')
  AND @report_seen(r, $1, $2);

-- name: home_report_counts_reach :one
-- row:  home_report_counts
-- in:   actor int, now int
-- out:  fresh int, asking int, oldest int?
-- plan: kept
SELECT @home_report_counts(r)
FROM report r
WHERE r.state IN ('new', 'asking')
  AND r.id @reports_of('report.read', $1, $2);

-- name: home_tasks :many
-- in:   actor int, now int, row_limit int
-- out:  title text, started_at int, due_at int?, state text, code text, incident_title text, org_name text
-- plan: kept
SELECT t.title, COALESCE(t.started_at, i.opened_at) AS started_at, t.due_at, t.state, i.code,
    i.title AS incident_title, o.name AS org_name
FROM task t
JOIN incident i ON i.id = t.incident_id AND i.state <> 'closed'
JOIN org o ON o.id = i.org_id
WHERE t.assignee_id = $1 AND t.state IN ('open', 'doing')
  AND @incident_may_row(i.id, 'incident.read', $1, $2)
ORDER BY CASE WHEN t.due_at IS NULL THEN 1 ELSE 0 END, t.due_at, t.id
LIMIT $3;

-- What falls due next, and before it what was missed last: what has been late for long does not hide it.
-- name: home_due :many
-- row:  home_incident
-- in:   actor int, now int, row_limit int, late_limit int
-- out:  code text, title text, severity int, state text, org_name text, opened_at int, updated_at int, next_due_at int?, led bool
-- plan: kept
SELECT @home_incident(i, o)
FROM (
    SELECT n.id FROM (
        SELECT i.id FROM incident i
        WHERE i.state <> 'closed' AND i.next_due_at >= $2
          AND @incident_seen(i, $1, $2)
        ORDER BY i.next_due_at, i.id
        LIMIT $3) AS n
    UNION ALL
    SELECT n.id FROM (
        SELECT i.id FROM incident i
        WHERE i.state <> 'closed' AND i.next_due_at < $2
          AND @incident_seen(i, $1, $2)
        ORDER BY i.next_due_at DESC, i.id DESC
        LIMIT $4) AS n) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
ORDER BY i.next_due_at, i.id;

-- name: home_due_reach :many
-- row:  home_incident
-- in:   actor int, now int, row_limit int, late_limit int
-- out:  code text, title text, severity int, state text, org_name text, opened_at int, updated_at int, next_due_at int?, led bool
-- plan: kept
SELECT @home_incident(i, o)
FROM (
    SELECT n.id FROM (
        SELECT i.id FROM incident i
        WHERE i.state <> 'closed' AND i.next_due_at >= $2
          AND i.id @incidents_of('incident.read', $1, $2)
        ORDER BY i.next_due_at, i.id
        LIMIT $3) AS n
    UNION ALL
    SELECT n.id FROM (
        SELECT i.id FROM incident i
        WHERE i.state <> 'closed' AND i.next_due_at < $2
          AND i.id @incidents_of('incident.read', $1, $2)
        ORDER BY i.next_due_at DESC, i.id DESC
        LIMIT $4) AS n) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
ORDER BY i.next_due_at, i.id;

-- What was put off until a day that has come.
-- name: home_follow_up :many
-- in:   actor int, now int, row_limit int
-- out:  code text, title text, follow_up_at int, note text
-- plan: kept
SELECT i.code, i.title, i.follow_up_at, i.follow_up_note AS note
FROM incident i
WHERE i.follow_up_at <= $2 AND i.state <> 'closed'
  AND @incident_may_row(i.id, 'incident.read', $1, $2)
ORDER BY i.follow_up_at, i.id
LIMIT $3;

-- name: home_recent :many
-- row:  home_incident
-- in:   actor int, now int, row_limit int
-- out:  code text, title text, severity int, state text, org_name text, opened_at int, updated_at int, next_due_at int?, led bool
-- plan: kept
SELECT @home_incident(i, o)
FROM (
    SELECT i.id FROM incident i
    WHERE i.merged_into IS NULL
      AND @incident_seen(i, $1, $2)
    ORDER BY i.updated_at DESC, i.id DESC
    LIMIT $3) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
ORDER BY i.updated_at DESC, i.id DESC;

-- name: home_recent_reach :many
-- row:  home_incident
-- in:   actor int, now int, row_limit int
-- out:  code text, title text, severity int, state text, org_name text, opened_at int, updated_at int, next_due_at int?, led bool
-- plan: kept
SELECT @home_incident(i, o)
FROM (
    SELECT i.id FROM incident i
    WHERE i.merged_into IS NULL
      AND i.id @incidents_of('incident.read', $1, $2)
    ORDER BY i.updated_at DESC, i.id DESC
    LIMIT $3) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
ORDER BY i.updated_at DESC, i.id DESC;

-- The inbox is worked off from its oldest end.
-- name: home_reports :many
-- row:  home_report
-- in:   actor int, now int, row_limit int
-- out:  code text, title text, received_at int, channel text, org_name text?
-- plan: kept
SELECT r.code, r.title, r.received_at, r.channel, o.name AS org_name
FROM report r
LEFT JOIN org o ON o.id = r.org_id
WHERE r.state = 'new'
  AND @report_seen(r, $1, $2)
ORDER BY r.received_at, r.id
LIMIT $3;

-- name: home_reports_reach :many
-- row:  home_report
-- in:   actor int, now int, row_limit int
-- out:  code text, title text, received_at int, channel text, org_name text?
-- plan: kept
SELECT r.code, r.title, r.received_at, r.channel, o.name AS org_name
FROM report r
LEFT JOIN org o ON o.id = r.org_id
WHERE r.state = 'new'
  AND r.id @reports_of('report.read', $1, $2)
ORDER BY r.received_at, r.id
LIMIT $3;
