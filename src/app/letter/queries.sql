-- Of an incident: its own mails, those of its reports unless the reporter asked to be kept confidential, and those of
-- what was merged into it.
-- name: letter_rows :many
-- in:   incident_id int?, report_id int?
-- out:  id int, state text, kind text, sender text, to_list text, cc_list text, subject text, body text, tlp text, answer text, by_name text, automatic bool, at int
SELECT m.id, m.state, m.kind, m.sender, m.to_list, m.cc_list, m.subject, m.body, m.tlp, m.answer, m.by_name,
    m.automatic, m.at
FROM mail m
WHERE m.kind IN ('case', 'receipt', 'in') AND m.secret = 0
  AND (m.report_id = $2
       OR m.incident_id IN (SELECT i.id FROM incident i WHERE i.id = $1 OR i.merged_into = $1)
       OR m.report_id IN (SELECT r.id FROM report r WHERE r.incident_id = $1 AND r.confidential = 0))
ORDER BY m.at, m.id
LIMIT 500;

-- name: letter_total :one
-- in:   incident_id int?, report_id int?
-- out:  total int
SELECT COUNT(*) AS total FROM mail m
WHERE m.kind IN ('case', 'receipt', 'in') AND m.secret = 0
  AND (m.report_id = $2
       OR m.incident_id IN (SELECT i.id FROM incident i WHERE i.id = $1 OR i.merged_into = $1)
       OR m.report_id IN (SELECT r.id FROM report r WHERE r.incident_id = $1 AND r.confidential = 0));

-- name: letter_files :many
-- in:   mail_id int
-- out:  uuid text, name text, size int
SELECT a.uuid, a.name, a.size FROM mail_file f JOIN attachment a ON a.id = f.attachment_id
WHERE f.mail_id = $1 ORDER BY a.id;

-- name: letter_people :many
-- in:   incident_id int?, report_id int?
-- out:  name text, address text, why text
SELECT r.reporter_name AS name, r.reporter_email AS address, 'reporter' AS why FROM report r
WHERE r.reporter_email <> '' AND (r.id = $2 OR (r.incident_id = $1 AND r.confidential = 0))
UNION
SELECT CASE WHEN c.name <> '' THEN c.name ELSE o.name END AS name, c.email AS address, 'contact' AS why
FROM org_contact c JOIN org o ON o.id = c.org_id
WHERE c.email <> ''
  AND (c.org_id IN (SELECT p.org_id FROM incident_party p WHERE p.incident_id = $1)
       OR c.org_id IN (SELECT r.org_id FROM report r WHERE r.id = $2))
UNION
SELECT o.name AS name, o.email AS address, 'contact' AS why FROM org o
WHERE o.email <> ''
  AND (o.id IN (SELECT p.org_id FROM incident_party p WHERE p.incident_id = $1)
       OR o.id IN (SELECT r.org_id FROM report r WHERE r.id = $2))
ORDER BY 3 DESC, 1;

-- Files that may leave by mail: not malware, not removed, not of a closed TLP mark.
-- name: letter_sendable :many
-- in:   incident_id int?, report_id int?
-- out:  id int, name text, size int
SELECT a.id, a.name, a.size FROM attachment a
WHERE (a.incident_id = $1 OR a.report_id = $2 OR a.report_id IN (SELECT r.id FROM report r WHERE r.incident_id = $1))
  AND a.malware = 0 AND a.removed_at IS NULL AND a.tlp NOT IN ('red', 'amber+strict')
ORDER BY a.added_at DESC, a.id
LIMIT 100;

-- The newest mail of the thread, which the next one answers.
-- name: letter_last :maybe
-- in:   incident_id int?, report_id int?
-- out:  message_id text, refs text
SELECT message_id, refs FROM mail
WHERE (incident_id = $1 OR report_id = $2) AND kind IN ('case', 'receipt', 'in') AND message_id <> ''
ORDER BY at DESC, id DESC
LIMIT 1;

-- name: letter_by_message_id :maybe
-- in:   message_id text
-- out:  id int, incident_id int?, report_id int?, report_incident int?
SELECT m.id, m.incident_id, m.report_id, r.incident_id AS report_incident
FROM mail m LEFT JOIN report r ON r.id = m.report_id
WHERE m.message_id = $1 AND m.message_id <> ''
ORDER BY m.id
LIMIT 1;

-- name: letter_known :maybe
-- in:   message_id text, subject text, body text
-- out:  id int
SELECT id FROM mail
WHERE message_id = $1 AND message_id <> '' AND state = 'received' AND subject = $2 AND body = $3
LIMIT 1;

-- The record with this code, when the address has a part in it: its reporter, a contact or an account of a party,
-- somebody written to before.
-- name: letter_case_of :maybe
-- in:   code text, address text, pattern text
-- out:  incident_id int?, report_id int?
SELECT i.id AS incident_id, r.id AS report_id
FROM (SELECT $1 AS code) AS asked
LEFT JOIN incident i ON i.code = asked.code
LEFT JOIN report r ON r.code = asked.code
WHERE (i.id IS NOT NULL OR r.id IS NOT NULL)
  AND (LOWER(r.reporter_email) = $2
       OR EXISTS (SELECT 1 FROM report x WHERE x.incident_id = i.id AND LOWER(x.reporter_email) = $2)
       OR EXISTS (SELECT 1 FROM incident_party p JOIN org_contact c ON c.org_id = p.org_id
                  WHERE p.incident_id = i.id AND LOWER(c.email) = $2)
       OR EXISTS (SELECT 1 FROM incident_party p JOIN org o ON o.id = p.org_id
                  WHERE p.incident_id = i.id AND LOWER(o.email) = $2)
       OR EXISTS (SELECT 1 FROM incident_member m JOIN account a ON a.id = m.account_id
                  WHERE m.incident_id = i.id AND LOWER(a.email) = $2)
       OR EXISTS (SELECT 1 FROM mail w
                  WHERE (w.incident_id = i.id OR w.report_id = r.id)
                    AND (LOWER(w.to_list) LIKE $3 ESCAPE '\' OR LOWER(w.cc_list) LIKE $3 ESCAPE '\')))
LIMIT 1;

-- name: letter_in_insert :one
-- in:   message_id text, report_id int?, incident_id int?, sender text, to_list text, cc_list text, subject text, body text, in_reply_to text, refs text, automatic bool, now int, fold text
-- out:  id int
INSERT INTO mail (message_id, kind, state, account_id, report_id, incident_id, sender, to_list, cc_list, subject, body,
    tlp, in_reply_to, refs, stop, lang, automatic, secret, by_id, by_name, at, sent_at, answer,
    fold)
VALUES ($1, 'in', 'received', NULL, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, '', '', $11, 0, NULL, '', $12, NULL, '', $13)
RETURNING id;

-- name: letter_file_put :exec
-- in:   mail_id int, attachment_id int
INSERT INTO mail_file (mail_id, attachment_id) VALUES ($1, $2);

-- name: letter_bounced :exec
-- in:   id int, answer text
UPDATE mail SET state = 'bounced', answer = $2 WHERE id = $1;

-- name: letter_sender_of :maybe
-- in:   id int
-- out:  by_id int?, incident_id int?, report_id int?, to_list text
SELECT by_id, incident_id, report_id, to_list FROM mail WHERE id = $1;

-- name: letter_source_put :exec
-- in:   source text, now int
INSERT INTO mail_taken (source, at) VALUES ($1, $2) ON CONFLICT (source) DO NOTHING;

-- name: letter_setting :maybe
-- in:   key text
-- out:  value text
SELECT value FROM setting WHERE key = $1 AND value <> '';
