-- Lists. The one that reaches everything walks an index in the order asked for, until the page is full; the others
-- gather what is theirs first. Either way the rows are read whole only for the page.
-- follow: 0 all, 1 without those to be followed up later, 2 only those.

-- piece: incident_summary(incident, org, lead)
{incident}.id, {incident}.code, {incident}.title, {incident}.kind, {incident}.severity, {incident}.tlp,
    {incident}.state, {org}.name AS org_name, {lead}.name AS lead_name, {incident}.detected_at, {incident}.opened_at,
    {incident}.updated_at, {incident}.next_due_at, {incident}.closed_at, {incident}.follow_up_at, {incident}.follow_up_note,
    (SELECT COUNT(*) FROM task t WHERE t.incident_id = {incident}.id AND t.state IN ('done', 'skipped')) AS tasks_done,
    (SELECT COUNT(*) FROM task t WHERE t.incident_id = {incident}.id) AS tasks_all;

-- What the list is sorted by: one of two columns is NULL, so that ORDER BY up ASC, down DESC goes either way.
-- piece: incident_up_down(incident, sort, descending)
CASE WHEN {descending} = 0 THEN CASE {sort}
            WHEN 'opened' THEN {incident}.opened_at WHEN 'severity' THEN {incident}.severity
            WHEN 'due' THEN COALESCE({incident}.next_due_at, 9223372036854775807) WHEN 'code' THEN {incident}.id
            ELSE {incident}.updated_at END END AS up,
        CASE WHEN {descending} <> 0 THEN CASE {sort}
            WHEN 'opened' THEN {incident}.opened_at WHEN 'severity' THEN {incident}.severity
            WHEN 'due' THEN COALESCE({incident}.next_due_at, 0) WHEN 'code' THEN {incident}.id
            ELSE {incident}.updated_at END END AS down;

-- Organisations by which the list may be narrowed; with a code, that one.
-- name: incident_list_orgs :many
-- in:   actor int, now int, code text?
-- out:  id int, code text, name text
SELECT o.id, o.code, o.name FROM org o
WHERE ($3 IS NULL OR o.code = $3)
  AND @actor_may(o.id, 'incident.read', $1, $2)
ORDER BY o.sort_key, o.id
LIMIT 5000;

-- name: incident_list_open :many
-- row:  incident_summary
-- in:   actor int, now int, state text?, open_only bool, kind text?, severity int?, org_id int?, lead_id int?, late bool, words text?, row_limit int, row_offset int, follow int
-- out:  id int, code text, title text, kind text, severity int, tlp text, state text, org_name text, lead_name text?, detected_at int, opened_at int, updated_at int, next_due_at int?, closed_at int?, follow_up_at int?, follow_up_note text, tasks_done int, tasks_all int
-- plan: kept unless org_id
SELECT @incident_summary(i, o, l)
FROM (
    SELECT f.id FROM incident f
    WHERE f.state <> 'closed' AND $4 <> 0
      AND ($3 IS NULL OR f.state = $3)
      AND @incident_asked(f, $2, $5, $6, $7, $8, $9, $13, $10)
      AND @incident_seen(f, $1, $2)
    ORDER BY f.updated_at DESC, f.id DESC
    LIMIT $11 OFFSET $12
) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
LEFT JOIN account l ON l.id = i.lead_id
ORDER BY i.updated_at DESC, i.id DESC;

-- name: incident_list_all :many
-- row:  incident_summary
-- in:   actor int, now int, state text?, open_only bool, kind text?, severity int?, org_id int?, lead_id int?, late bool, words text?, row_limit int, row_offset int, follow int
-- out:  id int, code text, title text, kind text, severity int, tlp text, state text, org_name text, lead_name text?, detected_at int, opened_at int, updated_at int, next_due_at int?, closed_at int?, follow_up_at int?, follow_up_note text, tasks_done int, tasks_all int
-- plan: kept unless org_id
SELECT @incident_summary(i, o, l)
FROM (
    SELECT f.id FROM incident f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state <> 'closed')
      AND @incident_asked(f, $2, $5, $6, $7, $8, $9, $13, $10)
      AND @incident_seen(f, $1, $2)
    ORDER BY f.updated_at DESC, f.id DESC
    LIMIT $11 OFFSET $12
) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
LEFT JOIN account l ON l.id = i.lead_id
ORDER BY i.updated_at DESC, i.id DESC;

-- name: incident_list_open_by :many
-- row:  incident_summary
-- in:   actor int, now int, state text?, open_only bool, kind text?, severity int?, org_id int?, lead_id int?, late bool, words text?, row_limit int, row_offset int, sort text, descending bool, follow int
-- out:  id int, code text, title text, kind text, severity int, tlp text, state text, org_name text, lead_name text?, detected_at int, opened_at int, updated_at int, next_due_at int?, closed_at int?, follow_up_at int?, follow_up_note text, tasks_done int, tasks_all int
SELECT @incident_summary(i, o, l)
FROM (
    SELECT f.id,
        @incident_up_down(f, $13, $14)
    FROM incident f
    WHERE f.state <> 'closed' AND $4 <> 0
      AND ($3 IS NULL OR f.state = $3)
      AND @incident_asked(f, $2, $5, $6, $7, $8, $9, $15, $10)
      AND @incident_seen(f, $1, $2)
    ORDER BY 2 ASC, 3 DESC, 1 DESC
    LIMIT $11 OFFSET $12
) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
LEFT JOIN account l ON l.id = i.lead_id
ORDER BY k.up ASC, k.down DESC, k.id DESC;

-- name: incident_list_all_by :many
-- row:  incident_summary
-- in:   actor int, now int, state text?, open_only bool, kind text?, severity int?, org_id int?, lead_id int?, late bool, words text?, row_limit int, row_offset int, sort text, descending bool, follow int
-- out:  id int, code text, title text, kind text, severity int, tlp text, state text, org_name text, lead_name text?, detected_at int, opened_at int, updated_at int, next_due_at int?, closed_at int?, follow_up_at int?, follow_up_note text, tasks_done int, tasks_all int
SELECT @incident_summary(i, o, l)
FROM (
    SELECT f.id,
        @incident_up_down(f, $13, $14)
    FROM incident f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state <> 'closed')
      AND @incident_asked(f, $2, $5, $6, $7, $8, $9, $15, $10)
      AND @incident_seen(f, $1, $2)
    ORDER BY 2 ASC, 3 DESC, 1 DESC
    LIMIT $11 OFFSET $12
) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
LEFT JOIN account l ON l.id = i.lead_id
ORDER BY k.up ASC, k.down DESC, k.id DESC;

-- name: incident_list_reach :many
-- row:  incident_summary
-- in:   actor int, now int, state text?, open_only bool, kind text?, severity int?, org_id int?, lead_id int?, late bool, words text?, row_limit int, row_offset int, sort text, descending bool, follow int
-- out:  id int, code text, title text, kind text, severity int, tlp text, state text, org_name text, lead_name text?, detected_at int, opened_at int, updated_at int, next_due_at int?, closed_at int?, follow_up_at int?, follow_up_note text, tasks_done int, tasks_all int
-- plan: kept unless org_id
SELECT @incident_summary(i, o, l)
FROM (
    SELECT f.id,
        @incident_up_down(f, $13, $14)
    FROM incident f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state <> 'closed')
      AND @incident_asked(f, $2, $5, $6, $7, $8, $9, $15, $10)
      AND f.id @incidents_of('incident.read', $1, $2)
    ORDER BY 2 ASC, 3 DESC, 1 DESC
    LIMIT $11 OFFSET $12
) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
LEFT JOIN account l ON l.id = i.lead_id
ORDER BY k.up ASC, k.down DESC, k.id DESC;

-- Counts up to 10,000 and say one more when there are more.
-- name: incident_count_open :one
-- row:  incident_count
-- in:   actor int, now int, state text?, open_only bool, kind text?, severity int?, org_id int?, lead_id int?, late bool, words text?, follow int
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM incident f
    WHERE f.state <> 'closed' AND $4 <> 0
      AND ($3 IS NULL OR f.state = $3)
      AND @incident_asked(f, $2, $5, $6, $7, $8, $9, $11, $10)
      AND @incident_seen(f, $1, $2)
    LIMIT 10001) AS counted;

-- name: incident_count_all :one
-- row:  incident_count
-- in:   actor int, now int, state text?, open_only bool, kind text?, severity int?, org_id int?, lead_id int?, late bool, words text?, follow int
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM incident f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state <> 'closed')
      AND @incident_asked(f, $2, $5, $6, $7, $8, $9, $11, $10)
      AND @incident_seen(f, $1, $2)
    LIMIT 10001) AS counted;

-- name: incident_count_reach :one
-- row:  incident_count
-- in:   actor int, now int, state text?, open_only bool, kind text?, severity int?, org_id int?, lead_id int?, late bool, words text?, follow int
-- out:  total int
-- plan: kept unless org_id
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM incident f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state <> 'closed')
      AND @incident_asked(f, $2, $5, $6, $7, $8, $9, $11, $10)
      AND f.id @incidents_of('incident.read', $1, $2)
    LIMIT 10001) AS counted;
