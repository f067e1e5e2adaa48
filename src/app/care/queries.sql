-- name: care_newest :one
-- out:  at int
SELECT COALESCE(MAX(a.at), 0) AS at FROM audit a WHERE a.seq > (SELECT h.seq - 100 FROM audit_head h WHERE h.id = 1);

-- name: care_blobs :each
-- out:  sha256 text
SELECT b.sha256 FROM blob b ORDER BY b.sha256;

-- name: care_blob_known :maybe
-- in:   sha256 text
-- out:  size int
SELECT b.size FROM blob b WHERE b.sha256 = $1;

-- name: care_password_of :maybe
-- in:   login text
-- out:  password_hash text
SELECT a.password_hash FROM account a WHERE a.login = $1 AND a.state = 'active';

-- name: care_is_sample :one
-- out:  sample bool
SELECT EXISTS (SELECT 1 FROM setting s WHERE s.key = 'site.sample' AND s.value = '1') AS sample;

-- name: care_administrators :one
-- in:   now int
-- out:  n int
SELECT COUNT(DISTINCT g.account_id) AS n
FROM role_grant g
JOIN account a ON a.id = g.account_id AND a.state = 'active'
WHERE g.role = 'admin' AND g.revoked_at IS NULL AND g.valid_from <= $1
  AND (g.valid_to IS NULL OR g.valid_to > $1);

-- ---- a person ------------------------------------------------------------------------------------

-- name: person_account :maybe
-- in:   login text
-- out:  id int, login text, name text, email text, phone text, position text, state text, created_at int, last_login_at int?
SELECT a.id, a.login, a.name, a.email, a.phone, a.position, a.state, a.created_at, a.last_login_at
FROM account a WHERE a.login = $1;

-- name: person_report :maybe
-- in:   code text
-- out:  id int, code text, title text, body text, state text, received_at int, reporter_name text, reporter_org text, reporter_phone text, reporter_email text, address text, incident_code text?, incident_state text?
SELECT r.id, r.code, r.title, r.body, r.state, r.received_at, r.reporter_name, r.reporter_org, r.reporter_phone,
       r.reporter_email, r.address, i.code AS incident_code, i.state AS incident_state
FROM report r
LEFT JOIN incident i ON i.id = r.incident_id
WHERE r.code = $1;

-- name: person_open_work :one
-- in:   account int
-- out:  n int
SELECT (SELECT COUNT(*) FROM incident i WHERE i.lead_id = $1 AND i.state <> 'closed')
     + (SELECT COUNT(*) FROM task t JOIN incident i ON i.id = t.incident_id
        WHERE t.assignee_id = $1 AND i.state <> 'closed' AND t.state NOT IN ('done', 'skipped')) AS n;

-- name: person_counts :one
-- in:   account int
-- out:  sessions int, tokens int, comments int, events int, files int, messages int, mails int, drafts int, filters int, notices int
SELECT (SELECT COUNT(*) FROM session s WHERE s.account_id = $1) AS sessions,
       (SELECT COUNT(*) FROM api_token t WHERE t.account_id = $1) AS tokens,
       (SELECT COUNT(*) FROM comment c WHERE c.author_id = $1) AS comments,
       (SELECT COUNT(*) FROM incident_event e WHERE e.actor_id = $1) AS events,
       (SELECT COUNT(*) FROM attachment f WHERE f.added_by = $1) AS files,
       (SELECT COUNT(*) FROM report_message m WHERE m.actor_id = $1) AS messages,
       (SELECT COUNT(*) FROM mail l WHERE l.account_id = $1) AS mails,
       (SELECT COUNT(*) FROM form_draft d WHERE d.account_id = $1) AS drafts,
       (SELECT COUNT(*) FROM saved_filter f WHERE f.account_id = $1) AS filters,
       (SELECT COUNT(*) FROM notice n WHERE n.account_id = $1) AS notices;

-- name: person_roles :each
-- in:   account int
-- out:  role text, org text, valid_from int, valid_to int?, revoked_at int?
SELECT g.role, o.code AS org, g.valid_from, g.valid_to, g.revoked_at
FROM role_grant g JOIN org o ON o.id = g.org_id WHERE g.account_id = $1 ORDER BY g.id;

-- name: person_sessions :each
-- in:   account int
-- out:  created_at int, address text, agent text
SELECT s.created_at, s.address, s.agent FROM session s WHERE s.account_id = $1 ORDER BY s.created_at;

-- name: person_comments :each
-- in:   account int
-- out:  at int, incident text, body text
SELECT c.at, i.code AS incident, c.body
FROM comment c JOIN incident i ON i.id = c.incident_id WHERE c.author_id = $1 ORDER BY c.id;

-- What else bears the account's id, by list. Of secrets only that they are there; what stands in the records of the
-- work is named, not repeated.
-- name: person_belongings :each
-- in:   account int
-- out:  list text, at int?, record text, what text
SELECT 'api_tokens' AS list, t.created_at AS at, t.hint AS record, t.name AS what FROM api_token t WHERE t.account_id = $1
UNION ALL
SELECT 'second_factor', s.created_at, '', '' FROM second_factor s WHERE s.account_id = $1
UNION ALL
SELECT 'sign_in_links', l.created_at, '', l.purpose FROM account_link l WHERE l.account_id = $1
UNION ALL
SELECT 'identities', x.created_at, x.issuer, x.label FROM account_identity x WHERE x.account_id = $1
UNION ALL
SELECT 'saved_filters', f.saved_at, f.list, f.name || ': ' || f.query FROM saved_filter f WHERE f.account_id = $1
UNION ALL
SELECT 'filters_lists_open_with', NULL, d.list, f.name
FROM filter_default d JOIN saved_filter f ON f.id = d.filter_id WHERE d.account_id = $1
UNION ALL
SELECT 'drafts', d.saved_at, d.path, d.data FROM form_draft d WHERE d.account_id = $1
UNION ALL
SELECT 'notices', n.at, COALESCE(i.code, r.code, ''), e.event
FROM notice n
JOIN notice_event e ON e.id = n.event_id
LEFT JOIN incident i ON i.id = e.incident_id
LEFT JOIN report r ON r.id = e.report_id
WHERE n.account_id = $1
UNION ALL
SELECT 'notice_choices', NULL, c.event, c.mail FROM notice_choice c WHERE c.account_id = $1
UNION ALL
SELECT 'mails_to_them', m.at, m.to_list, CASE WHEN m.secret = 0 THEN m.subject ELSE '' END FROM mail m WHERE m.account_id = $1
UNION ALL
SELECT 'mails_written', m.at, COALESCE(i.code, r.code, ''), m.subject
FROM mail m LEFT JOIN incident i ON i.id = m.incident_id LEFT JOIN report r ON r.id = m.report_id WHERE m.by_id = $1
UNION ALL
SELECT 'led', i.opened_at, i.code, i.title FROM incident i WHERE i.lead_id = $1
UNION ALL
SELECT 'opened', i.opened_at, i.code, i.title FROM incident i WHERE i.opened_by = $1
UNION ALL
SELECT 'member_of', m.added_at, i.code, '' FROM incident_member m JOIN incident i ON i.id = m.incident_id WHERE m.account_id = $1
UNION ALL
SELECT 'watched', w.added_at, i.code, '' FROM incident_watcher w JOIN incident i ON i.id = w.incident_id WHERE w.account_id = $1
UNION ALL
SELECT 'tasks', t.due_at, i.code, t.title
FROM task t JOIN incident i ON i.id = t.incident_id WHERE t.assignee_id = $1 OR t.done_by = $1
UNION ALL
SELECT 'timeline', e.at, i.code, e.kind FROM incident_event e JOIN incident i ON i.id = e.incident_id WHERE e.actor_id = $1
UNION ALL
SELECT 'observables', x.added_at, i.code, x.note
FROM incident_observable x JOIN incident i ON i.id = x.incident_id WHERE x.added_by = $1
UNION ALL
SELECT 'files', f.added_at, f.uuid, f.name FROM attachment f WHERE f.added_by = $1
UNION ALL
SELECT 'custody', c.at, f.uuid, c.action FROM custody c JOIN attachment f ON f.id = c.attachment_id WHERE c.actor_id = $1
UNION ALL
SELECT 'messages_to_reporters', m.at, r.code, m.body
FROM report_message m JOIN report r ON r.id = m.report_id WHERE m.actor_id = $1
UNION ALL
SELECT 'reports', r.received_at, r.code, r.title FROM report r WHERE r.account_id = $1
UNION ALL
SELECT 'shared', s.shared_at, i.code, s.reason FROM incident_share s JOIN incident i ON i.id = s.incident_id WHERE s.shared_by = $1
UNION ALL
SELECT 'webhooks', w.created_at, w.uuid, w.name FROM webhook w WHERE w.created_by = $1
ORDER BY 1, 2, 3, 4;

-- name: person_messages :each
-- in:   report int
-- out:  at int, body text
SELECT m.at, m.body FROM report_message m WHERE m.report_id = $1 AND m.from_reporter = 1 ORDER BY m.id;

-- Entries of what a person did, or about the record itself, or that name the person.
-- name: person_entries :each
-- in:   account int?, kind text, id int, like_a text?, like_b text?, like_c text?, like_d text?
-- out:  seq int, at int, actor_id int?, actor_name text, action text, object_kind text, object_id int?, object_code text, address text, detail text
SELECT a.seq, a.at, a.actor_id, a.actor_name, a.action, a.object_kind, a.object_id, a.object_code, a.address, a.detail
FROM audit a
WHERE a.actor_id = $1
   OR (a.object_kind = $2 AND a.object_id = $3)
   OR ($4 IS NOT NULL AND (a.detail LIKE $4 ESCAPE '\' OR a.actor_name LIKE $4 ESCAPE '\' OR a.object_code LIKE $4 ESCAPE '\'))
   OR ($5 IS NOT NULL AND (a.detail LIKE $5 ESCAPE '\' OR a.actor_name LIKE $5 ESCAPE '\' OR a.object_code LIKE $5 ESCAPE '\'))
   OR ($6 IS NOT NULL AND (a.detail LIKE $6 ESCAPE '\' OR a.actor_name LIKE $6 ESCAPE '\' OR a.object_code LIKE $6 ESCAPE '\'))
   OR ($7 IS NOT NULL AND (a.detail LIKE $7 ESCAPE '\' OR a.actor_name LIKE $7 ESCAPE '\' OR a.object_code LIKE $7 ESCAPE '\'))
ORDER BY a.seq;

-- name: erase_account :exec
-- in:   account int, label text, fold text, sort_key text
UPDATE account SET login = $2, name = $2, email = '', phone = '', position = '', password_hash = '', state = 'disabled',
       fold = $3, sort_key = $4, version = version + 1
WHERE id = $1;

-- name: erase_sessions :exec
-- in:   account int
DELETE FROM session WHERE account_id = $1;

-- name: erase_tokens :exec
-- in:   account int
DELETE FROM api_token WHERE account_id = $1;

-- name: erase_factor :exec
-- in:   account int
DELETE FROM second_factor WHERE account_id = $1;

-- name: erase_recovery :exec
-- in:   account int
DELETE FROM recovery_code WHERE account_id = $1;

-- name: erase_steps :exec
-- in:   account int
DELETE FROM sign_in_step WHERE account_id = $1;

-- name: erase_links :exec
-- in:   account int
DELETE FROM account_link WHERE account_id = $1;

-- name: erase_identities :exec
-- in:   account int
DELETE FROM account_identity WHERE account_id = $1;

-- name: erase_drafts :exec
-- in:   account int
DELETE FROM form_draft WHERE account_id = $1;

-- name: erase_filter_defaults :exec
-- in:   account int
DELETE FROM filter_default
WHERE account_id = $1 OR filter_id IN (SELECT f.id FROM saved_filter f WHERE f.account_id = $1);

-- name: erase_filters :exec
-- in:   account int
DELETE FROM saved_filter WHERE account_id = $1;

-- name: erase_notices :exec
-- in:   account int
DELETE FROM notice WHERE account_id = $1;

-- name: erase_choices :exec
-- in:   account int
DELETE FROM notice_choice WHERE account_id = $1;

-- name: erase_stop :exec
-- in:   account int
DELETE FROM notice_stop WHERE account_id = $1;

-- name: erase_mails :exec
-- in:   account int
UPDATE mail SET to_list = '', cc_list = '', subject = '', body = '', fold = '' WHERE account_id = $1;

-- name: erase_mail_names :exec
-- in:   account int, label text
UPDATE mail SET by_name = $2 WHERE by_id = $1;

-- name: erase_comment_names :exec
-- in:   account int, label text
UPDATE comment SET author_name = $2 WHERE author_id = $1;

-- name: erase_event_names :exec
-- in:   account int, label text
UPDATE incident_event SET actor_name = $2 WHERE actor_id = $1;

-- name: erase_message_names :exec
-- in:   account int, label text
UPDATE report_message SET actor_name = $2 WHERE actor_id = $1;

-- name: erase_file_names :exec
-- in:   account int, label text
UPDATE attachment SET added_name = $2 WHERE added_by = $1;

-- name: erase_share_names :exec
-- in:   account int, label text
UPDATE incident_share SET shared_name = $2 WHERE shared_by = $1;

-- name: erase_merge_names :exec
-- in:   account int, label text
UPDATE incident_merge SET by_name = $2 WHERE by_id = $1;

-- name: erase_notice_names :exec
-- in:   account int, label text
UPDATE notice_event SET by_name = $2 WHERE by_id = $1;

-- name: erase_revoke_names :exec
-- in:   name text, label text
UPDATE incident_share SET revoked_name = $2 WHERE revoked_name = $1;

-- name: erase_reporter :exec
-- in:   report int, fold text
UPDATE report SET reporter_name = '', reporter_org = '', reporter_phone = '', reporter_email = '', address = '',
       fold = $2, version = version + 1
WHERE id = $1;

-- name: erase_report_texts :exec
-- in:   report int, label text
UPDATE report SET title = $2, body = $2 WHERE id = $1;

-- name: erase_report_messages :exec
-- in:   report int, label text
UPDATE report_message SET body = $2 WHERE report_id = $1 AND from_reporter = 1;

-- name: erase_report_mails :exec
-- in:   report int, label text, texts bool
UPDATE mail SET sender = '', to_list = '', cc_list = '',
       subject = CASE WHEN $3 = 1 THEN $2 ELSE subject END, body = CASE WHEN $3 = 1 THEN $2 ELSE body END,
       fold = CASE WHEN $3 = 1 THEN '' ELSE fold END
WHERE report_id = $1;

-- ---- retention -----------------------------------------------------------------------------------

-- name: retention_settings :many
-- out:  key text, value text
SELECT s.key, s.value FROM setting s WHERE s.key LIKE 'retention.%' ORDER BY s.key;

-- name: retention_put :exec
-- in:   key text, value text
INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2;

-- Reports set aside as spam, with something of a reporter left.
-- name: retention_spam :many
-- row:  retention_code
-- in:   before int, most int
-- out:  code text
SELECT r.code FROM report r
WHERE r.state = 'spam' AND r.decided_at < $1
  AND (r.reporter_name <> '' OR r.reporter_org <> '' OR r.reporter_phone <> '' OR r.reporter_email <> '' OR r.address <> '')
ORDER BY r.id LIMIT $2;

-- Reports that are done with: set aside, or part of an incident that is closed.
-- name: retention_closed :many
-- row:  retention_code
-- in:   before int, most int
-- out:  code text
SELECT r.code FROM report r
LEFT JOIN incident i ON i.id = r.incident_id
WHERE r.decided_at < $1 AND r.state <> 'new'
  AND ((r.incident_id IS NULL AND r.state IN ('spam', 'duplicate', 'closed')) OR (i.state = 'closed' AND i.closed_at < $1))
  AND (r.reporter_name <> '' OR r.reporter_org <> '' OR r.reporter_phone <> '' OR r.reporter_email <> '' OR r.address <> '')
ORDER BY r.id LIMIT $2;

-- name: retention_sessions_count :one
-- row:  retention_count
-- in:   before int
-- out:  n int
SELECT COUNT(*) AS n FROM session s WHERE s.expires_at < $1 OR s.revoked_at < $1;

-- name: retention_sessions :exec
-- in:   before int
DELETE FROM session WHERE expires_at < $1 OR revoked_at < $1;

-- name: retention_failures_count :one
-- row:  retention_count
-- in:   before int
-- out:  n int
SELECT COUNT(*) AS n FROM sign_in_failure f WHERE f.last_at < $1;

-- name: retention_failures :exec
-- in:   before int
DELETE FROM sign_in_failure WHERE last_at < $1;

-- name: retention_drafts_count :one
-- row:  retention_count
-- in:   before int
-- out:  n int
SELECT COUNT(*) AS n FROM form_draft d WHERE d.saved_at < $1;

-- name: retention_drafts :exec
-- in:   before int
DELETE FROM form_draft WHERE saved_at < $1;

-- name: retention_notices_count :one
-- row:  retention_count
-- in:   before int
-- out:  n int
SELECT COUNT(*) AS n FROM notice t WHERE t.at < $1;

-- name: retention_notices :exec
-- in:   before int
DELETE FROM notice WHERE at < $1;

-- name: retention_mails_count :one
-- row:  retention_count
-- in:   before int
-- out:  n int
SELECT COUNT(*) AS n FROM mail m
WHERE m.at < $1 AND m.state <> 'queued' AND m.kind IN ('account', 'notice', 'digest', 'test');

-- name: retention_mail_attempts :exec
-- in:   before int
DELETE FROM mail_attempt WHERE mail_id IN (SELECT m.id FROM mail m
    WHERE m.at < $1 AND m.state <> 'queued' AND m.kind IN ('account', 'notice', 'digest', 'test'));

-- name: retention_mails :exec
-- in:   before int
DELETE FROM mail WHERE at < $1 AND state <> 'queued' AND kind IN ('account', 'notice', 'digest', 'test');

-- name: retention_runs :many
-- out:  at int, actor_name text, detail text
SELECT a.at, a.actor_name, a.detail FROM audit a
WHERE a.object_kind = 'setting' AND a.action = 'setting.retention' ORDER BY a.seq DESC LIMIT 10;

-- ---- finding people ------------------------------------------------------------------------------

-- name: person_search_accounts :many
-- in:   exact text, like text
-- out:  login text, name text, email text, phone text, created_at int
SELECT a.login, a.name, a.email, a.phone, a.created_at FROM account a
WHERE a.login = $1 OR a.fold LIKE $2 ESCAPE '\' ORDER BY a.login LIMIT 50;

-- name: person_search_reports :many
-- in:   code text, like text
-- out:  code text, reporter_name text, reporter_email text, reporter_phone text, received_at int
SELECT r.code, r.reporter_name, r.reporter_email, r.reporter_phone, r.received_at FROM report r
WHERE r.code = $1
   OR (r.fold LIKE $2 ESCAPE '\' AND (r.reporter_name <> '' OR r.reporter_email <> '' OR r.reporter_phone <> ''))
ORDER BY r.id DESC LIMIT 500;
