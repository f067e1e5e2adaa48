-- The list of accounts from a place on, for pages of the API and for exports; filters as people_list has them.
-- name: people_walk :each
-- row:  people_item
-- in:   actor int, now int, pattern text?, state text, role text, org int, after bool, number int, place text, id int, row_limit int, sort text, descending bool
-- out:  id int, login text, name text, position text, email text, phone text, state text, last_login_at int?, created_at int, role text?, org_code text?, org_name text?, grants int, version int, number int, place text
SELECT a.id, a.login, a.name, a.position, a.email, a.phone, a.state, a.last_login_at, a.created_at,
       g.role, o.code AS org_code, o.name AS org_name,
       (SELECT COUNT(*) FROM role_grant n
        WHERE n.account_id = a.id AND n.revoked_at IS NULL AND n.valid_from <= $2
          AND (n.valid_to IS NULL OR n.valid_to > $2)) AS grants, a.version, a.number, a.place
FROM (SELECT b.*, CASE $12 WHEN 'last' THEN COALESCE(b.last_login_at, 0) WHEN 'created' THEN b.created_at ELSE 0 END AS number,
          CASE $12 WHEN 'login' THEN b.login WHEN 'name' THEN b.sort_key ELSE '' END AS place
      FROM account b) AS a
LEFT JOIN role_grant g ON g.id = (SELECT MIN(f.id) FROM role_grant f
                                  WHERE f.account_id = a.id AND f.revoked_at IS NULL AND f.valid_from <= $2
                                    AND (f.valid_to IS NULL OR f.valid_to > $2))
LEFT JOIN org o ON o.id = g.org_id
WHERE EXISTS (SELECT 1 FROM role_grant h
              JOIN actor_org r ON r.org_id = h.org_id
              WHERE h.account_id = a.id AND r.account_id = $1 AND r.permission = 'account.read'
                AND r.valid_from <= $2 AND r.valid_to > $2)
  AND ($3 IS NULL OR a.fold LIKE $3 ESCAPE '\')
  AND ($4 = '' OR a.state = $4 OR ($4 = 'never' AND a.last_login_at IS NULL)
       OR ($4 = 'none' AND g.id IS NULL))
  AND ($5 = '' OR EXISTS (SELECT 1 FROM role_grant k
                          WHERE k.account_id = a.id AND k.role = $5 AND k.revoked_at IS NULL
                            AND k.valid_from <= $2 AND (k.valid_to IS NULL OR k.valid_to > $2)))
  AND ($6 = 0 OR EXISTS (SELECT 1 FROM role_grant m
                         JOIN org_closure c ON c.descendant = m.org_id AND c.ancestor = $6
                         WHERE m.account_id = a.id AND m.revoked_at IS NULL AND m.valid_from <= $2
                           AND (m.valid_to IS NULL OR m.valid_to > $2)))
  AND ($7 = 0
       OR ($13 = 0 AND (a.number > $8 OR (a.number = $8 AND (a.place > $9 OR (a.place = $9 AND a.id > $10)))))
       OR ($13 <> 0 AND (a.number < $8 OR (a.number = $8 AND (a.place < $9 OR (a.place = $9 AND a.id < $10))))))
ORDER BY CASE WHEN $13 = 0 THEN a.number END, CASE WHEN $13 = 0 THEN a.place END, CASE WHEN $13 = 0 THEN a.id END,
    CASE WHEN $13 <> 0 THEN a.number END DESC, CASE WHEN $13 <> 0 THEN a.place END DESC,
    CASE WHEN $13 <> 0 THEN a.id END DESC
LIMIT $11;

-- What the actor holds now, for whom.
-- name: people_own_grants :many
-- in:   account_id int, now int
-- out:  role text, org_code text, org_name text, valid_from int, valid_to int?
SELECT g.role, o.code AS org_code, o.name AS org_name, g.valid_from, g.valid_to
FROM role_grant g JOIN org o ON o.id = g.org_id
WHERE g.account_id = $1 AND g.revoked_at IS NULL AND g.valid_from <= $2 AND (g.valid_to IS NULL OR g.valid_to > $2)
ORDER BY g.id;
