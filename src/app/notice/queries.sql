-- name: notice_event_insert :one
-- in:   now int, event text, report_id int?, incident_id int?, account_id int?, by_id int?, by_name text, detail text, mark text
-- out:  id int
INSERT INTO notice_event (at, event, report_id, incident_id, account_id, by_id, by_name, detail, mark, done_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)
RETURNING id;

-- name: notice_mail_insert :one
-- in:   message_id text, kind text, account_id int?, report_id int?, incident_id int?, sender text, to_list text, cc_list text, subject text, body text, tlp text, in_reply_to text, refs text, stop text, lang text, automatic bool, secret bool, by_id int?, by_name text, now int, fold text
-- out:  id int
INSERT INTO mail (message_id, kind, state, account_id, report_id, incident_id, sender, to_list, cc_list, subject, body,
    tlp, in_reply_to, refs, stop, lang, automatic, secret, by_id, by_name, at, sent_at, answer, fold)
VALUES ($1, $2, 'queued', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, NULL, '', $21)
RETURNING id;

-- name: notice_mail_file_insert :exec
-- in:   mail_id int, attachment_id int
INSERT INTO mail_file (mail_id, attachment_id) VALUES ($1, $2);

-- name: notice_account_address :maybe
-- in:   id int
-- out:  name text, email text
SELECT name, email FROM account WHERE id = $1 AND email <> '';

-- name: notice_setting :maybe
-- in:   key text
-- out:  value text
SELECT value FROM setting WHERE key = $1 AND value <> '';

-- name: notice_account_by_login :maybe
-- in:   login text
-- out:  id int
SELECT id FROM account WHERE login = $1 AND state = 'active';

-- Whether somebody has not read something about a record. From its events: they are few, and a copy is found by its
-- key, while of what a person never read there may be thousands.
-- name: notice_waits :one
-- in:   account_id int, report_id int, incident_id int
-- out:  report bool, incident bool
-- plan: kept
SELECT CASE WHEN EXISTS (
           SELECT 1 FROM notice_event e CROSS JOIN notice n
           WHERE e.report_id = $2 AND n.event_id = e.id AND n.account_id = $1 AND n.read_at IS NULL)
       THEN 1 ELSE 0 END AS report,
       CASE WHEN EXISTS (
           SELECT 1 FROM notice_event e CROSS JOIN notice n
           WHERE e.incident_id = $3 AND n.event_id = e.id AND n.account_id = $1 AND n.read_at IS NULL)
       THEN 1 ELSE 0 END AS incident;

-- name: notice_read_report :exec
-- in:   account_id int, report_id int, now int
UPDATE notice SET read_at = $3
WHERE account_id = $1 AND read_at IS NULL AND event_id IN (SELECT e.id FROM notice_event e WHERE e.report_id = $2);

-- name: notice_read_incident :exec
-- in:   account_id int, incident_id int, now int
UPDATE notice SET read_at = $3
WHERE account_id = $1 AND read_at IS NULL AND event_id IN (SELECT e.id FROM notice_event e WHERE e.incident_id = $2);
