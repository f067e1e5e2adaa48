-- What the pages of accounts show.

-- Only accounts that have, or had, a grant within the actor's reach.
-- name: people_in_reach :maybe
-- in:   actor int, login text, now int
-- out:  id int
SELECT a.id FROM account a
WHERE a.login = $2
  AND @account_seen(a, $1, $3);

-- The list: of each account, the grant that holds now and reaches furthest back stands for it.
-- state: "", "active", "disabled", "never" (never signed in), "none" (no grant holds now). words: what was typed into the
-- box; the few thousand accounts that a site has are looked through, without an index of their words.
-- name: people_list :many
-- row:  people_list
-- in:   actor int, now int, words text?, state text, role text, org int, sort text, descending bool, limit int, offset int
-- out:  login text, name text, position text, email text, phone text, state text, last_login_at int?, created_at int, role text?, org_name text?, grants int
SELECT a.login, a.name, a.position, a.email, a.phone, a.state, a.last_login_at, a.created_at,
       g.role, o.name AS org_name,
       (SELECT COUNT(*) FROM role_grant n
        WHERE n.account_id = a.id AND @grant_holds(n, $2)) AS grants
FROM account a
LEFT JOIN role_grant g ON g.id = @first_grant(a, $2)
LEFT JOIN org o ON o.id = g.org_id
WHERE @account_seen(a, $1, $2)
  AND ($3 IS NULL OR words_fit(a.fold, $3) = 1)
  AND ($4 = '' OR a.state = $4 OR ($4 = 'never' AND a.last_login_at IS NULL)
       OR ($4 = 'none' AND g.id IS NULL))
  AND @people_asked(a, $2, $5, $6)
ORDER BY CASE WHEN $7 = 'name' AND $8 = 0 THEN a.sort_key END,
         CASE WHEN $7 = 'name' AND $8 = 1 THEN a.sort_key END DESC,
         CASE WHEN $7 = 'login' AND $8 = 0 THEN a.login END,
         CASE WHEN $7 = 'login' AND $8 = 1 THEN a.login END DESC,
         CASE WHEN $7 = 'last' AND $8 = 0 THEN COALESCE(a.last_login_at, 0) END,
         CASE WHEN $7 = 'last' AND $8 = 1 THEN COALESCE(a.last_login_at, 0) END DESC,
         CASE WHEN $7 = 'created' AND $8 = 0 THEN a.created_at END,
         CASE WHEN $7 = 'created' AND $8 = 1 THEN a.created_at END DESC,
         a.id
LIMIT $9 OFFSET $10;

-- name: people_count :one
-- in:   actor int, now int, words text?, state text, role text, org int
-- out:  n int
SELECT COUNT(*) AS n
FROM account a
WHERE @account_seen(a, $1, $2)
  AND ($3 IS NULL OR words_fit(a.fold, $3) = 1)
  AND ($4 = '' OR a.state = $4 OR ($4 = 'never' AND a.last_login_at IS NULL)
       OR ($4 = 'none' AND NOT EXISTS (SELECT 1 FROM role_grant f
                                       WHERE f.account_id = a.id AND @grant_holds(f, $2))))
  AND @people_asked(a, $2, $5, $6);

-- name: people_orgs :many
-- in:   actor int, now int
-- out:  code text, name text
SELECT o.code, o.name FROM org o
WHERE @actor_may(o.id, 'account.write', $1, $2)
ORDER BY o.sort_key, o.id;

-- name: people_history :many
-- in:   id int
-- out:  at int, actor_name text, action text, address text
SELECT at, actor_name, action, address FROM audit
WHERE object_kind = 'account' AND object_id = $1
ORDER BY seq DESC
LIMIT 20;

-- name: people_sessions :many
-- in:   account_id int, now int, seen_after int
-- out:  id text, created_at int, seen_at int, expires_at int, address text, agent text
SELECT id, created_at, seen_at, expires_at, address, agent
FROM session
WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2 AND seen_at > $3
ORDER BY seen_at DESC, id;

-- name: people_grants :many
-- in:   account_id int
-- out:  id int, role text, org_id int, org_code text, org_name text, valid_from int, valid_to int?, granted_at int, revoked_at int?, reason text, by_name text?
SELECT g.id, g.role, g.org_id, o.code AS org_code, o.name AS org_name, g.valid_from, g.valid_to,
       g.granted_at, g.revoked_at, g.reason, b.name AS by_name
FROM role_grant g
JOIN org o ON o.id = g.org_id
LEFT JOIN account b ON b.id = g.granted_by
WHERE g.account_id = $1
ORDER BY CASE WHEN g.revoked_at IS NULL THEN 0 ELSE 1 END, g.valid_from DESC, g.id DESC;

-- name: people_account :one
-- in:   id int
-- out:  id int, login text, name text, email text, phone text, position text, lang text, theme text, state text, locked_until int?, created_at int, last_login_at int?, version int
SELECT id, login, name, email, phone, position, lang, theme, state, locked_until, created_at, last_login_at, version
FROM account WHERE id = $1;

-- name: people_grant_owner :maybe
-- in:   id int
-- out:  account_id int
SELECT account_id FROM role_grant WHERE id = $1;

-- name: people_org :maybe
-- in:   code text
-- out:  id int, name text
SELECT id, name FROM org WHERE code = $1;

-- Those that hold first, then the newest of the rest.
-- name: people_tokens :many
-- in:   account_id int, now int, most int
-- out:  id int, hint text, name text, scope text, networks text, created_at int, expires_at int, used_at int?, used_address text, revoked_at int?
SELECT id, hint, name, scope, networks, created_at, expires_at, used_at, used_address, revoked_at
FROM api_token
WHERE account_id = $1
ORDER BY CASE WHEN revoked_at IS NULL AND expires_at > $2 THEN 0 ELSE 1 END, created_at DESC, id DESC
LIMIT $3;

-- name: people_security :one
-- in:   id int
-- out:  has_password bool, factor_at int?, codes int
SELECT CASE WHEN a.password_hash <> '' THEN 1 ELSE 0 END AS has_password, f.confirmed_at AS factor_at,
       (SELECT COUNT(*) FROM recovery_code c WHERE c.account_id = a.id AND c.used_at IS NULL) AS codes
FROM account a
LEFT JOIN second_factor f ON f.account_id = a.id
WHERE a.id = $1;

-- name: people_token_owner :maybe
-- in:   id int
-- out:  account_id int
SELECT account_id FROM api_token WHERE id = $1;

-- name: people_identities :many
-- in:   account_id int
-- out:  issuer text, subject text, label text, created_at int, used_at int?
SELECT issuer, subject, label, created_at, used_at FROM account_identity
WHERE account_id = $1
ORDER BY created_at, issuer, subject;
