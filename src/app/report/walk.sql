-- The list of reports from a place on, for pages of the API and for exports. The place is the last row's
-- (number, id).
-- name: report_walk :each
-- row:  report_item
-- in:   actor int, now int, state text?, open_only bool, channel text?, mine bool, words text?, after bool, number int, id int, row_limit int, descending bool
-- out:  id int, code text, channel text, state text, title text, kind text, received_at int, occurred_at int?, detected_at int?, confidential bool, org_code text?, org_name text?, system_code text?, system_name text?, incident_code text?, decided_at int?, files int, version int, number int, place text
SELECT r.id, r.code, r.channel, r.state, r.title, r.kind, r.received_at, r.occurred_at, r.detected_at, r.confidential,
    o.code AS org_code, o.name AS org_name, s.code AS system_code, s.name AS system_name, i.code AS incident_code,
    r.decided_at, (SELECT COUNT(*) FROM attachment f WHERE f.report_id = r.id) AS files, r.version,
    r.received_at AS number, '' AS place
FROM report r
LEFT JOIN org o ON o.id = r.org_id
LEFT JOIN system s ON s.id = r.system_id
LEFT JOIN incident i ON i.id = r.incident_id
WHERE ($3 IS NULL OR r.state = $3)
  AND ($4 = 0 OR r.state IN ('new', 'asking'))
  AND ($5 IS NULL OR r.channel = $5)
  AND ($6 = 0 OR r.account_id = $1)
  AND @words_box(report, r.id, $7)
  AND ($8 = 0
       OR ($12 = 0 AND (r.received_at > $9 OR (r.received_at = $9 AND r.id > $10)))
       OR ($12 <> 0 AND (r.received_at < $9 OR (r.received_at = $9 AND r.id < $10))))
  AND @report_may(r.id, 'report.read', $1, $2)
ORDER BY CASE WHEN $12 = 0 THEN r.received_at END, CASE WHEN $12 = 0 THEN r.id END,
    CASE WHEN $12 <> 0 THEN r.received_at END DESC, CASE WHEN $12 <> 0 THEN r.id END DESC
LIMIT $11;

-- name: report_system_by_code :maybe
-- in:   actor int, now int, code text
-- out:  id int, owner_id int
SELECT s.id, s.owner_id FROM system s
WHERE s.code = $3
  AND @system_may(s, 'system.read', $1, $2);

-- name: report_org_by_code :maybe
-- in:   code text
-- out:  id int
SELECT id FROM org WHERE code = $1;
