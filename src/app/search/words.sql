-- Search. The index gives ids, newest first (app/words); what of it the actor may see is decided here, by the row.
-- `mine` lists what is in reach of somebody who reaches a part: few records are looked through sooner than an index of all.

-- ---- incidents ---------------------------------------------------------------------------------

-- name: search_incidents_pick :each
-- row:  search_id
-- in:   actor int, now int, ids text, state text?, kind text?, tlp text?, org text?
-- out:  id int
SELECT f.id
FROM json_each('[' || $3 || ']') j
CROSS JOIN incident f ON f.id = j.value
WHERE f.merged_into IS NULL
      AND ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_access x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY f.id DESC;

-- @postgres
SELECT f.id
FROM incident f
WHERE f.id = ANY (CAST('{' || $3 || '}' AS BIGINT[]))
      AND f.merged_into IS NULL
      AND ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_access x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY f.id DESC;

-- name: search_incidents_rows :many
-- row:  search_hit
-- in:   actor int, now int, ids text
-- out:  id int, code text, title text, sub text, ref text, state text, severity int, at int, body text
SELECT f.id, f.code, f.title, o.name AS sub, '' AS ref, f.state, f.severity, f.updated_at AS at, SUBSTR(f.summary, 1, 2000) AS body
FROM json_each('[' || $3 || ']') j
CROSS JOIN incident f ON f.id = j.value
JOIN org o ON o.id = f.org_id
WHERE ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_access x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY f.id DESC;

-- @postgres
SELECT f.id, f.code, f.title, o.name AS sub, '' AS ref, f.state, f.severity, f.updated_at AS at, SUBSTR(f.summary, 1, 2000) AS body
FROM incident f
JOIN org o ON o.id = f.org_id
WHERE f.id = ANY (CAST('{' || $3 || '}' AS BIGINT[]))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_access x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY f.id DESC;

-- name: search_incidents_mine :each
-- row:  search_id
-- in:   actor int, now int, row_limit int
-- out:  id int
SELECT f.id FROM incident f
WHERE f.id IN (SELECT x.incident_id FROM incident_access x
               WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
ORDER BY f.id DESC
LIMIT $3;

-- ---- reports -----------------------------------------------------------------------------------

-- name: search_reports_pick :each
-- row:  search_id
-- in:   actor int, now int, ids text, state text?, kind text?, tlp text?, org text?
-- out:  id int
SELECT f.id
FROM json_each('[' || $3 || ']') j
CROSS JOIN report f ON f.id = j.value
WHERE ($4 IS NULL OR f.state = $4)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'report.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = f.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY f.id DESC;

-- @postgres
SELECT f.id
FROM report f
WHERE f.id = ANY (CAST('{' || $3 || '}' AS BIGINT[]))
      AND ($4 IS NULL OR f.state = $4)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'report.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = f.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY f.id DESC;

-- name: search_reports_rows :many
-- row:  search_hit
-- in:   actor int, now int, ids text
-- out:  id int, code text, title text, sub text, ref text, state text, severity int, at int, body text
SELECT f.id, f.code, f.title, COALESCE(o.name, '') AS sub, '' AS ref, f.state, 0 AS severity, f.received_at AS at, SUBSTR(f.body, 1, 2000) AS body
FROM json_each('[' || $3 || ']') j
CROSS JOIN report f ON f.id = j.value
LEFT JOIN org o ON o.id = f.org_id
WHERE (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'report.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = f.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY f.id DESC;

-- @postgres
SELECT f.id, f.code, f.title, COALESCE(o.name, '') AS sub, '' AS ref, f.state, 0 AS severity, f.received_at AS at, SUBSTR(f.body, 1, 2000) AS body
FROM report f
LEFT JOIN org o ON o.id = f.org_id
WHERE f.id = ANY (CAST('{' || $3 || '}' AS BIGINT[]))
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'report.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = f.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY f.id DESC;

-- name: search_reports_mine :each
-- row:  search_id
-- in:   actor int, now int, row_limit int
-- out:  id int
SELECT f.id FROM report f
WHERE f.id IN (SELECT x.report_id FROM report_access x
               WHERE x.account_id = $1 AND x.permission = 'report.read' AND x.valid_from <= $2 AND x.valid_to > $2)
ORDER BY f.id DESC
LIMIT $3;

-- ---- comments ----------------------------------------------------------------------------------

-- name: search_comments_pick :each
-- row:  search_id
-- in:   actor int, now int, ids text, state text?, kind text?, tlp text?, org text?
-- out:  id int
SELECT c.id
FROM json_each('[' || $3 || ']') j
CROSS JOIN comment c ON c.id = j.value
JOIN incident f ON f.id = c.incident_id
WHERE f.merged_into IS NULL
      AND ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_access x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY c.id DESC;

-- @postgres
SELECT c.id
FROM comment c
JOIN incident f ON f.id = c.incident_id
WHERE c.id = ANY (CAST('{' || $3 || '}' AS BIGINT[]))
      AND f.merged_into IS NULL
      AND ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_access x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY c.id DESC;

-- name: search_comments_rows :many
-- row:  search_hit
-- in:   actor int, now int, ids text
-- out:  id int, code text, title text, sub text, ref text, state text, severity int, at int, body text
SELECT c.id, f.code, f.title, c.author_name AS sub, '' AS ref, f.state, f.severity, c.at, SUBSTR(c.body, 1, 2000) AS body
FROM json_each('[' || $3 || ']') j
CROSS JOIN comment c ON c.id = j.value
JOIN incident f ON f.id = c.incident_id
WHERE ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_access x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY c.id DESC;

-- @postgres
SELECT c.id, f.code, f.title, c.author_name AS sub, '' AS ref, f.state, f.severity, c.at, SUBSTR(c.body, 1, 2000) AS body
FROM comment c
JOIN incident f ON f.id = c.incident_id
WHERE c.id = ANY (CAST('{' || $3 || '}' AS BIGINT[]))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_access x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY c.id DESC;

-- name: search_comments_mine :each
-- row:  search_id
-- in:   actor int, now int, row_limit int
-- out:  id int
SELECT c.id FROM comment c
WHERE c.incident_id IN (SELECT x.incident_id FROM incident_access x
                        WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
ORDER BY +c.id DESC
LIMIT $3;

-- ---- systems -----------------------------------------------------------------------------------

-- name: search_systems_pick :each
-- row:  search_id
-- in:   actor int, now int, ids text, state text?, kind text?, tlp text?, org text?
-- out:  id int
SELECT f.id
FROM json_each('[' || $3 || ']') j
CROSS JOIN system f ON f.id = j.value
WHERE ($4 IS NULL OR f.state = $4)
      AND ($5 IS NULL)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.owner_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'system.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR f.owner_id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'system.read'
                             AND a.valid_from <= $2 AND a.valid_to > $2)
           OR f.operator_id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'system.read'
                             AND a.valid_from <= $2 AND a.valid_to > $2))
ORDER BY f.id DESC;

-- @postgres
SELECT f.id
FROM system f
WHERE f.id = ANY (CAST('{' || $3 || '}' AS BIGINT[]))
      AND ($4 IS NULL OR f.state = $4)
      AND ($5 IS NULL)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.owner_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'system.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR f.owner_id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'system.read'
                             AND a.valid_from <= $2 AND a.valid_to > $2)
           OR f.operator_id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'system.read'
                             AND a.valid_from <= $2 AND a.valid_to > $2))
ORDER BY f.id DESC;

-- name: search_systems_rows :many
-- row:  search_hit
-- in:   actor int, now int, ids text
-- out:  id int, code text, title text, sub text, ref text, state text, severity int, at int, body text
SELECT f.id, f.code, f.name AS title, o.name AS sub, '' AS ref, f.state, 0 AS severity, f.updated_at AS at, f.purpose AS body
FROM json_each('[' || $3 || ']') j
CROSS JOIN system f ON f.id = j.value
JOIN org o ON o.id = f.owner_id
WHERE (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'system.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR f.owner_id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'system.read'
                             AND a.valid_from <= $2 AND a.valid_to > $2)
           OR f.operator_id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'system.read'
                             AND a.valid_from <= $2 AND a.valid_to > $2))
ORDER BY f.id DESC;

-- @postgres
SELECT f.id, f.code, f.name AS title, o.name AS sub, '' AS ref, f.state, 0 AS severity, f.updated_at AS at, f.purpose AS body
FROM system f
JOIN org o ON o.id = f.owner_id
WHERE f.id = ANY (CAST('{' || $3 || '}' AS BIGINT[]))
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'system.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR f.owner_id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'system.read'
                             AND a.valid_from <= $2 AND a.valid_to > $2)
           OR f.operator_id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'system.read'
                             AND a.valid_from <= $2 AND a.valid_to > $2))
ORDER BY f.id DESC;

-- ---- orgs --------------------------------------------------------------------------------------

-- name: search_orgs_pick :each
-- row:  search_id
-- in:   actor int, now int, ids text, state text?, kind text?, tlp text?, org text?
-- out:  id int
SELECT f.id
FROM json_each('[' || $3 || ']') j
CROSS JOIN org f ON f.id = j.value
WHERE ($4 IS NULL)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.fold LIKE $7 ESCAPE '\')
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'org.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR f.id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'org.read'
                             AND a.valid_from <= $2 AND a.valid_to > $2))
ORDER BY f.id DESC;

-- @postgres
SELECT f.id
FROM org f
WHERE f.id = ANY (CAST('{' || $3 || '}' AS BIGINT[]))
      AND ($4 IS NULL)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.fold LIKE $7 ESCAPE '\')
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'org.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR f.id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'org.read'
                             AND a.valid_from <= $2 AND a.valid_to > $2))
ORDER BY f.id DESC;

-- name: search_orgs_rows :many
-- row:  search_hit
-- in:   actor int, now int, ids text
-- out:  id int, code text, title text, sub text, ref text, state text, severity int, at int, body text
SELECT f.id, f.code, f.name AS title, COALESCE(u.name, '') AS sub, '' AS ref, '' AS state, 0 AS severity, f.updated_at AS at, '' AS body
FROM json_each('[' || $3 || ']') j
CROSS JOIN org f ON f.id = j.value
LEFT JOIN org u ON u.id = f.parent_id
WHERE (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'org.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR f.id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'org.read'
                             AND a.valid_from <= $2 AND a.valid_to > $2))
ORDER BY f.id DESC;

-- @postgres
SELECT f.id, f.code, f.name AS title, COALESCE(u.name, '') AS sub, '' AS ref, '' AS state, 0 AS severity, f.updated_at AS at, '' AS body
FROM org f
LEFT JOIN org u ON u.id = f.parent_id
WHERE f.id = ANY (CAST('{' || $3 || '}' AS BIGINT[]))
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'org.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR f.id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'org.read'
                             AND a.valid_from <= $2 AND a.valid_to > $2))
ORDER BY f.id DESC;

-- ---- files -------------------------------------------------------------------------------------

-- A file that the actor may open: the conditions are those of evidence_find.
-- name: search_files_pick :each
-- row:  search_id
-- in:   actor int, now int, ids text, state text?, kind text?, tlp text?, org text?
-- out:  id int
SELECT a.id
FROM json_each('[' || $3 || ']') j
CROSS JOIN attachment a ON a.id = j.value
LEFT JOIN report r ON r.id = a.report_id
LEFT JOIN incident f ON f.id = COALESCE(a.incident_id, r.incident_id)
WHERE ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR a.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND (a.tlp <> 'red' OR f.id IS NULL
           OR EXISTS (SELECT 1 FROM incident_member m WHERE m.incident_id = f.id AND m.account_id = $1))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_sight x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND (x.whole = 1 OR (a.shared_in = f.id AND a.removed_at IS NULL))
                        AND x.valid_from <= $2 AND x.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = r.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY a.id DESC;

-- @postgres
SELECT a.id
FROM attachment a
LEFT JOIN report r ON r.id = a.report_id
LEFT JOIN incident f ON f.id = COALESCE(a.incident_id, r.incident_id)
WHERE a.id = ANY (CAST('{' || $3 || '}' AS BIGINT[]))
      AND ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR a.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND (a.tlp <> 'red' OR f.id IS NULL
           OR EXISTS (SELECT 1 FROM incident_member m WHERE m.incident_id = f.id AND m.account_id = $1))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_sight x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND (x.whole = 1 OR (a.shared_in = f.id AND a.removed_at IS NULL))
                        AND x.valid_from <= $2 AND x.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = r.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY a.id DESC;

-- name: search_files_rows :many
-- row:  search_hit
-- in:   actor int, now int, ids text
-- out:  id int, code text, title text, sub text, ref text, state text, severity int, at int, body text
SELECT a.id, COALESCE(f.code, r.code, '') AS code, a.name AS title, COALESCE(f.title, r.title, '') AS sub, a.uuid AS ref, '' AS state, 0 AS severity, a.added_at AS at, SUBSTR(a.note, 1, 2000) AS body
FROM json_each('[' || $3 || ']') j
CROSS JOIN attachment a ON a.id = j.value
LEFT JOIN report r ON r.id = a.report_id
LEFT JOIN incident f ON f.id = COALESCE(a.incident_id, r.incident_id)
WHERE (a.tlp <> 'red' OR f.id IS NULL
           OR EXISTS (SELECT 1 FROM incident_member m WHERE m.incident_id = f.id AND m.account_id = $1))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_sight x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND (x.whole = 1 OR (a.shared_in = f.id AND a.removed_at IS NULL))
                        AND x.valid_from <= $2 AND x.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = r.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY a.id DESC;

-- @postgres
SELECT a.id, COALESCE(f.code, r.code, '') AS code, a.name AS title, COALESCE(f.title, r.title, '') AS sub, a.uuid AS ref, '' AS state, 0 AS severity, a.added_at AS at, SUBSTR(a.note, 1, 2000) AS body
FROM attachment a
LEFT JOIN report r ON r.id = a.report_id
LEFT JOIN incident f ON f.id = COALESCE(a.incident_id, r.incident_id)
WHERE a.id = ANY (CAST('{' || $3 || '}' AS BIGINT[]))
      AND (a.tlp <> 'red' OR f.id IS NULL
           OR EXISTS (SELECT 1 FROM incident_member m WHERE m.incident_id = f.id AND m.account_id = $1))
      AND ((f.tlp <> 'red' AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_sight x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND (x.whole = 1 OR (a.shared_in = f.id AND a.removed_at IS NULL))
                        AND x.valid_from <= $2 AND x.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = r.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY a.id DESC;

-- name: search_files_mine :each
-- row:  search_id
-- in:   actor int, now int, row_limit int
-- out:  id int
SELECT a.id FROM attachment a
WHERE a.incident_id IN (SELECT x.incident_id FROM incident_sight x
                        WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
UNION
SELECT a.id FROM attachment a JOIN report r ON r.id = a.report_id
WHERE r.incident_id IN (SELECT x.incident_id FROM incident_sight x
                        WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
UNION
SELECT a.id FROM attachment a
WHERE a.report_id IN (SELECT x.report_id FROM report_access x
                      WHERE x.account_id = $1 AND x.permission = 'report.read' AND x.valid_from <= $2 AND x.valid_to > $2)
ORDER BY 1 DESC
LIMIT $3;

-- ---- letters -----------------------------------------------------------------------------------

-- A letter of a report that belongs to an incident is found by who may see the report: the reporter may have asked to
-- be kept confidential.
-- name: search_letters_pick :each
-- row:  search_id
-- in:   actor int, now int, ids text, state text?, kind text?, tlp text?, org text?
-- out:  id int
SELECT m.id
FROM json_each('[' || $3 || ']') j
CROSS JOIN mail m ON m.id = j.value
LEFT JOIN report r ON r.id = m.report_id
LEFT JOIN incident f ON f.id = COALESCE(m.incident_id, r.incident_id)
WHERE ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR m.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND m.kind IN ('case', 'receipt', 'in') AND m.secret = 0
      AND ((f.tlp <> 'red' AND r.id IS NULL AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_access x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = r.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY m.id DESC;

-- @postgres
SELECT m.id
FROM mail m
LEFT JOIN report r ON r.id = m.report_id
LEFT JOIN incident f ON f.id = COALESCE(m.incident_id, r.incident_id)
WHERE m.id = ANY (CAST('{' || $3 || '}' AS BIGINT[]))
      AND ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR m.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND m.kind IN ('case', 'receipt', 'in') AND m.secret = 0
      AND ((f.tlp <> 'red' AND r.id IS NULL AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_access x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = r.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY m.id DESC;

-- name: search_letters_rows :many
-- row:  search_hit
-- in:   actor int, now int, ids text
-- out:  id int, code text, title text, sub text, ref text, state text, severity int, at int, body text
SELECT m.id, COALESCE(f.code, r.code, '') AS code, m.subject AS title, m.sender AS sub, CASE WHEN m.incident_id IS NULL THEN '/reports/' ELSE '/incidents/' END AS ref, '' AS state, 0 AS severity, m.at, SUBSTR(m.body, 1, 2000) AS body
FROM json_each('[' || $3 || ']') j
CROSS JOIN mail m ON m.id = j.value
LEFT JOIN report r ON r.id = m.report_id
LEFT JOIN incident f ON f.id = COALESCE(m.incident_id, r.incident_id)
WHERE m.kind IN ('case', 'receipt', 'in') AND m.secret = 0
      AND ((f.tlp <> 'red' AND r.id IS NULL AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_access x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = r.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY m.id DESC;

-- @postgres
SELECT m.id, COALESCE(f.code, r.code, '') AS code, m.subject AS title, m.sender AS sub, CASE WHEN m.incident_id IS NULL THEN '/reports/' ELSE '/incidents/' END AS ref, '' AS state, 0 AS severity, m.at, SUBSTR(m.body, 1, 2000) AS body
FROM mail m
LEFT JOIN report r ON r.id = m.report_id
LEFT JOIN incident f ON f.id = COALESCE(m.incident_id, r.incident_id)
WHERE m.id = ANY (CAST('{' || $3 || '}' AS BIGINT[]))
      AND m.kind IN ('case', 'receipt', 'in') AND m.secret = 0
      AND ((f.tlp <> 'red' AND r.id IS NULL AND EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'incident.read' AND w.valid_from <= $2 AND w.valid_to > $2))
           OR EXISTS (SELECT 1 FROM incident_access x
                      WHERE x.incident_id = f.id AND x.account_id = $1 AND x.permission = 'incident.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = r.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY m.id DESC;

-- name: search_letters_mine :each
-- row:  search_id
-- in:   actor int, now int, row_limit int
-- out:  id int
SELECT m.id FROM mail m
WHERE m.incident_id IN (SELECT x.incident_id FROM incident_access x
                        WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
UNION
SELECT m.id FROM mail m JOIN report r ON r.id = m.report_id
WHERE r.incident_id IN (SELECT x.incident_id FROM incident_access x
                        WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
UNION
SELECT m.id FROM mail m
WHERE m.report_id IN (SELECT x.report_id FROM report_access x
                      WHERE x.account_id = $1 AND x.permission = 'report.read' AND x.valid_from <= $2 AND x.valid_to > $2)
ORDER BY 1 DESC
LIMIT $3;
