-- Entries of the log from one on, newest first, for pages of the API and for exports; seen as audit_page has it.
-- name: audit_walk :each
-- row:  audit_item
-- in:   actor int, now int, case_content bool, who text, action text, object text, from int, to int, before int, row_limit int
-- out:  seq int, at int, actor_name text, login text?, action text, object_kind text, object_code text, address text, detail text, hash text, place text
SELECT a.seq, a.at, a.actor_name, c.login, a.action, a.object_kind, a.object_code, a.address,
       @audit_detail(a, $3) AS detail,
       a.hash, '' AS place
FROM audit a
LEFT JOIN account c ON c.id = a.actor_id
WHERE @audit_asked(a, c, $4, $5, $6, $7, $8, $9)
  AND @audit_seen(a, $1, $2)
ORDER BY a.seq DESC
LIMIT $10;
