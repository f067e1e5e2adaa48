-- name: evidence_blob_put :exec
-- in:   sha256 text, blake2b text, size int, key_id text, now int
INSERT INTO blob (sha256, blake2b, size, key_id, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (sha256) DO NOTHING;

-- name: evidence_insert :one
-- in:   uuid text, report_id int?, incident_id int?, sha256 text, name text, type text, size int, note text, now int, added_by int?, added_name text, kind text, collected_at int?, collected_where text, collected_by text, tlp text, malware bool, shared_in int, fold text
-- out:  id int
INSERT INTO attachment (uuid, report_id, incident_id, sha256, name, type, size, note, added_at, added_by, added_name,
    kind, collected_at, collected_where, collected_by, tlp, malware, shared_in, fold)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
RETURNING id;

-- name: evidence_by_report :many
-- row:  attachment
-- in:   report_id int
-- out:  id int, uuid text, name text, type text, sha256 text, note text, added_name text, size int, added_at int, kind text, tlp text, malware bool, shared bool, sealed_at int?, removed_at int?, trouble text
SELECT a.id, a.uuid, a.name, a.type, a.sha256, a.note, a.added_name, a.size, a.added_at, a.kind, a.tlp, a.malware,
    0 AS shared, a.sealed_at, a.removed_at, b.trouble
FROM attachment a JOIN blob b ON b.sha256 = a.sha256
WHERE a.report_id = $1 AND a.removed_at IS NULL
ORDER BY a.id;

-- Those of TLP:RED only for the members of the incident.
-- name: evidence_by_incident :many
-- row:  attachment
-- in:   actor int, incident_id int
-- out:  id int, uuid text, name text, type text, sha256 text, note text, added_name text, size int, added_at int, kind text, tlp text, malware bool, shared bool, sealed_at int?, removed_at int?, trouble text
SELECT a.id, a.uuid, a.name, a.type, a.sha256, a.note, a.added_name, a.size, a.added_at, a.kind, a.tlp, a.malware,
    CASE WHEN a.shared_in = $2 THEN 1 ELSE 0 END AS shared, a.sealed_at, a.removed_at, b.trouble
FROM attachment a
JOIN blob b ON b.sha256 = a.sha256
LEFT JOIN report r ON r.id = a.report_id
WHERE (a.incident_id = $2 OR r.incident_id = $2)
  AND (a.tlp <> 'red'
       OR EXISTS (SELECT 1 FROM incident_member m WHERE m.incident_id = $2 AND m.account_id = $1))
ORDER BY a.id;

-- What partners see of an incident's files: those that bear the mark, and none of TLP:RED.
-- name: evidence_shared_by_incident :many
-- row:  attachment
-- in:   incident_id int
-- out:  id int, uuid text, name text, type text, sha256 text, note text, added_name text, size int, added_at int, kind text, tlp text, malware bool, shared bool, sealed_at int?, removed_at int?, trouble text
SELECT a.id, a.uuid, a.name, a.type, a.sha256, a.note, a.added_name, a.size, a.added_at, a.kind, a.tlp, a.malware,
    1 AS shared, a.sealed_at, a.removed_at, b.trouble
FROM attachment a
JOIN blob b ON b.sha256 = a.sha256
LEFT JOIN report r ON r.id = a.report_id
WHERE (a.incident_id = $1 OR r.incident_id = $1) AND a.shared_in = $1 AND a.tlp <> 'red' AND a.removed_at IS NULL
ORDER BY a.id;

-- A file the actor may have: of an incident in reach (of TLP:RED only as its member), of one that is shared when
-- the file bears the mark, or of a report in reach that belongs to no incident yet or to one in reach.
-- name: evidence_find :maybe
-- in:   actor int, now int, uuid text
-- out:  id int, uuid text, sha256 text, blake2b text, name text, type text, size int, note text, added_at int, added_name text, kind text, collected_at int?, collected_where text, collected_by text, tlp text, malware bool, shared bool, sealed_at int?, removed_at int?, version int, key_id text, verified_at int?, trouble text, report_code text?, incident_id int?, incident_code text?, incident_title text?, may_write bool, may_manage bool
SELECT a.id, a.uuid, a.sha256, b.blake2b, a.name, a.type, a.size, a.note, a.added_at, a.added_name, a.kind,
    a.collected_at, a.collected_where, a.collected_by, a.tlp, a.malware,
    CASE WHEN a.shared_in = i.id THEN 1 ELSE 0 END AS shared, a.sealed_at, a.removed_at,
    a.version, b.key_id, b.verified_at, b.trouble, r.code AS report_code, i.id AS incident_id,
    i.code AS incident_code, i.title AS incident_title,
    CASE WHEN @incident_may(i.id, 'incident.write', $1, $2)
           OR (i.id IS NULL
               AND @report_may(r.id, 'report.triage', $1, $2))
         THEN 1 ELSE 0 END AS may_write,
    CASE WHEN @incident_may(i.id, 'incident.manage', $1, $2)
           OR (i.id IS NULL
               AND @report_may(r.id, 'report.triage', $1, $2))
         THEN 1 ELSE 0 END AS may_manage
FROM attachment a
JOIN blob b ON b.sha256 = a.sha256
LEFT JOIN report r ON r.id = a.report_id
LEFT JOIN incident i ON i.id = COALESCE(a.incident_id, r.incident_id)
WHERE a.uuid = $3
  AND (a.tlp <> 'red' OR i.id IS NULL
       OR EXISTS (SELECT 1 FROM incident_member m WHERE m.incident_id = i.id AND m.account_id = $1))
  AND (EXISTS (SELECT 1 FROM incident_sight x
               WHERE x.incident_id = i.id AND x.account_id = $1 AND x.permission = 'incident.read'
                 AND (x.whole = 1 OR (a.shared_in = i.id AND a.removed_at IS NULL))
                 AND x.valid_from <= $2 AND x.valid_to > $2)
       OR @report_may(r.id, 'report.read', $1, $2));

-- name: evidence_mark :exec
-- in:   id int, incident_id int, shared_in int
UPDATE attachment SET shared_in = $3
WHERE id = $1 AND shared_in <> $3 AND tlp <> 'red'
  AND (incident_id = $2 OR report_id IN (SELECT r.id FROM report r WHERE r.incident_id = $2));

-- name: evidence_lock :maybe
-- in:   id int
-- out:  version int, sealed_at int?, removed_at int?, sha256 text
SELECT version, sealed_at, removed_at, sha256 FROM attachment WHERE id = $1;

-- @postgres
SELECT version, sealed_at, removed_at, sha256 FROM attachment WHERE id = $1 FOR UPDATE;

-- name: evidence_facts_update :exec
-- in:   id int, kind text, collected_at int?, collected_where text, collected_by text, note text, tlp text, malware bool, fold text
UPDATE attachment SET kind = $2, collected_at = $3, collected_where = $4, collected_by = $5, note = $6, tlp = $7,
    malware = $8, fold = $9, version = version + 1
WHERE id = $1;

-- name: evidence_seal_update :exec
-- in:   id int, sealed_at int?
UPDATE attachment SET sealed_at = $2, version = version + 1 WHERE id = $1;

-- name: evidence_remove_update :exec
-- in:   id int, now int
UPDATE attachment SET removed_at = $2, version = version + 1 WHERE id = $1;

-- How many still need the content.
-- name: evidence_holders :one
-- in:   sha256 text
-- out:  total int
SELECT COUNT(*) AS total FROM attachment WHERE sha256 = $1 AND removed_at IS NULL;

-- name: custody_insert :exec
-- in:   attachment_id int, at int, action text, actor_id int?, actor_name text, address text, reason text, detail text
INSERT INTO custody (attachment_id, at, action, actor_id, actor_name, address, reason, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- The same line for every file of a report.
-- name: custody_insert_report :exec
-- in:   report_id int, at int, action text, actor_id int?, actor_name text, address text, reason text, detail text
INSERT INTO custody (attachment_id, at, action, actor_id, actor_name, address, reason, detail)
SELECT a.id, $2, $3, $4, $5, $6, $7, $8 FROM attachment a WHERE a.report_id = $1 AND a.removed_at IS NULL ORDER BY a.id;

-- The same line for every file that a merge or split of incidents moved.
-- name: custody_insert_merge :exec
-- in:   merge_id int, at int, action text, actor_id int?, actor_name text, address text, reason text, detail text
INSERT INTO custody (attachment_id, at, action, actor_id, actor_name, address, reason, detail)
SELECT a.id, $2, $3, $4, $5, $6, $7, $8 FROM attachment a
JOIN incident_merge_item m ON m.item_id = a.id AND m.what = 'file' AND m.merge_id = $1
ORDER BY a.id;

-- The same line for every file with this content.
-- name: custody_insert_blob :exec
-- in:   sha256 text, at int, action text, actor_id int?, actor_name text, address text, reason text, detail text
INSERT INTO custody (attachment_id, at, action, actor_id, actor_name, address, reason, detail)
SELECT a.id, $2, $3, $4, $5, $6, $7, $8 FROM attachment a WHERE a.sha256 = $1 AND a.removed_at IS NULL ORDER BY a.id;

-- name: custody_rows :many
-- in:   attachment_id int
-- out:  id int, at int, action text, actor_name text, address text, reason text, detail text
SELECT id, at, action, actor_name, address, reason, detail FROM custody
WHERE attachment_id = $1
ORDER BY id
LIMIT 5000;

-- Contents that somebody still needs, in the order of their names; to be read in portions.
-- name: evidence_blobs :many
-- in:   after text, row_limit int
-- out:  sha256 text, blake2b text, size int, key_id text, trouble text
SELECT b.sha256, b.blake2b, b.size, b.key_id, b.trouble FROM blob b
WHERE b.sha256 > $1
  AND EXISTS (SELECT 1 FROM attachment a WHERE a.sha256 = b.sha256 AND a.removed_at IS NULL)
ORDER BY b.sha256
LIMIT $2;

-- name: evidence_blob_totals :one
-- out:  files int, bytes int
SELECT COUNT(*) AS files, COALESCE(SUM(b.size), 0) AS bytes FROM blob b
WHERE EXISTS (SELECT 1 FROM attachment a WHERE a.sha256 = b.sha256 AND a.removed_at IS NULL);

-- name: evidence_blob_needed :maybe
-- in:   sha256 text
-- out:  size int
SELECT b.size FROM blob b
WHERE b.sha256 = $1
  AND EXISTS (SELECT 1 FROM attachment a WHERE a.sha256 = b.sha256 AND a.removed_at IS NULL);

-- name: evidence_blob_verified :exec
-- in:   sha256 text, now int, trouble text, blake2b text
UPDATE blob SET verified_at = $2, trouble = $3, blake2b = CASE WHEN blake2b = '' THEN $4 ELSE blake2b END
WHERE sha256 = $1;

-- name: evidence_blob_key :exec
-- in:   sha256 text, key_id text
UPDATE blob SET key_id = $2 WHERE sha256 = $1;

-- The custody of a whole incident: its files with both digests, then every line of theirs, by file and in order.
-- name: evidence_case_files :many
-- in:   actor int, incident_id int
-- out:  id int, uuid text, name text, kind text, size int, sha256 text, blake2b text, note text, added_at int, added_name text, collected_at int?, collected_where text, collected_by text, tlp text, malware bool, sealed_at int?, removed_at int?, verified_at int?, trouble text, report_code text?
SELECT a.id, a.uuid, a.name, a.kind, a.size, a.sha256, b.blake2b, a.note, a.added_at, a.added_name, a.collected_at,
    a.collected_where, a.collected_by, a.tlp, a.malware, a.sealed_at, a.removed_at, b.verified_at, b.trouble,
    r.code AS report_code
FROM attachment a
JOIN blob b ON b.sha256 = a.sha256
LEFT JOIN report r ON r.id = a.report_id
WHERE (a.incident_id = $2 OR r.incident_id = $2)
  AND (a.tlp <> 'red'
       OR EXISTS (SELECT 1 FROM incident_member m WHERE m.incident_id = $2 AND m.account_id = $1))
ORDER BY a.id;

-- name: evidence_case_custody :many
-- in:   actor int, incident_id int
-- out:  attachment_id int, at int, action text, actor_name text, address text, reason text, detail text
SELECT c.attachment_id, c.at, c.action, c.actor_name, c.address, c.reason, c.detail
FROM custody c
JOIN attachment a ON a.id = c.attachment_id
LEFT JOIN report r ON r.id = a.report_id
WHERE (a.incident_id = $2 OR r.incident_id = $2)
  AND (a.tlp <> 'red'
       OR EXISTS (SELECT 1 FROM incident_member m WHERE m.incident_id = $2 AND m.account_id = $1))
ORDER BY c.attachment_id, c.id
LIMIT 20000;
