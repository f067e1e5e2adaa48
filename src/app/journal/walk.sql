-- Entries of the log from one on, newest first, for pages of the API and for exports; seen as audit_page has it.
-- name: audit_walk :each
-- row:  audit_item
-- in:   actor int, now int, case_content bool, who text, action text, object text, from int, to int, before int, row_limit int
-- out:  seq int, at int, actor_name text, login text?, action text, object_kind text, object_code text, address text, detail text, hash text, place text
SELECT a.seq, a.at, a.actor_name, c.login, a.action, a.object_kind, a.object_code, a.address,
       CASE WHEN $3 = 1 OR a.object_kind NOT IN ('report', 'incident', 'observable', 'file')
            THEN a.detail ELSE '' END AS detail,
       a.hash, '' AS place
FROM audit a
LEFT JOIN account c ON c.id = a.actor_id
WHERE a.seq < $9 AND a.at >= $7 AND a.at < $8
  AND ($4 = '' OR c.login = $4 OR a.actor_name = $4)
  AND ($5 = '' OR substr(a.action, 1, length($5)) = $5)
  AND ($6 = '' OR a.object_code = $6)
  AND (EXISTS (SELECT 1 FROM actor_root r
               WHERE r.account_id = $1 AND r.permission = 'audit.read'
                 AND r.org_id = (SELECT MIN(o.id) FROM org o WHERE o.parent_id IS NULL)
                 AND r.valid_from <= $2 AND r.valid_to > $2)
       OR a.actor_id IN (SELECT g.account_id FROM role_grant g
                         JOIN actor_org r ON r.org_id = g.org_id
                         WHERE r.account_id = $1 AND r.permission = 'audit.read'
                           AND r.valid_from <= $2 AND r.valid_to > $2))
ORDER BY a.seq DESC
LIMIT $10;
