-- name: report_insert :one
-- in:   code text, uuid text, secret_hash text, channel text, title text, body text, kind text, occurred_at int?, detected_at int?, received_at int, reporter_name text, reporter_org text, reporter_phone text, reporter_email text, account_id int?, confidential bool, address text, org_id int?, system_id int?, match_why text, message_id text, mail_kind text, fold text
-- out:  id int
INSERT INTO report (code, uuid, secret_hash, channel, state, title, body, kind, occurred_at, detected_at, received_at,
    reporter_name, reporter_org, reporter_phone, reporter_email, account_id, confidential, address, org_id, system_id,
    match_why, incident_id, duplicate_of, decided_by, decided_at, reason, message_id, mail_kind, version, fold)
VALUES ($1, $2, $3, $4, 'new', $5, $6, $7, $8, $9, $10,
    $11, $12, $13, $14, $15, $16, $17, $18, $19,
    $20, NULL, NULL, NULL, NULL, '', $21, $22, 1, $23)
RETURNING id;

-- The same mail given twice; another mail that bears its Message-ID is another report.
-- name: report_by_message_id :maybe
-- in:   message_id text, title text, body text
-- out:  id int, code text
SELECT id, code FROM report
WHERE message_id = $1 AND message_id <> '' AND title = $2 AND body = $3
ORDER BY id LIMIT 1;

-- name: report_by_secret :maybe
-- in:   secret_hash text
-- out:  id int
SELECT id FROM report WHERE secret_hash = $1;

-- name: report_id_by_code :maybe
-- in:   actor int, now int, code text
-- out:  id int
SELECT r.id FROM report r
WHERE r.code = $3
  AND @report_may_row(r.id, 'report.read', $1, $2);

-- name: report_may :one
-- in:   actor int, now int, id int
-- out:  may_read bool, may_triage bool
SELECT
    CASE WHEN @report_may($3, 'report.read', $1, $2) THEN 1 ELSE 0 END AS may_read,
    CASE WHEN @report_may($3, 'report.triage', $1, $2) THEN 1 ELSE 0 END AS may_triage;

-- name: report_lock :maybe
-- in:   id int
-- out:  code text, state text, version int, title text, incident_id int?, org_id int?
SELECT code, state, version, title, incident_id, org_id FROM report WHERE id = $1;

-- @postgres
SELECT code, state, version, title, incident_id, org_id FROM report WHERE id = $1 FOR UPDATE;

-- name: report_get :one
-- in:   id int
-- out:  id int, code text, channel text, state text, title text, body text, kind text, occurred_at int?, detected_at int?, received_at int, reporter_name text, reporter_org text, reporter_phone text, reporter_email text, account_id int?, confidential bool, address text, org_id int?, org_name text?, system_id int?, system_name text?, system_code text?, system_level int?, match_why text, incident_id int?, incident_code text?, incident_opened_at int?, duplicate_code text?, decided_name text?, decided_at int?, reason text, mail_kind text, version int
SELECT r.id, r.code, r.channel, r.state, r.title, r.body, r.kind, r.occurred_at, r.detected_at, r.received_at,
    r.reporter_name, r.reporter_org, r.reporter_phone, r.reporter_email, r.account_id, r.confidential, r.address,
    r.org_id, o.name AS org_name, r.system_id, s.name AS system_name, s.code AS system_code, s.level AS system_level,
    r.match_why, r.incident_id, i.code AS incident_code,
    i.opened_at AS incident_opened_at, d.code AS duplicate_code, a.name AS decided_name, r.decided_at,
    r.reason, r.mail_kind, r.version
FROM report r
LEFT JOIN org o ON o.id = r.org_id
LEFT JOIN system s ON s.id = r.system_id
LEFT JOIN incident i ON i.id = r.incident_id
LEFT JOIN report d ON d.id = r.duplicate_of
LEFT JOIN account a ON a.id = r.decided_by
WHERE r.id = $1;

-- The report that this one repeats.
-- name: report_original :maybe
-- in:   id int
-- out:  id int, state text, incident_id int?
SELECT o.id, o.state, o.incident_id FROM report r JOIN report o ON o.id = r.duplicate_of WHERE r.id = $1;

-- name: report_decide :exec
-- in:   id int, state text, incident_id int?, duplicate_of int?, reason text, by int?, at int?
UPDATE report SET state = $2, incident_id = $3, duplicate_of = $4, reason = $5, decided_by = $6, decided_at = $7,
    version = version + 1
WHERE id = $1;

-- name: report_set_state :exec
-- in:   id int, state text
UPDATE report SET state = $2, version = version + 1 WHERE id = $1;

-- name: report_set_owner :exec
-- in:   id int, org_id int?, system_id int?, match_why text
UPDATE report SET org_id = $2, system_id = $3, match_why = $4, version = version + 1 WHERE id = $1;

-- name: report_message_insert :exec
-- in:   report_id int, now int, from_reporter bool, actor_id int?, actor_name text, body text
INSERT INTO report_message (report_id, at, from_reporter, actor_id, actor_name, body) VALUES ($1, $2, $3, $4, $5, $6);

-- name: report_messages :many
-- in:   report_id int
-- out:  at int, from_reporter bool, actor_name text, body text
SELECT at, from_reporter, actor_name, body FROM report_message WHERE report_id = $1 ORDER BY at, id;

-- piece: report_summary(report, org, system, incident)
{report}.id, {report}.code, {report}.channel, {report}.state, {report}.title, {report}.kind, {report}.received_at,
    {org}.name AS org_name, {system}.name AS system_name, {incident}.code AS incident_code,
    (SELECT COUNT(*) FROM attachment f WHERE f.report_id = {report}.id) AS files, {report}.version,
    CASE WHEN {report}.state = 'asking' THEN
        (SELECT MAX(q.at) FROM report_message q WHERE q.report_id = {report}.id AND q.from_reporter = 0) END AS asked_at;

-- piece: report_joins(report, org, system, incident)
LEFT JOIN org {org} ON {org}.id = {report}.org_id
LEFT JOIN system {system} ON {system}.id = {report}.system_id
LEFT JOIN incident {incident} ON {incident}.id = {report}.incident_id;

-- What the page of the list asks for besides the state.
-- piece: report_asked(report, actor, channel, org, mine, words)
({channel} IS NULL OR {report}.channel = {channel})
  AND ({org} IS NULL OR {report}.org_id = {org})
  AND ({mine} = 0 OR {report}.account_id = {actor})
  AND @words_box(report, {report}.id, {words});

-- Lists: as those of incidents, one for who reaches everything and one for who reaches a part.
-- The inbox: only what is to be decided.
-- name: report_list :many
-- row:  report_summary
-- in:   actor int, now int, state text?, open_only bool, channel text?, org_id int?, mine bool, words text?, row_limit int, row_offset int
-- out:  id int, code text, channel text, state text, title text, kind text, received_at int, org_name text?, system_name text?, incident_code text?, files int, version int, asked_at int?
-- plan: kept unless org_id
SELECT @report_summary(r, o, s, i)
FROM (
    SELECT f.id FROM report f
    WHERE f.state IN ('new', 'asking') AND $4 <> 0
      AND ($3 IS NULL OR f.state = $3)
      AND @report_asked(f, $1, $5, $6, $7, $8)
      AND @report_seen(f, $1, $2)
    ORDER BY f.received_at, f.id
    LIMIT $9 OFFSET $10) AS k
JOIN report r ON r.id = k.id
@report_joins(r, o, s, i)
ORDER BY r.received_at, r.id;

-- name: report_list_reach :many
-- row:  report_summary
-- in:   actor int, now int, state text?, open_only bool, channel text?, org_id int?, mine bool, words text?, row_limit int, row_offset int
-- out:  id int, code text, channel text, state text, title text, kind text, received_at int, org_name text?, system_name text?, incident_code text?, files int, version int, asked_at int?
-- plan: kept
SELECT @report_summary(r, o, s, i)
FROM (
    SELECT f.id FROM report f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state IN ('new', 'asking'))
      AND @report_asked(f, $1, $5, $6, $7, $8)
      AND f.id @reports_of('report.read', $1, $2)
    ORDER BY f.received_at, f.id
    LIMIT $9 OFFSET $10) AS k
JOIN report r ON r.id = k.id
@report_joins(r, o, s, i)
ORDER BY r.received_at, r.id;

-- name: report_list_newest :many
-- row:  report_summary
-- in:   actor int, now int, state text?, open_only bool, channel text?, org_id int?, mine bool, words text?, row_limit int, row_offset int
-- out:  id int, code text, channel text, state text, title text, kind text, received_at int, org_name text?, system_name text?, incident_code text?, files int, version int, asked_at int?
SELECT @report_summary(r, o, s, i)
FROM (
    SELECT f.id FROM report f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state IN ('new', 'asking'))
      AND @report_asked(f, $1, $5, $6, $7, $8)
      AND @report_seen(f, $1, $2)
    ORDER BY f.received_at DESC, f.id DESC
    LIMIT $9 OFFSET $10) AS k
JOIN report r ON r.id = k.id
@report_joins(r, o, s, i)
ORDER BY r.received_at DESC, r.id DESC;

-- name: report_list_newest_reach :many
-- row:  report_summary
-- in:   actor int, now int, state text?, open_only bool, channel text?, org_id int?, mine bool, words text?, row_limit int, row_offset int
-- out:  id int, code text, channel text, state text, title text, kind text, received_at int, org_name text?, system_name text?, incident_code text?, files int, version int, asked_at int?
-- plan: kept
SELECT @report_summary(r, o, s, i)
FROM (
    SELECT f.id FROM report f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state IN ('new', 'asking'))
      AND @report_asked(f, $1, $5, $6, $7, $8)
      AND f.id @reports_of('report.read', $1, $2)
    ORDER BY f.received_at DESC, f.id DESC
    LIMIT $9 OFFSET $10) AS k
JOIN report r ON r.id = k.id
@report_joins(r, o, s, i)
ORDER BY r.received_at DESC, r.id DESC;

-- name: report_count :one
-- row:  report_count
-- in:   actor int, now int, state text?, open_only bool, channel text?, org_id int?, mine bool, words text?
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM report f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state IN ('new', 'asking'))
      AND @report_asked(f, $1, $5, $6, $7, $8)
      AND @report_seen(f, $1, $2)
    LIMIT 10001) AS counted;

-- name: report_count_inbox :one
-- row:  report_count
-- in:   actor int, now int, state text?, open_only bool, channel text?, org_id int?, mine bool, words text?
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM report f
    WHERE f.state IN ('new', 'asking') AND $4 <> 0
      AND ($3 IS NULL OR f.state = $3)
      AND @report_asked(f, $1, $5, $6, $7, $8)
      AND @report_seen(f, $1, $2)
    LIMIT 10001) AS counted;

-- name: report_count_reach :one
-- row:  report_count
-- in:   actor int, now int, state text?, open_only bool, channel text?, org_id int?, mine bool, words text?
-- out:  total int
-- plan: kept
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM report f
    WHERE ($3 IS NULL OR f.state = $3)
      AND ($4 = 0 OR f.state IN ('new', 'asking'))
      AND @report_asked(f, $1, $5, $6, $7, $8)
      AND f.id @reports_of('report.read', $1, $2)
    LIMIT 10001) AS counted;

-- Open incidents that share an observable or the system with the report: where it may belong. The example is what
-- tells most: an address is of many, a file of one.
-- name: report_suggestions :many
-- in:   actor int, now int, id int
-- out:  incident_id int, code text, title text, state text, org_name text, severity int, shared int, example text
SELECT i.id AS incident_id, i.code, i.title, i.state, o.name AS org_name, i.severity, u.shared,
    SUBSTR(u.example, 2) AS example
FROM (
    SELECT w.incident_id, COUNT(*) AS shared, MIN(w.what) AS example
    FROM (
        SELECT y.incident_id, CASE ob.kind WHEN 'sha256' THEN '1' WHEN 'sha1' THEN '1' WHEN 'md5' THEN '1' WHEN 'url' THEN '2'
            WHEN 'domain' THEN '3' WHEN 'email' THEN '4' WHEN 'ipv4' THEN '8' WHEN 'ipv6' THEN '8' WHEN 'cidr' THEN '9'
            ELSE '5' END || ob.value AS what
        FROM report_observable x
        JOIN incident_observable y ON y.observable_id = x.observable_id
        JOIN observable ob ON ob.id = x.observable_id
        WHERE x.report_id = $3
        UNION ALL
        SELECT y.incident_id, '0' || s.name AS what
        FROM report r
        JOIN incident_system y ON y.system_id = r.system_id
        JOIN system s ON s.id = r.system_id
        WHERE r.id = $3
    ) AS w
    GROUP BY w.incident_id
) AS u
JOIN incident i ON i.id = u.incident_id
JOIN org o ON o.id = i.org_id
WHERE i.state <> 'closed'
  AND @incident_may(i.id, 'incident.write', $1, $2)
ORDER BY u.shared DESC, i.updated_at DESC
LIMIT 6;

-- Incidents a report may be joined to: by the code, or by words; open ones first.
-- name: report_targets :many
-- in:   actor int, now int, code text?, words text?
-- out:  code text, title text, state text, opened_at int, org_name text
SELECT i.code, i.title, i.state, i.opened_at, o.name AS org_name
FROM incident i
JOIN org o ON o.id = i.org_id
WHERE ($3 IS NULL OR i.code = $3)
  AND i.merged_into IS NULL
  AND @words_box(incident, i.id, $4)
  AND @incident_may(i.id, 'incident.write', $1, $2)
ORDER BY CASE WHEN i.state = 'closed' THEN 1 ELSE 0 END, i.updated_at DESC, i.id DESC
LIMIT 60;

-- The new report that was received next after another one.
-- name: report_after :maybe
-- in:   actor int, now int, received_at int, id int, not_id int
-- out:  code text, title text
SELECT r.code, r.title FROM report r
WHERE r.state = 'new' AND (r.received_at, r.id) > ($3, $4) AND r.id <> $5
  AND @report_may(r.id, 'report.triage', $1, $2)
ORDER BY r.received_at, r.id
LIMIT 1;

-- Other reports with the same observables: it may be a duplicate of one.
-- Those that came before first, and of these the original before its duplicates, then who shares most, then the earliest.
-- name: report_similar :many
-- in:   actor int, now int, id int
-- out:  id int, code text, title text, state text, received_at int, shared int
SELECT r.id, r.code, r.title, r.state, r.received_at, COUNT(*) AS shared
FROM report_observable x
JOIN report_observable y ON y.observable_id = x.observable_id AND y.report_id <> x.report_id
JOIN report r ON r.id = y.report_id
WHERE x.report_id = $3
  AND @report_may(r.id, 'report.read', $1, $2)
GROUP BY r.id, r.code, r.title, r.state, r.received_at
ORDER BY CASE WHEN r.id < $3 THEN 0 ELSE 1 END, CASE WHEN r.state IN ('duplicate', 'spam') THEN 1 ELSE 0 END,
    6 DESC, r.id
LIMIT 6;

-- name: report_observables :many
-- in:   report_id int
-- out:  kind text, value text
SELECT ob.kind, ob.value FROM report_observable x JOIN observable ob ON ob.id = x.observable_id
WHERE x.report_id = $1
ORDER BY ob.kind, ob.value
LIMIT 500;

-- The system of an officer's choice, with its owner, when in reach.
-- name: report_system :maybe
-- in:   actor int, now int, id int
-- out:  owner_id int, name text
SELECT s.owner_id, s.name FROM system s
WHERE s.id = $3
  AND @system_may(s, 'system.read', $1, $2);

-- name: report_inbox_counts :one
-- in:   actor int, now int
-- out:  fresh int, asking int, oldest int?
SELECT
    COALESCE(SUM(CASE WHEN r.state = 'new' THEN 1 ELSE 0 END), 0) AS fresh,
    COALESCE(SUM(CASE WHEN r.state = 'asking' THEN 1 ELSE 0 END), 0) AS asking,
    MIN(CASE WHEN r.state = 'new' THEN r.received_at END) AS oldest
FROM report r
WHERE r.state IN ('new', 'asking')
  AND @report_may(r.id, 'report.read', $1, $2);

-- name: report_history :many
-- in:   report_id int
-- out:  at int, actor_name text, action text, detail text
SELECT at, actor_name, action, detail FROM audit
WHERE object_kind = 'report' AND object_id = $1
ORDER BY seq DESC
LIMIT 100;

-- name: report_receipts :one
-- in:   address text, since int
-- out:  total int
SELECT COUNT(*) AS total FROM mail WHERE at > $2 AND kind = 'receipt' AND to_list = $1;

-- name: report_reporter :maybe
-- in:   id int
-- out:  email text, message_id text
SELECT reporter_email AS email, message_id FROM report WHERE id = $1 AND reporter_email <> '';

-- What a decision on many reports alters, and putting it back.
-- name: report_decision :one
-- in:   id int
-- out:  state text, reason text, decided_by int?, decided_at int?, version int
SELECT state, reason, decided_by, decided_at, version FROM report WHERE id = $1;

-- name: report_decision_put :exec
-- in:   id int, state text, reason text, decided_by int?, decided_at int?
UPDATE report SET state = $2, reason = $3, decided_by = $4, decided_at = $5, incident_id = NULL, duplicate_of = NULL,
    version = version + 1
WHERE id = $1;
