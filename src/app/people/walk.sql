-- The list of accounts from a place on, for pages of the API and for exports; filters as people_list has them.
-- name: people_walk :each
-- row:  people_item
-- in:   actor int, now int, words text?, state text, role text, org int, after bool, number int, place text, id int, row_limit int, sort text, descending bool
-- out:  id int, login text, name text, position text, email text, phone text, state text, last_login_at int?, created_at int, role text?, org_code text?, org_name text?, grants int, version int, number int, place text
SELECT a.id, a.login, a.name, a.position, a.email, a.phone, a.state, a.last_login_at, a.created_at,
       g.role, o.code AS org_code, o.name AS org_name,
       (SELECT COUNT(*) FROM role_grant n
        WHERE n.account_id = a.id AND @grant_holds(n, $2)) AS grants, a.version, a.number, a.place
FROM (SELECT b.*, CASE $12 WHEN 'last' THEN COALESCE(b.last_login_at, 0) WHEN 'created' THEN b.created_at ELSE 0 END AS number,
          CASE $12 WHEN 'login' THEN b.login WHEN 'name' THEN b.sort_key ELSE '' END AS place
      FROM account b) AS a
LEFT JOIN role_grant g ON g.id = @first_grant(a, $2)
LEFT JOIN org o ON o.id = g.org_id
WHERE @account_seen(a, $1, $2)
  AND ($3 IS NULL OR words_fit(a.fold, $3) = 1)
  AND ($4 = '' OR a.state = $4 OR ($4 = 'never' AND a.last_login_at IS NULL)
       OR ($4 = 'none' AND g.id IS NULL))
  AND @people_asked(a, $2, $5, $6)
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
WHERE g.account_id = $1 AND @grant_holds(g, $2)
ORDER BY g.id;
