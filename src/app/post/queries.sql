-- Settings ----------------------------------------------------------------------------------------

-- name: post_setting_all :many
-- out:  key text, value text
SELECT key, value FROM setting WHERE key >= 'mail.' AND key < 'mail/';

-- name: post_setting :maybe
-- in:   key text
-- out:  value text
SELECT value FROM setting WHERE key = $1;

-- name: post_setting_put :exec
-- in:   key text, value text
INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- One version more, if it is still this one; 0: whatever it is.
-- name: post_settings_bump :exec
-- in:   version int
INSERT INTO setting (key, value) VALUES ('mail.version', '2') ON CONFLICT (key) DO UPDATE
SET value = CAST(CAST(setting.value AS bigint) + 1 AS text) WHERE $1 = 0 OR CAST(setting.value AS bigint) = $1;

-- name: post_setting_forget :exec
-- in:   key text
DELETE FROM setting WHERE key = $1;

-- Secrets of before they were sealed.
-- name: post_plain :one
-- out:  n int
SELECT (SELECT COUNT(*) FROM setting s WHERE s.key IN ('mail.smtp_password', 'mail.imap_password'))
     + (SELECT COUNT(*) FROM webhook w WHERE w.sealed = 0) AS n;

-- name: post_hooks_plain :many
-- out:  id int, uuid text, secret text
SELECT w.id, w.uuid, w.secret FROM webhook w WHERE w.sealed = 0 ORDER BY w.id;

-- name: post_hooks_sealed :many
-- out:  uuid text, secret text
SELECT w.uuid, w.secret FROM webhook w WHERE w.sealed = 1 ORDER BY w.id;

-- name: post_hook_secret :exec
-- in:   id int, sealed text
UPDATE webhook SET secret = $2, sealed = 1 WHERE id = $1;

-- Handing on --------------------------------------------------------------------------------------

-- name: post_event :maybe
-- in:   id int
-- out:  id int, at int, event text, report_id int?, incident_id int?, account_id int?, by_name text, detail text, done_at int?, code text?, title text?, tlp text?, severity int?, state text?, org_code text?
SELECT e.id, e.at, e.event, e.report_id, e.incident_id, e.account_id, e.by_name, e.detail, e.done_at,
    COALESCE(i.code, r.code) AS code, COALESCE(i.title, r.title) AS title, i.tlp, i.severity,
    COALESCE(i.state, r.state) AS state, o.code AS org_code
FROM notice_event e
LEFT JOIN incident i ON i.id = e.incident_id
LEFT JOIN report r ON r.id = e.report_id
LEFT JOIN org o ON o.id = COALESCE(i.org_id, r.org_id)
WHERE e.id = $1;

-- Whom an event concerns, as long as they may see the record: the one it names; of an incident its members, its
-- lead and who watches it; of a new one whoever works on incidents there; of a report whoever decides on it. Nobody is told of what they
-- did themselves, but for what happens to their account. Who may be concerned is gathered first: a test of everybody would
-- read all members of all incidents, for each event.
-- name: post_people :many
-- in:   event_id int, now int, named int?, concerned int?, opened int?, report int?
-- out:  account_id int, name text, email text, lang text, in_app int?, mail text?
SELECT a.id AS account_id, a.name, a.email, a.lang, c.in_app, c.mail
FROM (SELECT n.id AS account_id FROM account n WHERE n.id = $3
      UNION
      SELECT m.account_id FROM incident_member m WHERE m.incident_id = $4
      UNION
      SELECT i.lead_id FROM incident i WHERE i.id = $4
      UNION
      SELECT w.account_id FROM incident_watcher w WHERE w.incident_id = $4
      UNION
      SELECT x.account_id FROM incident_access x
      WHERE x.incident_id = $5 AND x.permission = 'incident.write' AND x.valid_from <= $2 AND x.valid_to > $2
      UNION
      SELECT x.account_id FROM report_access x
      WHERE x.report_id = $6 AND x.permission = 'report.triage' AND x.valid_from <= $2 AND x.valid_to > $2) who
JOIN account a ON a.id = who.account_id AND a.state = 'active'
JOIN notice_event e ON e.id = $1
LEFT JOIN notice_choice c ON c.account_id = a.id AND c.event = e.event
WHERE (e.by_id IS NULL OR a.id <> e.by_id OR e.event LIKE 'account.%')
  AND (e.incident_id IS NULL
       OR EXISTS (SELECT 1 FROM incident_access x
                  WHERE x.incident_id = e.incident_id AND x.account_id = a.id
                    AND x.permission = CASE WHEN e.event = 'incident.opened' THEN 'incident.write'
                                            ELSE 'incident.read' END
                    AND x.valid_from <= $2 AND x.valid_to > $2))
  AND (e.account_id IS NULL OR e.report_id IS NULL OR e.incident_id IS NOT NULL
       OR EXISTS (SELECT 1 FROM report_access x
                  WHERE x.report_id = e.report_id AND x.account_id = a.id AND x.permission = 'report.triage'
                    AND x.valid_from <= $2 AND x.valid_to > $2))
  AND (e.event <> 'incident.comment'
       OR (SELECT COUNT(*) FROM notice_event o
           WHERE o.incident_id = e.incident_id AND o.event = 'incident.mention' AND o.account_id = a.id
             AND o.at = e.at) = 0)
ORDER BY a.id;

-- name: post_notice_insert :exec
-- in:   event_id int, account_id int, at int, in_app bool, digest bool
-- send: later
INSERT INTO notice (event_id, account_id, at, in_app, digest, read_at) VALUES ($1, $2, $3, $4, $5, NULL)
ON CONFLICT (event_id, account_id) DO NOTHING;

-- name: post_event_done :exec
-- in:   id int, now int
-- send: later
UPDATE notice_event SET done_at = $2 WHERE id = $1;

-- name: post_stop_put :exec
-- in:   account_id int, token text
INSERT INTO notice_stop (account_id, token) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING;

-- name: post_stop_token :one
-- in:   account_id int
-- out:  token text
SELECT token FROM notice_stop WHERE account_id = $1;

-- name: post_stop_account :maybe
-- in:   token text
-- out:  id int, name text, lang text
SELECT a.id, a.name, a.lang FROM notice_stop s JOIN account a ON a.id = s.account_id WHERE s.token = $1;

-- Due times ---------------------------------------------------------------------------------------

-- name: post_due_tasks :many
-- in:   now int, soon int
-- out:  task_id int, title text, assignee_id int, incident_id int, due_at int
SELECT t.id AS task_id, t.title, t.assignee_id, t.incident_id, t.due_at
FROM task t JOIN incident i ON i.id = t.incident_id
WHERE t.assignee_id IS NOT NULL AND t.state IN ('open', 'doing') AND i.state <> 'closed'
  AND t.due_at > $1 - 604800000 AND t.due_at <= $2
ORDER BY t.due_at
LIMIT 1000;

-- name: post_mark_known :maybe
-- in:   mark text
-- out:  id int
SELECT id FROM notice_event WHERE mark = $1 AND mark <> '' LIMIT 1;

-- The list and the digest -------------------------------------------------------------------------

-- A title is shown to who may see the record now, whatever was the case when the notice was made.
-- name: post_notices :many
-- row:  post_line
-- in:   account_id int, now int, unread_only bool, group text, row_limit int, row_offset int
-- out:  id int, at int, event text, read_at int?, by_name text, detail text, code text?, title text?, incident_code text?, report_code text?, tlp text?
SELECT n.id, n.at, e.event, n.read_at, e.by_name,
    CASE WHEN (e.incident_id IS NULL OR i.id IS NOT NULL) AND (e.report_id IS NULL OR r.id IS NOT NULL OR i.id IS NOT NULL)
         THEN e.detail ELSE '' END AS detail,
    COALESCE(i.code, r.code) AS code, COALESCE(i.title, r.title) AS title, i.code AS incident_code,
    r.code AS report_code, i.tlp
FROM notice n
JOIN notice_event e ON e.id = n.event_id
LEFT JOIN incident i ON i.id = e.incident_id
    AND @incident_may(i.id, 'incident.read', $1, $2)
LEFT JOIN report r ON r.id = e.report_id
    AND @report_may(r.id, 'report.read', $1, $2)
WHERE n.account_id = $1 AND n.in_app = 1
  AND ($3 = 0 OR n.read_at IS NULL)
  AND ($4 = '' OR e.event LIKE $4 || '.%')
ORDER BY n.at DESC, n.id DESC
LIMIT $5 OFFSET $6;

-- name: post_notice_totals :one
-- in:   account_id int, unread_only bool, group text
-- out:  total int, unread int
SELECT COUNT(*) AS total, COALESCE(SUM(CASE WHEN n.read_at IS NULL THEN 1 ELSE 0 END), 0) AS unread
FROM notice n JOIN notice_event e ON e.id = n.event_id
WHERE n.account_id = $1 AND n.in_app = 1 AND ($2 = 0 OR n.read_at IS NULL)
  AND ($3 = '' OR e.event LIKE $3 || '.%');

-- name: post_notice_read :exec
-- in:   account_id int, id int?, now int
UPDATE notice SET read_at = $3 WHERE account_id = $1 AND ($2 IS NULL OR id = $2) AND read_at IS NULL;

-- name: post_notice_unread :exec
-- in:   account_id int, id int
UPDATE notice SET read_at = NULL WHERE account_id = $1 AND id = $2;

-- name: post_notice_target :maybe
-- in:   account_id int, id int, now int
-- out:  incident_code text?, report_code text?, event text
SELECT i.code AS incident_code, r.code AS report_code, e.event
FROM notice n
JOIN notice_event e ON e.id = n.event_id
LEFT JOIN incident i ON i.id = e.incident_id
    AND @incident_may(i.id, 'incident.read', $1, $3)
LEFT JOIN report r ON r.id = e.report_id
    AND @report_may(r.id, 'report.read', $1, $3)
WHERE n.account_id = $1 AND n.id = $2;

-- name: post_digest_people :many
-- out:  account_id int, name text, email text, lang text
SELECT a.id AS account_id, a.name, a.email, a.lang FROM account a
WHERE a.state = 'active' AND a.email <> ''
  AND EXISTS (SELECT 1 FROM notice n WHERE n.account_id = a.id AND n.digest = 1)
ORDER BY a.id;

-- name: post_digest_lines :many
-- row:  post_line
-- in:   account_id int, now int
-- out:  id int, at int, event text, read_at int?, by_name text, detail text, code text?, title text?, incident_code text?, report_code text?, tlp text?
SELECT n.id, n.at, e.event, n.read_at, e.by_name, e.detail, COALESCE(i.code, r.code) AS code,
    COALESCE(i.title, r.title) AS title, i.code AS incident_code, r.code AS report_code, i.tlp
FROM notice n
JOIN notice_event e ON e.id = n.event_id
LEFT JOIN incident i ON i.id = e.incident_id
LEFT JOIN report r ON r.id = e.report_id
WHERE n.account_id = $1 AND n.digest = 1
  AND (e.incident_id IS NULL
       OR @incident_may(i.id, 'incident.read', $1, $2))
  AND (e.report_id IS NULL OR e.incident_id IS NOT NULL
       OR @report_may(r.id, 'report.read', $1, $2))
ORDER BY code, n.at
LIMIT 200;

-- name: post_digest_done :exec
-- in:   account_id int
UPDATE notice SET digest = 0 WHERE account_id = $1 AND digest = 1;

-- name: post_choices :many
-- in:   account_id int
-- out:  event text, in_app bool, mail text
SELECT event, in_app, mail FROM notice_choice WHERE account_id = $1;

-- name: post_choice_put :exec
-- in:   account_id int, event text, in_app bool, mail text
INSERT INTO notice_choice (account_id, event, in_app, mail) VALUES ($1, $2, $3, $4)
ON CONFLICT (account_id, event) DO UPDATE SET in_app = excluded.in_app, mail = excluded.mail;

-- Mails -------------------------------------------------------------------------------------------

-- name: post_mail :maybe
-- in:   id int
-- out:  id int, message_id text, kind text, state text, account_id int?, report_id int?, incident_id int?, sender text, to_list text, cc_list text, subject text, body text, tlp text, in_reply_to text, refs text, stop text, lang text, automatic bool, secret bool, by_name text, at int, sent_at int?, answer text, code text?
SELECT m.id, m.message_id, m.kind, m.state, m.account_id, m.report_id, m.incident_id, m.sender, m.to_list, m.cc_list,
    m.subject, m.body, m.tlp, m.in_reply_to, m.refs, m.stop, m.lang, m.automatic, m.secret, m.by_name, m.at, m.sent_at,
    m.answer, COALESCE(i.code, r.code) AS code
FROM mail m
LEFT JOIN incident i ON i.id = m.incident_id
LEFT JOIN report r ON r.id = m.report_id
WHERE m.id = $1;

-- name: post_mail_files :many
-- in:   mail_id int
-- out:  name text, type text, sha256 text, size int
SELECT a.name, a.type, a.sha256, a.size FROM mail_file f JOIN attachment a ON a.id = f.attachment_id
WHERE f.mail_id = $1 ORDER BY a.id;

-- name: post_mail_set :exec
-- in:   id int, state text, answer text, sent_at int?, wipe bool
UPDATE mail SET state = $2, answer = $3, sent_at = $4, body = CASE WHEN $5 = 1 THEN '' ELSE body END WHERE id = $1;

-- name: post_attempt_insert :exec
-- in:   mail_id int, now int, good bool, answer text
INSERT INTO mail_attempt (mail_id, at, good, answer) VALUES ($1, $2, $3, $4);

-- name: post_attempts :many
-- in:   mail_id int
-- out:  at int, good bool, answer text
SELECT at, good, answer FROM mail_attempt WHERE mail_id = $1 ORDER BY at, id;

-- The administrator sees envelopes; subjects of case mails stay with the case.
-- name: post_mail_list :many
-- row:  post_mail_list
-- in:   state text, pattern text?, row_limit int, row_offset int
-- out:  id int, kind text, state text, to_list text, code text?, at int, sent_at int?, answer text, attempts int
SELECT m.id, m.kind, m.state, m.to_list, COALESCE(i.code, r.code) AS code, m.at, m.sent_at, m.answer,
    (SELECT COUNT(*) FROM mail_attempt t WHERE t.mail_id = m.id) AS attempts
FROM mail m
LEFT JOIN incident i ON i.id = m.incident_id
LEFT JOIN report r ON r.id = m.report_id
WHERE m.state <> 'received' AND ($1 = '' OR m.state = $1)
  AND ($2 IS NULL OR LOWER(m.to_list) LIKE $2 ESCAPE '\')
ORDER BY m.at DESC, m.id DESC
LIMIT $3 OFFSET $4;

-- name: post_mail_totals :one
-- in:   pattern text?
-- out:  queued int, sent int, failed int, bounced int
SELECT COALESCE(SUM(CASE WHEN state = 'queued' THEN 1 ELSE 0 END), 0) AS queued,
    COALESCE(SUM(CASE WHEN state = 'sent' THEN 1 ELSE 0 END), 0) AS sent,
    COALESCE(SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), 0) AS failed,
    COALESCE(SUM(CASE WHEN state = 'bounced' THEN 1 ELSE 0 END), 0) AS bounced
FROM mail WHERE state <> 'received' AND ($1 IS NULL OR LOWER(to_list) LIKE $1 ESCAPE '\');

-- Mailboxes ---------------------------------------------------------------------------------------

-- name: post_box :maybe
-- in:   name text
-- out:  validity int, last_uid int, at int, error text
SELECT validity, last_uid, at, error FROM mail_box WHERE name = $1;

-- name: post_box_put :exec
-- in:   name text, validity int, last_uid int, now int, error text
INSERT INTO mail_box (name, validity, last_uid, at, error) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name) DO UPDATE SET validity = excluded.validity, last_uid = excluded.last_uid, at = excluded.at,
    error = excluded.error;

-- name: post_address :one
-- in:   id int
-- out:  email text
SELECT email FROM account WHERE id = $1;

-- name: post_mail_requeue :exec
-- in:   id int
UPDATE mail SET state = 'queued', answer = '' WHERE id = $1 AND state IN ('failed', 'bounced') AND secret = 0;

-- Webhooks ----------------------------------------------------------------------------------------

-- Those of organisations that have a part in the record, or lie above one; never of TLP:RED.
-- name: post_hooks_for :many
-- in:   event_id int
-- out:  id int
SELECT w.id FROM webhook w, notice_event e
WHERE e.id = $1 AND w.state = 'active' AND e.account_id IS NULL
  AND (' ' || w.events || ' ') LIKE ('% ' || e.event || ' %')
  AND ((e.incident_id IS NOT NULL
        AND EXISTS (SELECT 1 FROM incident_reach x JOIN incident i ON i.id = x.incident_id
                    WHERE x.incident_id = e.incident_id AND x.org_id = w.org_id AND i.tlp <> 'red'))
       OR (e.incident_id IS NULL AND e.report_id IS NOT NULL
           AND (EXISTS (SELECT 1 FROM report r JOIN org_closure c ON c.descendant = r.org_id
                        WHERE r.id = e.report_id AND c.ancestor = w.org_id)
                OR EXISTS (SELECT 1 FROM report r JOIN org o ON o.id = w.org_id
                           WHERE r.id = e.report_id AND r.org_id IS NULL AND o.parent_id IS NULL))))
ORDER BY w.id;

-- name: post_delivery_insert :one
-- in:   uuid text, webhook_id int, event text, body text, now int
-- out:  id int
INSERT INTO webhook_delivery (uuid, webhook_id, event, body, state, attempts, at, done_at, answer)
VALUES ($1, $2, $3, $4, 'queued', 0, $5, NULL, '')
RETURNING id;

-- name: post_delivery :maybe
-- in:   id int
-- out:  id int, uuid text, event text, body text, state text, webhook_id int, hook_uuid text, url text, secret text, hook_state text, hook_failed int
SELECT d.id, d.uuid, d.event, d.body, d.state, w.id AS webhook_id, w.uuid AS hook_uuid, w.url, w.secret, w.state AS hook_state,
    w.failed AS hook_failed
FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
WHERE d.id = $1;

-- name: post_delivery_set :exec
-- in:   id int, state text, answer text, now int
UPDATE webhook_delivery SET state = $2, answer = $3, done_at = $4, attempts = attempts + 1 WHERE id = $1;

-- name: post_hook_result :exec
-- in:   id int, failed int, state text
UPDATE webhook SET failed = $2, state = $3 WHERE id = $1;

-- name: post_hook_list :many
-- in:   actor int, now int
-- out:  uuid text, name text, url text, state text, failed int, org_name text, last_at int?
SELECT w.uuid, w.name, w.url, w.state, w.failed, o.name AS org_name,
    (SELECT MAX(d.at) FROM webhook_delivery d WHERE d.webhook_id = w.id) AS last_at
FROM webhook w JOIN org o ON o.id = w.org_id
WHERE @actor_may(w.org_id, 'webhook.manage', $1, $2)
ORDER BY w.name, w.id
LIMIT 500;

-- name: post_hook :maybe
-- in:   actor int, now int, uuid text
-- out:  id int, uuid text, org_id int, org_name text, name text, url text, secret text, events text, state text, failed int, version int
SELECT w.id, w.uuid, w.org_id, o.name AS org_name, w.name, w.url, w.secret, w.events, w.state, w.failed, w.version
FROM webhook w JOIN org o ON o.id = w.org_id
WHERE w.uuid = $3
  AND @actor_may(w.org_id, 'webhook.manage', $1, $2);

-- name: post_hook_insert :one
-- in:   uuid text, org_id int, name text, url text, sealed text, events text, now int, by int
-- out:  id int
INSERT INTO webhook (uuid, org_id, name, url, secret, sealed, events, state, failed, created_at, created_by, version)
VALUES ($1, $2, $3, $4, $5, 1, $6, 'active', 0, $7, $8, 1)
RETURNING id;

-- name: post_hook_update :exec
-- in:   id int, version int, name text, url text, events text
UPDATE webhook SET name = $3, url = $4, events = $5, version = version + 1 WHERE id = $1 AND version = $2;

-- name: post_hook_state :exec
-- in:   id int, state text
UPDATE webhook SET state = $2, failed = 0, version = version + 1 WHERE id = $1;

-- name: post_hook_forget :exec
-- in:   id int
DELETE FROM webhook_delivery WHERE webhook_id = $1;

-- name: post_hook_delete :exec
-- in:   id int
DELETE FROM webhook WHERE id = $1;

-- name: post_deliveries :many
-- row:  post_deliveries
-- in:   webhook_id int
-- out:  uuid text, event text, state text, attempts int, at int, done_at int?, answer text
SELECT uuid, event, state, attempts, at, done_at, answer FROM webhook_delivery
WHERE webhook_id = $1 ORDER BY at DESC, id DESC LIMIT 50;

-- All of them, for exports.
-- name: post_delivery_walk :each
-- row:  post_deliveries
-- in:   webhook_id int
-- out:  uuid text, event text, state text, attempts int, at int, done_at int?, answer text
SELECT uuid, event, state, attempts, at, done_at, answer FROM webhook_delivery
WHERE webhook_id = $1 ORDER BY at DESC, id DESC;

-- name: post_sweep_deliveries :exec
-- in:   before int
DELETE FROM webhook_delivery WHERE at < $1 AND state <> 'queued';
