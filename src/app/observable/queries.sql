-- name: observable_upsert :one
-- in:   kind text, value text, now int
-- out:  id int
INSERT INTO observable (kind, value, first_seen, last_seen) VALUES ($1, $2, $3, $3)
ON CONFLICT (kind, value) DO UPDATE SET last_seen = CASE
    WHEN observable.last_seen < excluded.last_seen THEN excluded.last_seen ELSE observable.last_seen END
RETURNING id;

-- name: observable_find :maybe
-- in:   kind text, value text
-- out:  id int, first_seen int, last_seen int
SELECT id, first_seen, last_seen FROM observable WHERE kind = $1 AND value = $2;

-- Incidents with it that the actor may see; of those shared in part, where it bears the mark.
-- name: observable_incidents :many
-- in:   actor int, now int, id int, row_limit int
-- out:  incident_id int, code text, title text, state text, severity int, org_name text, added_at int
SELECT i.id AS incident_id, i.code, i.title, i.state, i.severity, o.name AS org_name, x.added_at
FROM incident_observable x
JOIN incident i ON i.id = x.incident_id
JOIN org o ON o.id = i.org_id
WHERE x.observable_id = $3
  AND (SELECT 1 FROM incident_sight g
       WHERE g.incident_id = i.id AND g.account_id = $1 AND g.permission = 'incident.read'
         AND (g.whole = 1 OR x.shared_in = i.id)
         AND g.valid_from <= $2 AND g.valid_to > $2
       LIMIT 1) = 1
ORDER BY i.id DESC
LIMIT $4;

-- Reports with it that the actor may see.
-- name: observable_reports :many
-- in:   actor int, now int, id int, row_limit int
-- out:  code text, title text, state text, received_at int
SELECT r.code, r.title, r.state, r.received_at
FROM report_observable x
JOIN report r ON r.id = x.report_id
WHERE x.observable_id = $3
  AND @report_may_row(r.id, 'report.read', $1, $2)
ORDER BY r.received_at DESC
LIMIT $4;

-- A stored file of this hash that the actor may see, the newest. The rule is that of the file's own page.
-- name: observable_file :maybe
-- in:   actor int, now int, sha256 text
-- out:  uuid text, name text
SELECT a.uuid, a.name
FROM attachment a
LEFT JOIN report r ON r.id = a.report_id
LEFT JOIN incident i ON i.id = COALESCE(a.incident_id, r.incident_id)
WHERE a.sha256 = $3 AND a.removed_at IS NULL
  AND (a.tlp <> 'red' OR i.id IS NULL
       OR EXISTS (SELECT 1 FROM incident_member m WHERE m.incident_id = i.id AND m.account_id = $1))
  AND ((SELECT 1 FROM incident_sight x
        WHERE x.incident_id = i.id AND x.account_id = $1 AND x.permission = 'incident.read'
          AND (x.whole = 1 OR a.shared_in = i.id)
          AND x.valid_from <= $2 AND x.valid_to > $2
        LIMIT 1) = 1
       OR @report_may_row(r.id, 'report.read', $1, $2))
ORDER BY a.id DESC
LIMIT 1;

-- How many incidents and reports hold it in all: only the number, for those who may not see them.
-- name: observable_totals :one
-- in:   id int
-- out:  incidents int, reports int
SELECT (SELECT COUNT(*) FROM incident_observable WHERE observable_id = $1) AS incidents,
       (SELECT COUNT(*) FROM report_observable WHERE observable_id = $1) AS reports;

-- name: observable_on_incident :maybe
-- in:   incident_id int, observable_id int
-- out:  added_at int
SELECT added_at FROM incident_observable WHERE incident_id = $1 AND observable_id = $2;

-- name: observable_report_put :exec
-- in:   report_id int, observable_id int
-- send: later
INSERT INTO report_observable (report_id, observable_id) VALUES ($1, $2)
ON CONFLICT (report_id, observable_id) DO NOTHING;

-- name: observable_report_copy :exec
-- in:   report_id int, incident_id int, now int, by int?
INSERT INTO incident_observable (incident_id, observable_id, added_at, added_by, note, role)
SELECT $2, x.observable_id, $3, $4, '', '' FROM report_observable x WHERE x.report_id = $1
ON CONFLICT (incident_id, observable_id) DO NOTHING;

-- Those that came with the report, at this time, and that nothing else in the incident has or speaks of.
-- name: observable_report_uncopy :exec
-- in:   report_id int, incident_id int, copied_at int
DELETE FROM incident_observable
WHERE incident_id = $2 AND added_at = $3 AND note = '' AND role = ''
  AND observable_id IN (SELECT x.observable_id FROM report_observable x WHERE x.report_id = $1)
  AND NOT EXISTS (SELECT 1 FROM report r JOIN report_observable y ON y.report_id = r.id
                  WHERE r.incident_id = $2 AND r.id <> $1 AND y.observable_id = incident_observable.observable_id)
  AND NOT EXISTS (SELECT 1 FROM incident_event e
                  WHERE e.incident_id = $2 AND e.observable_id = incident_observable.observable_id);

-- name: observable_of_report :many
-- in:   report_id int
-- out:  id int, kind text, value text
SELECT ob.id, ob.kind, ob.value FROM report_observable x JOIN observable ob ON ob.id = x.observable_id
WHERE x.report_id = $1
ORDER BY ob.kind, ob.value
LIMIT 2000;
