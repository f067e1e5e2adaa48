-- name: evidence_blob_put :exec
-- in:   sha256 text, size int, now int
INSERT INTO blob (sha256, size, created_at) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING;

-- name: evidence_insert :one
-- in:   uuid text, report_id int?, incident_id int?, sha256 text, name text, type text, size int, note text, now int, added_by int?, added_name text
-- out:  id int
INSERT INTO attachment (uuid, report_id, incident_id, sha256, name, type, size, note, added_at, added_by, added_name)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
RETURNING id;

-- name: evidence_by_report :many
-- row:  attachment
-- in:   report_id int
-- out:  id int, uuid text, name text, type text, sha256 text, note text, added_name text, size int, added_at int
SELECT id, uuid, name, type, sha256, note, added_name, size, added_at
FROM attachment WHERE report_id = $1 ORDER BY id;

-- name: evidence_by_incident :many
-- row:  attachment
-- in:   incident_id int
-- out:  id int, uuid text, name text, type text, sha256 text, note text, added_name text, size int, added_at int
SELECT a.id, a.uuid, a.name, a.type, a.sha256, a.note, a.added_name, a.size, a.added_at
FROM attachment a LEFT JOIN report r ON r.id = a.report_id
WHERE a.incident_id = $1 OR r.incident_id = $1
ORDER BY a.id;

-- A file the actor may have: of an incident or a report in reach.
-- name: evidence_find :maybe
-- in:   actor int, now int, uuid text
-- out:  id int, sha256 text, name text, size int, report_code text?, incident_code text?
SELECT a.id, a.sha256, a.name, a.size, r.code AS report_code, i.code AS incident_code
FROM attachment a
LEFT JOIN report r ON r.id = a.report_id
LEFT JOIN incident i ON i.id = COALESCE(a.incident_id, r.incident_id)
WHERE a.uuid = $3
  AND (EXISTS (SELECT 1 FROM incident_access x
               WHERE x.incident_id = i.id AND x.account_id = $1 AND x.permission = 'incident.read'
                 AND x.valid_from <= $2 AND x.valid_to > $2)
       OR EXISTS (SELECT 1 FROM report_access x
                  WHERE x.report_id = r.id AND x.account_id = $1 AND x.permission = 'report.read'
                    AND x.valid_from <= $2 AND x.valid_to > $2));
