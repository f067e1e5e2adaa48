-- Codes, observables, and the index itself. The words are in words.sql.

-- Which of the records with this code the actor may see: only its kind is needed to open it.
-- name: search_code :maybe
-- in:   actor int, now int, code text
-- out:  kind text
SELECT 'incidents' AS kind FROM incident i
WHERE i.code = $3
  AND @incident_sighted(i.id, 'incident.read', $1, $2)
UNION ALL
SELECT 'reports' AS kind FROM report r
WHERE r.code = $3
  AND @report_may(r.id, 'report.read', $1, $2)
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
  AND @actor_may(o.id, 'org.read', $1, $2)
LIMIT 1;

-- Incidents with one of these observables, the newest first.
-- name: search_incidents_with :each
-- row:  search_case
-- in:   actor int, now int, value text, row_limit int
-- out:  code text, title text, sub text, state text, severity int, at int
-- plan: kept
SELECT i.code, i.title, o.name AS sub, i.state, i.severity, i.updated_at AS at
FROM (
    SELECT f.id FROM observable b
    JOIN incident_observable io ON io.observable_id = b.id
    JOIN incident f ON f.id = io.incident_id
    WHERE b.value = $3 AND f.merged_into IS NULL
      AND (@incident_wide(f, $1, $2)
           OR @incident_may(f.id, 'incident.read', $1, $2))
    ORDER BY f.id DESC
    LIMIT $4) AS k
JOIN incident i ON i.id = k.id
JOIN org o ON o.id = i.org_id
ORDER BY i.id DESC;

-- Incidents of which only marked parts are shared with the actor: by code and title, and by an observable that is.
-- name: search_shared :each
-- row:  search_case
-- in:   actor int, now int, pattern text?, value text?, row_limit int
-- out:  code text, title text, sub text, state text, severity int, at int
-- plan: kept
SELECT i.code, i.title, o.name AS sub, i.state, i.severity, i.updated_at AS at
FROM incident i
JOIN org o ON o.id = i.org_id
WHERE i.id IN (SELECT s.incident_id FROM incident_share_access s
               WHERE s.account_id = $1 AND s.permission = 'incident.read' AND s.scope = 'marked'
                 AND s.valid_from <= $2 AND s.valid_to > $2)
  AND (i.title_fold LIKE $3 ESCAPE '\'
       OR EXISTS (SELECT 1 FROM incident_observable io
                  JOIN observable b ON b.id = io.observable_id AND b.value = $4
                  WHERE io.incident_id = i.id AND io.shared_in = i.id))
  AND NOT @incident_may(i.id, 'incident.read', $1, $2)
ORDER BY i.updated_at DESC, i.id DESC
LIMIT $5;

-- Observables from one value to another that stand in something the actor may see.
-- name: search_observables :each
-- in:   actor int, now int, first text, last text, row_limit int
-- out:  kind text, value text, last_seen int
SELECT b.kind, b.value, b.last_seen FROM observable b
WHERE b.value >= $3 AND b.value <= $4
  AND (EXISTS (SELECT 1 FROM incident_observable io
               JOIN incident_access x ON x.incident_id = io.incident_id
               WHERE io.observable_id = b.id AND x.account_id = $1 AND x.permission = 'incident.read'
                 AND x.valid_from <= $2 AND x.valid_to > $2)
       OR EXISTS (SELECT 1 FROM report_observable ro
                  JOIN report_access x ON x.report_id = ro.report_id
                  WHERE ro.observable_id = b.id AND x.account_id = $1 AND x.permission = 'report.read'
                    AND x.valid_from <= $2 AND x.valid_to > $2))
ORDER BY b.value
LIMIT $5;

-- ---- rebuilding --------------------------------------------------------------------------------

-- name: search_version :maybe
-- out:  value text
SELECT value FROM setting WHERE key = 'search.version';

-- name: search_version_put :exec
-- in:   value text
INSERT INTO setting (key, value) VALUES ('search.version', $1)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- While this stands, the index is not kept row by row where folds are filled. Set and taken away in one transaction.
-- name: search_rebuilding_begin :exec
INSERT INTO setting (key, value) VALUES ('search.rebuilding', '1') ON CONFLICT (key) DO NOTHING;

-- name: search_rebuilding_end :exec
DELETE FROM setting WHERE key = 'search.rebuilding';

-- name: search_comments_from :many
-- row:  search_texts
-- in:   after int, row_limit int
-- out:  id int, name text, body text, digest text, fold text
SELECT id, '' AS name, body, '' AS digest, fold FROM comment WHERE id > $1 ORDER BY id LIMIT $2;

-- name: search_comment_fold :exec
-- in:   id int, fold text
UPDATE comment SET fold = $2 WHERE id = $1;

-- name: search_files_from :many
-- row:  search_texts
-- in:   after int, row_limit int
-- out:  id int, name text, body text, digest text, fold text
SELECT id, name, note AS body, sha256 AS digest, fold FROM attachment WHERE id > $1 ORDER BY id LIMIT $2;

-- name: search_file_fold :exec
-- in:   id int, fold text
UPDATE attachment SET fold = $2 WHERE id = $1;

-- Letters of a case, as notice_mail tells them from what the program writes.
-- name: search_letters_from :many
-- row:  search_texts
-- in:   after int, row_limit int
-- out:  id int, name text, body text, digest text, fold text
SELECT id, subject AS name, body, '' AS digest, fold FROM mail
WHERE id > $1 AND secret = 0 AND automatic = 0 AND COALESCE(incident_id, report_id) IS NOT NULL
ORDER BY id LIMIT $2;

-- name: search_letter_fold :exec
-- in:   id int, fold text
UPDATE mail SET fold = $2 WHERE id = $1;

-- One node at a time makes the index anew: a second one that only reads the tables as well would lock itself with the
-- first. On SQLite who writes is alone anyhow.
-- name: search_alone :exec
UPDATE setting SET value = value WHERE key = 'search.version';

-- @postgres
LOCK TABLE setting IN SHARE UPDATE EXCLUSIVE MODE;

-- piece: index_clear(table)
INSERT INTO {table}_words ({table}_words) VALUES ('delete-all');
-- @postgres
LOCK TABLE {table} IN SHARE MODE;

-- piece: index_fill(table)
INSERT INTO {table}_words (rowid, fold) SELECT -r.id, r.fold FROM {table} r ORDER BY r.id DESC;
-- @postgres
REINDEX INDEX {table}_words;

-- piece: index_merge(table)
INSERT INTO {table}_words ({table}_words) VALUES ('optimize');
-- @postgres
ANALYZE {table};

-- name: search_clear_incident :exec
@index_clear(incident);

-- name: search_fill_incident :exec
@index_fill(incident);

-- name: search_merge_incident :exec
@index_merge(incident);

-- name: search_clear_report :exec
@index_clear(report);

-- name: search_fill_report :exec
@index_fill(report);

-- name: search_merge_report :exec
@index_merge(report);

-- name: search_clear_comment :exec
@index_clear(comment);

-- name: search_fill_comment :exec
@index_fill(comment);

-- name: search_merge_comment :exec
@index_merge(comment);

-- name: search_clear_system :exec
@index_clear(system);

-- name: search_fill_system :exec
@index_fill(system);

-- name: search_merge_system :exec
@index_merge(system);

-- name: search_clear_org :exec
@index_clear(org);

-- name: search_fill_org :exec
@index_fill(org);

-- name: search_merge_org :exec
@index_merge(org);

-- name: search_clear_attachment :exec
@index_clear(attachment);

-- name: search_fill_attachment :exec
@index_fill(attachment);

-- name: search_merge_attachment :exec
@index_merge(attachment);

-- name: search_clear_mail :exec
@index_clear(mail);

-- name: search_fill_mail :exec
@index_fill(mail);

-- name: search_merge_mail :exec
@index_merge(mail);
