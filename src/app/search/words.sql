-- Search. Words come as words_match() makes them, newest first; scope is decided here, before anything is counted
-- or cut off. For who reaches everything the index is walked until there is enough; for the others what is theirs is
-- gathered once and looked up. Counts stop at 101.

-- name: search_sees_all :one
-- in:   actor int, now int
-- out:  incidents bool, reports bool
SELECT CASE WHEN EXISTS (SELECT 1 FROM actor_wide w WHERE w.account_id = $1 AND w.permission = 'incident.read'
        AND w.valid_from <= $2 AND w.valid_to > $2) THEN 1 ELSE 0 END AS incidents,
    CASE WHEN EXISTS (SELECT 1 FROM actor_wide w WHERE w.account_id = $1 AND w.permission = 'report.read'
        AND w.valid_from <= $2 AND w.valid_to > $2) THEN 1 ELSE 0 END AS reports;

-- name: search_incidents :each
-- row:  search_hit
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?, row_limit int
-- out:  id int, code text, title text, sub text, state text, severity int, at int, body text
SELECT i.id, i.code, i.title, o.name AS sub, i.state, i.severity, i.updated_at AS at, SUBSTR(i.summary, 1, 2000) AS body
FROM (
    SELECT f.id FROM incident_words w JOIN incident f ON f.id = w.rowid
    WHERE w.fold MATCH $3
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
    ORDER BY w.rowid DESC
    LIMIT $8) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
ORDER BY k.id DESC;

-- @postgres
SELECT i.id, i.code, i.title, o.name AS sub, i.state, i.severity, i.updated_at AS at, SUBSTR(i.summary, 1, 2000) AS body
FROM (
    SELECT f.id FROM incident f
    WHERE f.words @@ to_tsquery('simple', $3)
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
    ORDER BY f.id DESC
    LIMIT $8) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
ORDER BY k.id DESC;

-- name: search_incidents_count :one
-- row:  search_count
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM incident_words w JOIN incident f ON f.id = w.rowid
    WHERE w.fold MATCH $3
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
    LIMIT 101) AS counted;

-- @postgres
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM incident f
    WHERE f.words @@ to_tsquery('simple', $3)
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
    LIMIT 101) AS counted;

-- name: search_incidents_reach :each
-- row:  search_hit
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?, row_limit int
-- out:  id int, code text, title text, sub text, state text, severity int, at int, body text
SELECT i.id, i.code, i.title, o.name AS sub, i.state, i.severity, i.updated_at AS at, SUBSTR(i.summary, 1, 2000) AS body
FROM (
    SELECT f.id FROM incident_words w JOIN incident f ON f.id = w.rowid
    WHERE w.fold MATCH $3
      AND f.merged_into IS NULL
      AND ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND +w.rowid IN (SELECT x.incident_id FROM incident_access x
                   WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    ORDER BY w.rowid DESC
    LIMIT $8) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
ORDER BY k.id DESC;

-- @postgres
SELECT i.id, i.code, i.title, o.name AS sub, i.state, i.severity, i.updated_at AS at, SUBSTR(i.summary, 1, 2000) AS body
FROM (
    SELECT f.id FROM incident f
    WHERE f.words @@ to_tsquery('simple', $3)
      AND f.merged_into IS NULL
      AND ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND f.id IN (SELECT x.incident_id FROM incident_access x
                   WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    ORDER BY f.id DESC
    LIMIT $8) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
ORDER BY k.id DESC;

-- name: search_incidents_reach_count :one
-- row:  search_count
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM incident_words w JOIN incident f ON f.id = w.rowid
    WHERE w.fold MATCH $3
      AND f.merged_into IS NULL
      AND ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND +w.rowid IN (SELECT x.incident_id FROM incident_access x
                   WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    LIMIT 101) AS counted;

-- @postgres
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM incident f
    WHERE f.words @@ to_tsquery('simple', $3)
      AND f.merged_into IS NULL
      AND ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND f.id IN (SELECT x.incident_id FROM incident_access x
                   WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    LIMIT 101) AS counted;

-- name: search_reports :each
-- row:  search_hit
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?, row_limit int
-- out:  id int, code text, title text, sub text, state text, severity int, at int, body text
SELECT r.id, r.code, r.title, COALESCE(o.name, '') AS sub, r.state, 0 AS severity, r.received_at AS at, SUBSTR(r.body, 1, 2000) AS body
FROM (
    SELECT f.id FROM report_words w JOIN report f ON f.id = w.rowid
    WHERE w.fold MATCH $3
      AND ($4 IS NULL OR f.state = $4)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'report.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = f.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
    ORDER BY w.rowid DESC
    LIMIT $8) AS k
JOIN report r ON r.id = k.id
LEFT JOIN org o ON o.id = r.org_id
ORDER BY k.id DESC;

-- @postgres
SELECT r.id, r.code, r.title, COALESCE(o.name, '') AS sub, r.state, 0 AS severity, r.received_at AS at, SUBSTR(r.body, 1, 2000) AS body
FROM (
    SELECT f.id FROM report f
    WHERE f.words @@ to_tsquery('simple', $3)
      AND ($4 IS NULL OR f.state = $4)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'report.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = f.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
    ORDER BY f.id DESC
    LIMIT $8) AS k
JOIN report r ON r.id = k.id
LEFT JOIN org o ON o.id = r.org_id
ORDER BY k.id DESC;

-- name: search_reports_count :one
-- row:  search_count
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM report_words w JOIN report f ON f.id = w.rowid
    WHERE w.fold MATCH $3
      AND ($4 IS NULL OR f.state = $4)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'report.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = f.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
    LIMIT 101) AS counted;

-- @postgres
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM report f
    WHERE f.words @@ to_tsquery('simple', $3)
      AND ($4 IS NULL OR f.state = $4)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'report.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR EXISTS (SELECT 1 FROM report_access x
                      WHERE x.report_id = f.id AND x.account_id = $1 AND x.permission = 'report.read'
                        AND x.valid_from <= $2 AND x.valid_to > $2))
    LIMIT 101) AS counted;

-- name: search_reports_reach :each
-- row:  search_hit
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?, row_limit int
-- out:  id int, code text, title text, sub text, state text, severity int, at int, body text
SELECT r.id, r.code, r.title, COALESCE(o.name, '') AS sub, r.state, 0 AS severity, r.received_at AS at, SUBSTR(r.body, 1, 2000) AS body
FROM (
    SELECT f.id FROM report_words w JOIN report f ON f.id = w.rowid
    WHERE w.fold MATCH $3
      AND ($4 IS NULL OR f.state = $4)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND +w.rowid IN (SELECT x.report_id FROM report_access x
                   WHERE x.account_id = $1 AND x.permission = 'report.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    ORDER BY w.rowid DESC
    LIMIT $8) AS k
JOIN report r ON r.id = k.id
LEFT JOIN org o ON o.id = r.org_id
ORDER BY k.id DESC;

-- @postgres
SELECT r.id, r.code, r.title, COALESCE(o.name, '') AS sub, r.state, 0 AS severity, r.received_at AS at, SUBSTR(r.body, 1, 2000) AS body
FROM (
    SELECT f.id FROM report f
    WHERE f.words @@ to_tsquery('simple', $3)
      AND ($4 IS NULL OR f.state = $4)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND f.id IN (SELECT x.report_id FROM report_access x
                   WHERE x.account_id = $1 AND x.permission = 'report.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    ORDER BY f.id DESC
    LIMIT $8) AS k
JOIN report r ON r.id = k.id
LEFT JOIN org o ON o.id = r.org_id
ORDER BY k.id DESC;

-- name: search_reports_reach_count :one
-- row:  search_count
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM report_words w JOIN report f ON f.id = w.rowid
    WHERE w.fold MATCH $3
      AND ($4 IS NULL OR f.state = $4)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND +w.rowid IN (SELECT x.report_id FROM report_access x
                   WHERE x.account_id = $1 AND x.permission = 'report.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    LIMIT 101) AS counted;

-- @postgres
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM report f
    WHERE f.words @@ to_tsquery('simple', $3)
      AND ($4 IS NULL OR f.state = $4)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND f.id IN (SELECT x.report_id FROM report_access x
                   WHERE x.account_id = $1 AND x.permission = 'report.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    LIMIT 101) AS counted;

-- name: search_systems :each
-- row:  search_hit
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?, row_limit int
-- out:  id int, code text, title text, sub text, state text, severity int, at int, body text
SELECT s.id, s.code, s.name AS title, o.name AS sub, s.state, 0 AS severity, s.updated_at AS at, s.purpose AS body
FROM (
    SELECT f.id FROM system_words w JOIN system f ON f.id = w.rowid
    WHERE w.fold MATCH $3
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
    ORDER BY w.rowid DESC
    LIMIT $8) AS k
JOIN system s ON s.id = k.id
JOIN org o ON o.id = s.owner_id
ORDER BY k.id DESC;

-- @postgres
SELECT s.id, s.code, s.name AS title, o.name AS sub, s.state, 0 AS severity, s.updated_at AS at, s.purpose AS body
FROM (
    SELECT f.id FROM system f
    WHERE f.words @@ to_tsquery('simple', $3)
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
    ORDER BY f.id DESC
    LIMIT $8) AS k
JOIN system s ON s.id = k.id
JOIN org o ON o.id = s.owner_id
ORDER BY k.id DESC;

-- name: search_systems_count :one
-- row:  search_count
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM system_words w JOIN system f ON f.id = w.rowid
    WHERE w.fold MATCH $3
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
    LIMIT 101) AS counted;

-- @postgres
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM system f
    WHERE f.words @@ to_tsquery('simple', $3)
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
    LIMIT 101) AS counted;

-- name: search_orgs :each
-- row:  search_hit
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?, row_limit int
-- out:  id int, code text, title text, sub text, state text, severity int, at int, body text
SELECT g.id, g.code, g.name AS title, COALESCE(u.name, '') AS sub, '' AS state, 0 AS severity, g.updated_at AS at, '' AS body
FROM (
    SELECT f.id FROM org_words w JOIN org f ON f.id = w.rowid
    WHERE w.fold MATCH $3
      AND ($4 IS NULL)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.fold LIKE $7 ESCAPE '\')
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'org.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR f.id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'org.read'
                       AND a.valid_from <= $2 AND a.valid_to > $2))
    ORDER BY w.rowid DESC
    LIMIT $8) AS k
JOIN org g ON g.id = k.id
LEFT JOIN org u ON u.id = g.parent_id
ORDER BY k.id DESC;

-- @postgres
SELECT g.id, g.code, g.name AS title, COALESCE(u.name, '') AS sub, '' AS state, 0 AS severity, g.updated_at AS at, '' AS body
FROM (
    SELECT f.id FROM org f
    WHERE f.words @@ to_tsquery('simple', $3)
      AND ($4 IS NULL)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.fold LIKE $7 ESCAPE '\')
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'org.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR f.id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'org.read'
                       AND a.valid_from <= $2 AND a.valid_to > $2))
    ORDER BY f.id DESC
    LIMIT $8) AS k
JOIN org g ON g.id = k.id
LEFT JOIN org u ON u.id = g.parent_id
ORDER BY k.id DESC;

-- name: search_orgs_count :one
-- row:  search_count
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM org_words w JOIN org f ON f.id = w.rowid
    WHERE w.fold MATCH $3
      AND ($4 IS NULL)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.fold LIKE $7 ESCAPE '\')
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'org.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR f.id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'org.read'
                       AND a.valid_from <= $2 AND a.valid_to > $2))
    LIMIT 101) AS counted;

-- @postgres
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM org f
    WHERE f.words @@ to_tsquery('simple', $3)
      AND ($4 IS NULL)
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL)
      AND ($7 IS NULL OR f.fold LIKE $7 ESCAPE '\')
      AND (EXISTS (SELECT 1 FROM actor_wide w
              WHERE w.account_id = $1 AND w.permission = 'org.read' AND w.valid_from <= $2 AND w.valid_to > $2)
           OR f.id IN (SELECT a.org_id FROM actor_org a WHERE a.account_id = $1 AND a.permission = 'org.read'
                       AND a.valid_from <= $2 AND a.valid_to > $2))
    LIMIT 101) AS counted;

-- name: search_comments :each
-- row:  search_hit
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?, row_limit int
-- out:  id int, code text, title text, sub text, state text, severity int, at int, body text
SELECT c.id, i.code, i.title, c.author_name AS sub, i.state, i.severity, c.at, SUBSTR(c.body, 1, 2000) AS body
FROM (
    SELECT c.id FROM comment_words w JOIN comment c ON c.id = w.rowid JOIN incident f ON f.id = c.incident_id
    WHERE w.fold MATCH $3
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
    ORDER BY w.rowid DESC
    LIMIT $8) AS k
JOIN comment c ON c.id = k.id
JOIN incident i ON i.id = c.incident_id
ORDER BY k.id DESC;

-- @postgres
SELECT c.id, i.code, i.title, c.author_name AS sub, i.state, i.severity, c.at, SUBSTR(c.body, 1, 2000) AS body
FROM (
    SELECT c.id FROM comment c JOIN incident f ON f.id = c.incident_id
    WHERE c.words @@ to_tsquery('simple', $3)
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
    ORDER BY c.id DESC
    LIMIT $8) AS k
JOIN comment c ON c.id = k.id
JOIN incident i ON i.id = c.incident_id
ORDER BY k.id DESC;

-- name: search_comments_count :one
-- row:  search_count
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM comment_words w JOIN comment c ON c.id = w.rowid JOIN incident f ON f.id = c.incident_id
    WHERE w.fold MATCH $3
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
    LIMIT 101) AS counted;

-- @postgres
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM comment c JOIN incident f ON f.id = c.incident_id
    WHERE c.words @@ to_tsquery('simple', $3)
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
    LIMIT 101) AS counted;

-- name: search_comments_reach :each
-- row:  search_hit
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?, row_limit int
-- out:  id int, code text, title text, sub text, state text, severity int, at int, body text
SELECT c.id, i.code, i.title, c.author_name AS sub, i.state, i.severity, c.at, SUBSTR(c.body, 1, 2000) AS body
FROM (
    SELECT c.id FROM comment_words w JOIN comment c ON c.id = w.rowid JOIN incident f ON f.id = c.incident_id
    WHERE w.fold MATCH $3
      AND f.merged_into IS NULL
      AND ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND c.incident_id IN (SELECT x.incident_id FROM incident_access x
                   WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    ORDER BY w.rowid DESC
    LIMIT $8) AS k
JOIN comment c ON c.id = k.id
JOIN incident i ON i.id = c.incident_id
ORDER BY k.id DESC;

-- @postgres
SELECT c.id, i.code, i.title, c.author_name AS sub, i.state, i.severity, c.at, SUBSTR(c.body, 1, 2000) AS body
FROM (
    SELECT c.id FROM comment c JOIN incident f ON f.id = c.incident_id
    WHERE c.words @@ to_tsquery('simple', $3)
      AND f.merged_into IS NULL
      AND ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND c.incident_id IN (SELECT x.incident_id FROM incident_access x
                   WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    ORDER BY c.id DESC
    LIMIT $8) AS k
JOIN comment c ON c.id = k.id
JOIN incident i ON i.id = c.incident_id
ORDER BY k.id DESC;

-- name: search_comments_reach_count :one
-- row:  search_count
-- in:   actor int, now int, words text, state text?, kind text?, tlp text?, org text?
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM comment_words w JOIN comment c ON c.id = w.rowid JOIN incident f ON f.id = c.incident_id
    WHERE w.fold MATCH $3
      AND f.merged_into IS NULL
      AND ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND c.incident_id IN (SELECT x.incident_id FROM incident_access x
                   WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    LIMIT 101) AS counted;

-- @postgres
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM comment c JOIN incident f ON f.id = c.incident_id
    WHERE c.words @@ to_tsquery('simple', $3)
      AND f.merged_into IS NULL
      AND ($4 IS NULL OR f.state = $4 OR ($4 = 'open' AND f.state <> 'closed'))
      AND ($5 IS NULL OR f.kind = $5)
      AND ($6 IS NULL OR f.tlp = $6)
      AND ($7 IS NULL OR f.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE $7 ESCAPE '\'))
      AND c.incident_id IN (SELECT x.incident_id FROM incident_access x
                   WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
    LIMIT 101) AS counted;
