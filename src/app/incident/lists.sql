-- Lists. The one that reaches everything walks an index in the order asked for, until the page is full; the others
-- gather what is theirs first. Either way the rows are read whole only for the page.
-- follow: 0 all, 1 without those to be followed up later, 2 only those.

-- name: incident_list_open :many
-- row:  incident_summary
-- in:   actor int, now int, state text?, open_only bool, kind text?, severity int?, org_id int?, lead_id int?, late bool, words text?, row_limit int, row_offset int, follow int
-- out:  id int, code text, title text, kind text, severity int, tlp text, state text, org_name text, lead_name text?, detected_at int, opened_at int, updated_at int, next_due_at int?, closed_at int?, tasks_done int, tasks_all int
SELECT i.id, i.code, i.title, i.kind, i.severity, i.tlp, i.state, o.name AS org_name, l.name AS lead_name,
    i.detected_at, i.opened_at, i.updated_at, i.next_due_at, i.closed_at,
    (SELECT COUNT(*) FROM task t WHERE t.incident_id = i.id AND t.state IN ('done', 'skipped')) AS tasks_done,
    (SELECT COUNT(*) FROM task t WHERE t.incident_id = i.id) AS tasks_all
FROM (
    SELECT f.id FROM incident f
    WHERE f.state <> 'closed' AND $4 <> 0
      AND ($3 IS NULL OR f.state = $3)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.severity = $6)
      AND ($7 IS NULL OR EXISTS (SELECT 1 FROM incident_reach r WHERE r.incident_id = f.id AND r.org_id = $7))
      AND ($8 IS NULL OR f.lead_id = $8)
      AND ($9 = 0 OR f.next_due_at < $2)
      AND f.merged_into IS NULL
      AND ($13 <> 1 OR f.follow_up_at IS NULL OR f.follow_up_at <= $2)
      AND ($13 <> 2 OR f.follow_up_at > $2)
      AND ($10 IS NULL OR f.id IN (SELECT -w.rowid FROM incident_words($10) AS w UNION ALL
                           SELECT n.id FROM incident_near n WHERE words_fit(n.fold, $10) = 1))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
                   WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
         OR (SELECT 1 FROM incident_access x
             WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
               AND x.valid_from <= $2 AND x.valid_to > $2
             LIMIT 1) = 1)
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
-- out:  id int, code text, title text, kind text, severity int, tlp text, state text, org_name text, lead_name text?, detected_at int, opened_at int, updated_at int, next_due_at int?, closed_at int?, tasks_done int, tasks_all int
SELECT i.id, i.code, i.title, i.kind, i.severity, i.tlp, i.state, o.name AS org_name, l.name AS lead_name,
    i.detected_at, i.opened_at, i.updated_at, i.next_due_at, i.closed_at,
    (SELECT COUNT(*) FROM task t WHERE t.incident_id = i.id AND t.state IN ('done', 'skipped')) AS tasks_done,
    (SELECT COUNT(*) FROM task t WHERE t.incident_id = i.id) AS tasks_all
FROM (
    SELECT f.id FROM incident f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state <> 'closed')
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.severity = $6)
      AND ($7 IS NULL OR EXISTS (SELECT 1 FROM incident_reach r WHERE r.incident_id = f.id AND r.org_id = $7))
      AND ($8 IS NULL OR f.lead_id = $8)
      AND ($9 = 0 OR f.next_due_at < $2)
      AND f.merged_into IS NULL
      AND ($13 <> 1 OR f.follow_up_at IS NULL OR f.follow_up_at <= $2)
      AND ($13 <> 2 OR f.follow_up_at > $2)
      AND ($10 IS NULL OR f.id IN (SELECT -w.rowid FROM incident_words($10) AS w UNION ALL
                           SELECT n.id FROM incident_near n WHERE words_fit(n.fold, $10) = 1))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
                   WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
         OR (SELECT 1 FROM incident_access x
             WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
               AND x.valid_from <= $2 AND x.valid_to > $2
             LIMIT 1) = 1)
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
-- out:  id int, code text, title text, kind text, severity int, tlp text, state text, org_name text, lead_name text?, detected_at int, opened_at int, updated_at int, next_due_at int?, closed_at int?, tasks_done int, tasks_all int
SELECT i.id, i.code, i.title, i.kind, i.severity, i.tlp, i.state, o.name AS org_name, l.name AS lead_name,
    i.detected_at, i.opened_at, i.updated_at, i.next_due_at, i.closed_at,
    (SELECT COUNT(*) FROM task t WHERE t.incident_id = i.id AND t.state IN ('done', 'skipped')) AS tasks_done,
    (SELECT COUNT(*) FROM task t WHERE t.incident_id = i.id) AS tasks_all
FROM (
    SELECT f.id,
        CASE WHEN $14 = 0 THEN CASE $13
            WHEN 'opened' THEN f.opened_at WHEN 'severity' THEN f.severity
            WHEN 'due' THEN COALESCE(f.next_due_at, 9223372036854775807) WHEN 'code' THEN f.id
            ELSE f.updated_at END END AS up,
        CASE WHEN $14 <> 0 THEN CASE $13
            WHEN 'opened' THEN f.opened_at WHEN 'severity' THEN f.severity
            WHEN 'due' THEN COALESCE(f.next_due_at, 0) WHEN 'code' THEN f.id
            ELSE f.updated_at END END AS down
    FROM incident f
    WHERE f.state <> 'closed' AND $4 <> 0
      AND ($3 IS NULL OR f.state = $3)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.severity = $6)
      AND ($7 IS NULL OR EXISTS (SELECT 1 FROM incident_reach r WHERE r.incident_id = f.id AND r.org_id = $7))
      AND ($8 IS NULL OR f.lead_id = $8)
      AND ($9 = 0 OR f.next_due_at < $2)
      AND f.merged_into IS NULL
      AND ($15 <> 1 OR f.follow_up_at IS NULL OR f.follow_up_at <= $2)
      AND ($15 <> 2 OR f.follow_up_at > $2)
      AND ($10 IS NULL OR f.id IN (SELECT -w.rowid FROM incident_words($10) AS w UNION ALL
                           SELECT n.id FROM incident_near n WHERE words_fit(n.fold, $10) = 1))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
                   WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
         OR (SELECT 1 FROM incident_access x
             WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
               AND x.valid_from <= $2 AND x.valid_to > $2
             LIMIT 1) = 1)
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
-- out:  id int, code text, title text, kind text, severity int, tlp text, state text, org_name text, lead_name text?, detected_at int, opened_at int, updated_at int, next_due_at int?, closed_at int?, tasks_done int, tasks_all int
SELECT i.id, i.code, i.title, i.kind, i.severity, i.tlp, i.state, o.name AS org_name, l.name AS lead_name,
    i.detected_at, i.opened_at, i.updated_at, i.next_due_at, i.closed_at,
    (SELECT COUNT(*) FROM task t WHERE t.incident_id = i.id AND t.state IN ('done', 'skipped')) AS tasks_done,
    (SELECT COUNT(*) FROM task t WHERE t.incident_id = i.id) AS tasks_all
FROM (
    SELECT f.id,
        CASE WHEN $14 = 0 THEN CASE $13
            WHEN 'opened' THEN f.opened_at WHEN 'severity' THEN f.severity
            WHEN 'due' THEN COALESCE(f.next_due_at, 9223372036854775807) WHEN 'code' THEN f.id
            ELSE f.updated_at END END AS up,
        CASE WHEN $14 <> 0 THEN CASE $13
            WHEN 'opened' THEN f.opened_at WHEN 'severity' THEN f.severity
            WHEN 'due' THEN COALESCE(f.next_due_at, 0) WHEN 'code' THEN f.id
            ELSE f.updated_at END END AS down
    FROM incident f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state <> 'closed')
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.severity = $6)
      AND ($7 IS NULL OR EXISTS (SELECT 1 FROM incident_reach r WHERE r.incident_id = f.id AND r.org_id = $7))
      AND ($8 IS NULL OR f.lead_id = $8)
      AND ($9 = 0 OR f.next_due_at < $2)
      AND f.merged_into IS NULL
      AND ($15 <> 1 OR f.follow_up_at IS NULL OR f.follow_up_at <= $2)
      AND ($15 <> 2 OR f.follow_up_at > $2)
      AND ($10 IS NULL OR f.id IN (SELECT -w.rowid FROM incident_words($10) AS w UNION ALL
                           SELECT n.id FROM incident_near n WHERE words_fit(n.fold, $10) = 1))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
                   WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
         OR (SELECT 1 FROM incident_access x
             WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
               AND x.valid_from <= $2 AND x.valid_to > $2
             LIMIT 1) = 1)
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
-- out:  id int, code text, title text, kind text, severity int, tlp text, state text, org_name text, lead_name text?, detected_at int, opened_at int, updated_at int, next_due_at int?, closed_at int?, tasks_done int, tasks_all int
SELECT i.id, i.code, i.title, i.kind, i.severity, i.tlp, i.state, o.name AS org_name, l.name AS lead_name,
    i.detected_at, i.opened_at, i.updated_at, i.next_due_at, i.closed_at,
    (SELECT COUNT(*) FROM task t WHERE t.incident_id = i.id AND t.state IN ('done', 'skipped')) AS tasks_done,
    (SELECT COUNT(*) FROM task t WHERE t.incident_id = i.id) AS tasks_all
FROM (
    SELECT f.id,
        CASE WHEN $14 = 0 THEN CASE $13
            WHEN 'opened' THEN f.opened_at WHEN 'severity' THEN f.severity
            WHEN 'due' THEN COALESCE(f.next_due_at, 9223372036854775807) WHEN 'code' THEN f.id
            ELSE f.updated_at END END AS up,
        CASE WHEN $14 <> 0 THEN CASE $13
            WHEN 'opened' THEN f.opened_at WHEN 'severity' THEN f.severity
            WHEN 'due' THEN COALESCE(f.next_due_at, 0) WHEN 'code' THEN f.id
            ELSE f.updated_at END END AS down
    FROM incident f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state <> 'closed')
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.severity = $6)
      AND ($7 IS NULL OR EXISTS (SELECT 1 FROM incident_reach r WHERE r.incident_id = f.id AND r.org_id = $7))
      AND ($8 IS NULL OR f.lead_id = $8)
      AND ($9 = 0 OR f.next_due_at < $2)
      AND f.merged_into IS NULL
      AND ($15 <> 1 OR f.follow_up_at IS NULL OR f.follow_up_at <= $2)
      AND ($15 <> 2 OR f.follow_up_at > $2)
      AND ($10 IS NULL OR f.id IN (SELECT -w.rowid FROM incident_words($10) AS w UNION ALL
                           SELECT n.id FROM incident_near n WHERE words_fit(n.fold, $10) = 1))
      AND f.id IN (SELECT x.incident_id FROM incident_access x
                   WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
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
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.severity = $6)
      AND ($7 IS NULL OR EXISTS (SELECT 1 FROM incident_reach r WHERE r.incident_id = f.id AND r.org_id = $7))
      AND ($8 IS NULL OR f.lead_id = $8)
      AND ($9 = 0 OR f.next_due_at < $2)
      AND f.merged_into IS NULL
      AND ($11 <> 1 OR f.follow_up_at IS NULL OR f.follow_up_at <= $2)
      AND ($11 <> 2 OR f.follow_up_at > $2)
      AND ($10 IS NULL OR f.id IN (SELECT -w.rowid FROM incident_words($10) AS w UNION ALL
                           SELECT n.id FROM incident_near n WHERE words_fit(n.fold, $10) = 1))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
                   WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
         OR (SELECT 1 FROM incident_access x
             WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
               AND x.valid_from <= $2 AND x.valid_to > $2
             LIMIT 1) = 1)
    LIMIT 10001) AS counted;

-- name: incident_count_all :one
-- row:  incident_count
-- in:   actor int, now int, state text?, open_only bool, kind text?, severity int?, org_id int?, lead_id int?, late bool, words text?, follow int
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM incident f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state <> 'closed')
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.severity = $6)
      AND ($7 IS NULL OR EXISTS (SELECT 1 FROM incident_reach r WHERE r.incident_id = f.id AND r.org_id = $7))
      AND ($8 IS NULL OR f.lead_id = $8)
      AND ($9 = 0 OR f.next_due_at < $2)
      AND f.merged_into IS NULL
      AND ($11 <> 1 OR f.follow_up_at IS NULL OR f.follow_up_at <= $2)
      AND ($11 <> 2 OR f.follow_up_at > $2)
      AND ($10 IS NULL OR f.id IN (SELECT -w.rowid FROM incident_words($10) AS w UNION ALL
                           SELECT n.id FROM incident_near n WHERE words_fit(n.fold, $10) = 1))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
                   WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
         OR (SELECT 1 FROM incident_access x
             WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
               AND x.valid_from <= $2 AND x.valid_to > $2
             LIMIT 1) = 1)
    LIMIT 10001) AS counted;

-- name: incident_count_reach :one
-- row:  incident_count
-- in:   actor int, now int, state text?, open_only bool, kind text?, severity int?, org_id int?, lead_id int?, late bool, words text?, follow int
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM incident f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state <> 'closed')
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.severity = $6)
      AND ($7 IS NULL OR EXISTS (SELECT 1 FROM incident_reach r WHERE r.incident_id = f.id AND r.org_id = $7))
      AND ($8 IS NULL OR f.lead_id = $8)
      AND ($9 = 0 OR f.next_due_at < $2)
      AND f.merged_into IS NULL
      AND ($11 <> 1 OR f.follow_up_at IS NULL OR f.follow_up_at <= $2)
      AND ($11 <> 2 OR f.follow_up_at > $2)
      AND ($10 IS NULL OR f.id IN (SELECT -w.rowid FROM incident_words($10) AS w UNION ALL
                           SELECT n.id FROM incident_near n WHERE words_fit(n.fold, $10) = 1))
      AND f.id IN (SELECT x.incident_id FROM incident_access x
                   WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    LIMIT 10001) AS counted;
