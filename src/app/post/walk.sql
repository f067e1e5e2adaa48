-- A person's own notices from one on, newest first, for pages of the API; seen as post_notices has it.
-- name: post_notice_walk :each
-- row:  notice_item
-- in:   account_id int, now int, unread_only bool, group text, after bool, number int, id int, row_limit int
-- out:  id int, at int, event text, read_at int?, by_name text, detail text, title text?, incident_code text?, report_code text?, number int, place text
SELECT n.id, n.at, e.event, n.read_at, e.by_name,
    CASE WHEN (e.incident_id IS NULL OR i.id IS NOT NULL) AND (e.report_id IS NULL OR r.id IS NOT NULL OR i.id IS NOT NULL)
         THEN e.detail ELSE '' END AS detail,
    COALESCE(i.title, r.title) AS title, i.code AS incident_code, r.code AS report_code, n.at AS number, '' AS place
FROM notice n
JOIN notice_event e ON e.id = n.event_id
LEFT JOIN incident i ON i.id = e.incident_id
    AND @incident_may(i.id, 'incident.read', $1, $2)
LEFT JOIN report r ON r.id = e.report_id
    AND @report_may(r.id, 'report.read', $1, $2)
WHERE n.account_id = $1 AND n.in_app = 1
  AND ($3 = 0 OR n.read_at IS NULL)
  AND ($4 = '' OR e.event LIKE $4 || '.%')
  AND ($5 = 0 OR n.at < $6 OR (n.at = $6 AND n.id < $7))
ORDER BY n.at DESC, n.id DESC
LIMIT $8;

-- name: post_notice_mine :maybe
-- in:   account_id int, id int
-- out:  id int
SELECT id FROM notice WHERE account_id = $1 AND id = $2 AND in_app = 1;

-- name: post_org_by_code :maybe
-- in:   code text
-- out:  id int
SELECT id FROM org WHERE code = $1 AND valid_to IS NULL;

-- Envelopes of what went out from one on, newest first, for pages of the API and for exports; as post_mail_list has it.
-- name: post_mail_walk :each
-- row:  mail_item
-- in:   state text, pattern text?, after bool, number int, id int, row_limit int
-- out:  id int, kind text, state text, to_list text, code text?, at int, sent_at int?, answer text, attempts int, number int, place text
SELECT m.id, m.kind, m.state, m.to_list, COALESCE(i.code, r.code) AS code, m.at, m.sent_at, m.answer,
    (SELECT COUNT(*) FROM mail_attempt t WHERE t.mail_id = m.id) AS attempts, m.at AS number, '' AS place
FROM mail m
LEFT JOIN incident i ON i.id = m.incident_id
LEFT JOIN report r ON r.id = m.report_id
WHERE m.state <> 'received' AND ($1 = '' OR m.state = $1)
  AND ($2 IS NULL OR LOWER(m.to_list) LIKE $2 ESCAPE '\')
  AND ($3 = 0 OR m.at < $4 OR (m.at = $4 AND m.id < $5))
ORDER BY m.at DESC, m.id DESC
LIMIT $6;
