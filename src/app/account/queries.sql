-- Accounts, roles held, sessions, failed sign-ins.

-- ---- settings and the permission table --------------------------------------------------------

-- name: account_setting :maybe
-- in:   key text
-- out:  value text
SELECT value FROM setting WHERE key = $1;

-- name: account_setting_add :exec
-- in:   key text, value text
INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING;

-- name: role_permission_rows :many
-- out:  role text, permission text
SELECT role, permission FROM role_permission ORDER BY role, permission;

-- name: role_permission_clear :exec
DELETE FROM role_permission;

-- name: role_permission_add :exec
-- in:   role text, permission text
INSERT INTO role_permission (role, permission) VALUES ($1, $2);

-- ---- rights, decided here ---------------------------------------------------------------------

-- name: actor_may :maybe
-- in:   actor int, permission text, org int, now int
-- out:  yes int
SELECT 1 AS yes
WHERE @actor_may($3, $2, $1, $4);

-- Whoever holds the permission for every organisation where the account has a grant that has not
-- ended; without such a grant, for every organisation where it ever had one. An account that never
-- had a grant belongs to nobody.
-- name: actor_may_manage :maybe
-- in:   actor int, permission text, account int, now int
-- out:  yes int
SELECT 1 AS yes
WHERE EXISTS (SELECT 1 FROM role_grant g WHERE g.account_id = $3)
  AND NOT EXISTS (
    SELECT 1 FROM role_grant g
    WHERE g.account_id = $3
      AND ((g.revoked_at IS NULL AND (g.valid_to IS NULL OR g.valid_to > $4))
           OR NOT EXISTS (SELECT 1 FROM role_grant l
                          WHERE l.account_id = $3 AND l.revoked_at IS NULL
                            AND (l.valid_to IS NULL OR l.valid_to > $4)))
      AND NOT @actor_may(g.org_id, $2, $1, $4));

-- ---- sessions ---------------------------------------------------------------------------------

-- A row for each grant that holds now, or one without a role.
-- name: session_load :many
-- in:   id text, now int, seen_after int
-- out:  account_id int, login text, name text, position text, lang text, theme text, must_change bool, csrf text, seen_at int, confirmed_at int, method text, factor_at int?, role text?, org_id int?, org_name text?, needs_factor int?
-- plan: any
SELECT s.account_id, a.login, a.name, a.position, a.lang, a.theme, a.must_change, s.csrf, s.seen_at,
       s.confirmed_at, s.method, f.confirmed_at AS factor_at, g.role, g.org_id, o.name AS org_name,
       x.second_factor AS needs_factor
FROM session s
JOIN account a ON a.id = s.account_id
LEFT JOIN second_factor f ON f.account_id = a.id
LEFT JOIN role_grant g ON g.account_id = a.id AND g.revoked_at IS NULL AND g.valid_from <= $2
                      AND (g.valid_to IS NULL OR g.valid_to > $2)
LEFT JOIN org o ON o.id = g.org_id
LEFT JOIN role_rule x ON x.role = g.role
WHERE s.id = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND s.seen_at > $3
  AND a.state = 'active'
ORDER BY g.id;

-- name: session_add :exec
-- in:   id text, account_id int, csrf text, now int, expires_at int, address text, agent text, method text
INSERT INTO session (id, account_id, csrf, created_at, seen_at, expires_at, revoked_at, address, agent,
                     confirmed_at, method)
VALUES ($1, $2, $3, $4, $4, $5, NULL, $6, $7, $4, $8);

-- name: session_confirm :exec
-- in:   id text, now int
UPDATE session SET confirmed_at = $2 WHERE id = $1;

-- name: session_seen :exec
-- in:   id text, now int
UPDATE session SET seen_at = $2 WHERE id = $1 AND seen_at < $2;

-- name: session_end :exec
-- in:   account_id int, id text, now int
UPDATE session SET revoked_at = $3 WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL;

-- name: session_end_others :exec
-- in:   account_id int, keep text, now int, seen_after int
UPDATE session SET revoked_at = $3
WHERE account_id = $1 AND id <> $2 AND revoked_at IS NULL AND expires_at > $3 AND seen_at > $4;

-- name: session_from_address :maybe
-- in:   account_id int, address text, after int
-- out:  yes int
SELECT 1 AS yes
WHERE EXISTS (SELECT 1 FROM session WHERE account_id = $1 AND address = $2 AND created_at > $3);

-- name: session_sweep :exec
-- in:   before int
DELETE FROM session WHERE expires_at < $1;

-- ---- API tokens --------------------------------------------------------------------------------

-- A row for each grant that holds now, or one without a role.
-- name: token_load :many
-- in:   hash text, now int
-- out:  id int, scope text, networks text, used_at int?, account_id int, login text, name text, position text, lang text, role text?, org_id int?, org_name text?
SELECT t.id, t.scope, t.networks, t.used_at, t.account_id, a.login, a.name, a.position, a.lang,
       g.role, g.org_id, o.name AS org_name
FROM api_token t
JOIN account a ON a.id = t.account_id
LEFT JOIN role_grant g ON g.account_id = a.id AND g.revoked_at IS NULL AND g.valid_from <= $2
                      AND (g.valid_to IS NULL OR g.valid_to > $2)
LEFT JOIN org o ON o.id = g.org_id
WHERE t.hash = $1 AND t.revoked_at IS NULL AND t.expires_at > $2 AND a.state = 'active'
ORDER BY g.id;

-- name: token_used :exec
-- in:   id int, now int, address text
UPDATE api_token SET used_at = $2, used_address = $3 WHERE id = $1;

-- What the account may do anywhere now: a token can carry no more.
-- name: token_permissions :many
-- in:   account_id int, now int
-- out:  permission text
SELECT DISTINCT p.permission
FROM role_grant g JOIN role_permission p ON p.role = g.role
WHERE g.account_id = $1 AND g.revoked_at IS NULL AND g.valid_from <= $2
  AND (g.valid_to IS NULL OR g.valid_to > $2)
ORDER BY p.permission;

-- name: token_add :one
-- in:   account_id int, hash text, hint text, name text, scope text, networks text, now int, expires_at int
-- out:  id int
INSERT INTO api_token (account_id, hash, hint, name, scope, networks, created_at, expires_at, used_at,
                       used_address, revoked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, '', NULL)
RETURNING id;

-- name: token_count :one
-- in:   account_id int, now int
-- out:  n int
SELECT COUNT(*) AS n FROM api_token WHERE account_id = $1 AND revoked_at IS NULL AND expires_at > $2;

-- name: token_get :maybe
-- in:   id int
-- out:  account_id int, login text, hint text, name text, revoked_at int?
SELECT t.account_id, a.login, t.hint, t.name, t.revoked_at
FROM api_token t JOIN account a ON a.id = t.account_id
WHERE t.id = $1;

-- name: token_revoke :exec
-- in:   id int, now int
UPDATE api_token SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL;

-- The command line lists everyone's; account 0 is everyone.
-- name: token_all :each
-- in:   account_id int
-- out:  id int, login text, hint text, name text, scope text, networks text, created_at int, expires_at int, used_at int?, used_address text, revoked_at int?
SELECT t.id, a.login, t.hint, t.name, t.scope, t.networks, t.created_at, t.expires_at, t.used_at,
       t.used_address, t.revoked_at
FROM api_token t JOIN account a ON a.id = t.account_id
WHERE $1 = 0 OR t.account_id = $1
ORDER BY a.login, t.id;

-- ---- signing in -------------------------------------------------------------------------------

-- name: sign_in_account :maybe
-- in:   login text
-- out:  id int, login text, name text, password_hash text, state text
SELECT id, login, name, password_hash, state FROM account WHERE login = $1;

-- name: sign_in_account_pause :maybe
-- in:   id int
-- out:  failed int, locked_until int?
SELECT failed, locked_until FROM account WHERE id = $1;
-- @postgres
SELECT failed, locked_until FROM account WHERE id = $1 FOR UPDATE;

-- name: sign_in_account_failed :exec
-- in:   id int, failed int, locked_until int?
UPDATE account SET failed = $2, locked_until = $3 WHERE id = $1;

-- name: sign_in_account_done :exec
-- in:   id int, now int
UPDATE account SET last_login_at = $2 WHERE id = $1;

-- name: sign_in_rehash :exec
-- in:   id int, old text, hash text
UPDATE account SET password_hash = $3 WHERE id = $1 AND password_hash = $2;

-- name: failure_peek :maybe
-- in:   key text
-- out:  failed int, last_at int
SELECT failed, last_at FROM sign_in_failure WHERE address = $1;

-- name: failure_open :exec
-- in:   key text, now int
INSERT INTO sign_in_failure (address, failed, last_at) VALUES ($1, 0, $2) ON CONFLICT (address) DO NOTHING;

-- name: failure_lock :one
-- in:   key text
-- out:  failed int, last_at int
SELECT failed, last_at FROM sign_in_failure WHERE address = $1;
-- @postgres
SELECT failed, last_at FROM sign_in_failure WHERE address = $1 FOR UPDATE;

-- name: failure_set :exec
-- in:   key text, failed int, last_at int
UPDATE sign_in_failure SET failed = $2, last_at = $3 WHERE address = $1;

-- The attempt counted at $2 was not a failure after all.
-- name: failure_undo :exec
-- in:   key text, at int, before int
UPDATE sign_in_failure
SET failed = CASE WHEN failed > 0 THEN failed - 1 ELSE 0 END,
    last_at = CASE WHEN last_at = $2 THEN $3 ELSE last_at END
WHERE address = $1;

-- name: failure_sweep :exec
-- in:   before int
DELETE FROM sign_in_failure WHERE last_at < $1;

-- ---- second factor ----------------------------------------------------------------------------

-- Who has never signed in is told nothing.
-- name: account_begun :maybe
-- in:   account_id int
-- out:  id int
SELECT a.id FROM account a WHERE a.id = $1 AND a.last_login_at IS NOT NULL;

-- name: session_devices :many
-- in:   account_id int
-- out:  address text, agent text
SELECT s.address, s.agent FROM session s WHERE s.account_id = $1 ORDER BY s.created_at DESC LIMIT 200;

-- name: factor_all :many
-- out:  account_id int, secret text
SELECT account_id, secret FROM second_factor ORDER BY account_id;

-- name: factor_get :maybe
-- in:   account_id int
-- out:  secret text, created_at int, confirmed_at int?, last_step int
SELECT secret, created_at, confirmed_at, last_step FROM second_factor WHERE account_id = $1;

-- name: factor_put :exec
-- in:   account_id int, secret text, now int
INSERT INTO second_factor (account_id, secret, created_at, confirmed_at, last_step)
VALUES ($1, $2, $3, NULL, 0)
ON CONFLICT (account_id) DO UPDATE SET secret = $2, created_at = $3, confirmed_at = NULL, last_step = 0;

-- name: factor_set_confirmed :exec
-- in:   account_id int, now int
UPDATE second_factor SET confirmed_at = $2 WHERE account_id = $1 AND confirmed_at IS NULL;

-- A step of time that was used, or an earlier one, is not taken again.
-- name: factor_step :exec
-- in:   account_id int, step int
UPDATE second_factor SET last_step = $2 WHERE account_id = $1 AND last_step < $2;

-- name: factor_delete :exec
-- in:   account_id int
DELETE FROM second_factor WHERE account_id = $1;

-- name: recovery_clear :exec
-- in:   account_id int
DELETE FROM recovery_code WHERE account_id = $1;

-- name: recovery_add :exec
-- in:   account_id int, hash text
INSERT INTO recovery_code (account_id, hash, used_at) VALUES ($1, $2, NULL);

-- name: recovery_use :exec
-- in:   account_id int, hash text, now int
UPDATE recovery_code SET used_at = $3 WHERE account_id = $1 AND hash = $2 AND used_at IS NULL;

-- name: recovery_known :maybe
-- in:   account_id int, hash text
-- out:  yes int
SELECT 1 AS yes FROM recovery_code WHERE account_id = $1 AND hash = $2 AND used_at IS NULL;

-- name: recovery_left :one
-- in:   account_id int
-- out:  n int
SELECT COUNT(*) AS n FROM recovery_code WHERE account_id = $1 AND used_at IS NULL;

-- name: role_rules :many
-- out:  role text
SELECT role FROM role_rule WHERE second_factor = 1 ORDER BY role;

-- name: role_rules_clear :exec
DELETE FROM role_rule;

-- name: role_rule_add :exec
-- in:   role text
INSERT INTO role_rule (role, second_factor) VALUES ($1, 1);

-- Administrators of the organisation that the site was made for: the first one.
-- name: actor_runs_site :maybe
-- in:   actor int, permission text, now int
-- out:  yes int
SELECT 1 AS yes
WHERE EXISTS (SELECT 1 FROM actor_root r
              WHERE r.account_id = $1 AND r.permission = $2 AND r.valid_from <= $3 AND r.valid_to > $3
                AND r.org_id = (SELECT MIN(id) FROM org WHERE parent_id IS NULL));

-- name: actor_is_wide :one
-- in:   actor int, permission text, now int
-- out:  wide bool
-- plan: any
SELECT CASE WHEN @actor_everywhere($2, $1, $3) THEN 1 ELSE 0 END AS wide;

-- name: step_add :exec
-- in:   id text, account_id int, method text, now int, expires_at int
INSERT INTO sign_in_step (id, account_id, method, created_at, expires_at) VALUES ($1, $2, $3, $4, $5);

-- name: step_get :maybe
-- in:   id text, now int
-- out:  account_id int, login text, name text, method text
SELECT s.account_id, a.login, a.name, s.method
FROM sign_in_step s JOIN account a ON a.id = s.account_id
WHERE s.id = $1 AND s.expires_at > $2 AND a.state = 'active';

-- name: step_delete :exec
-- in:   id text
DELETE FROM sign_in_step WHERE id = $1;

-- name: step_sweep :exec
-- in:   before int
DELETE FROM sign_in_step WHERE expires_at < $1;

-- ---- links that set a password ----------------------------------------------------------------

-- Whoever may be meant by a login or an e-mail address, both in lower case.
-- name: link_accounts :many
-- in:   who text
-- out:  id int, login text, name text, lang text
SELECT id, login, name, lang FROM account
WHERE state = 'active' AND email <> '' AND (login = $1 OR LOWER(email) = $1)
ORDER BY id
LIMIT 3;

-- name: link_recent :one
-- in:   account_id int, after int
-- out:  n int
SELECT COUNT(*) AS n FROM account_link
WHERE account_id = $1 AND purpose = 'reset' AND created_by IS NULL AND created_at > $2;

-- name: link_add :exec
-- in:   id text, account_id int, purpose text, created_by int?, now int, expires_at int
INSERT INTO account_link (id, account_id, purpose, created_by, created_at, expires_at, used_at)
VALUES ($1, $2, $3, $4, $5, $6, NULL);

-- name: link_get :maybe
-- in:   id text, now int
-- out:  account_id int, login text, name text, purpose text, expires_at int
SELECT l.account_id, a.login, a.name, l.purpose, l.expires_at
FROM account_link l JOIN account a ON a.id = l.account_id
WHERE l.id = $1 AND l.used_at IS NULL AND l.expires_at > $2 AND a.state = 'active';

-- name: link_use :exec
-- in:   id text, now int
UPDATE account_link SET used_at = $2 WHERE id = $1 AND used_at IS NULL;

-- One that is used or replaced ends the others of the account.
-- name: link_end :exec
-- in:   account_id int, now int
UPDATE account_link SET used_at = $2 WHERE account_id = $1 AND used_at IS NULL;

-- name: link_sweep :exec
-- in:   before int
DELETE FROM account_link WHERE expires_at < $1;

-- ---- sign-in through a provider ---------------------------------------------------------------

-- name: attempt_add :exec
-- in:   id text, binding text, nonce text, verifier text, purpose text, account_id int?, next text, now int, expires_at int
INSERT INTO provider_attempt (id, binding, nonce, verifier, purpose, account_id, next, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- Taken once, whatever becomes of it.
-- name: attempt_take :maybe
-- in:   id text
-- out:  binding text, nonce text, verifier text, purpose text, account_id int?, next text, expires_at int
DELETE FROM provider_attempt WHERE id = $1
RETURNING binding, nonce, verifier, purpose, account_id, next, expires_at;

-- name: attempt_sweep :exec
-- in:   before int
DELETE FROM provider_attempt WHERE expires_at < $1;

-- name: identity_account :maybe
-- in:   issuer text, subject text
-- out:  id int, login text, name text, state text
SELECT a.id, a.login, a.name, a.state
FROM account_identity i JOIN account a ON a.id = i.account_id
WHERE i.issuer = $1 AND i.subject = $2;

-- Only when the address is that of exactly one active account.
-- name: identity_by_email :many
-- in:   email text
-- out:  id int, login text, name text, state text
SELECT id, login, name, state FROM account WHERE LOWER(email) = $1 AND state = 'active' LIMIT 2;

-- name: identity_add :exec
-- in:   issuer text, subject text, account_id int, label text, now int
INSERT INTO account_identity (issuer, subject, account_id, label, created_at, used_at)
VALUES ($1, $2, $3, $4, $5, NULL);

-- name: identity_used :exec
-- in:   issuer text, subject text, now int, label text
UPDATE account_identity SET used_at = $3, label = $4 WHERE issuer = $1 AND subject = $2;

-- name: identity_delete :exec
-- in:   account_id int, issuer text, subject text
DELETE FROM account_identity WHERE account_id = $1 AND issuer = $2 AND subject = $3;

-- ---- accounts ---------------------------------------------------------------------------------

-- name: account_add :one
-- in:   login text, name text, email text, phone text, position text, password_hash text, must_change bool, now int, fold text, sort_key text
-- out:  id int
INSERT INTO account (login, name, email, phone, position, password_hash, must_change, lang, theme, state,
                     failed, locked_until, created_at, last_login_at, version, fold, sort_key)
VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', 'active', 0, NULL, $8, NULL, 1, $9, $10)
RETURNING id;

-- name: account_by_id :maybe
-- in:   id int
-- out:  id int, login text, name text, email text, phone text, position text, lang text, theme text
SELECT id, login, name, email, phone, position, lang, theme FROM account WHERE id = $1;

-- name: account_id_by_login :maybe
-- in:   login text
-- out:  id int
SELECT id FROM account WHERE login = $1;

-- name: account_password_set :exec
-- in:   id int, password_hash text, must_change bool
UPDATE account
SET password_hash = $2, must_change = $3, failed = 0, locked_until = NULL, version = version + 1
WHERE id = $1;

-- name: account_state_set :exec
-- in:   id int, state text
UPDATE account SET state = $2, version = version + 1 WHERE id = $1 AND state <> $2;

-- name: account_profile_set :exec
-- in:   id int, version int, name text, email text, phone text, position text, fold text, sort_key text
UPDATE account SET name = $3, email = $4, phone = $5, position = $6, fold = $7, sort_key = $8, version = version + 1
WHERE id = $1 AND version = $2;

-- name: account_own_set :exec
-- in:   id int, email text, phone text, lang text, theme text, fold text, version int?
UPDATE account SET email = $2, phone = $3, lang = $4, theme = $5, fold = $6, version = version + 1
WHERE id = $1 AND ($7 IS NULL OR version = $7);

-- The command line lists everyone.
-- name: account_all :each
-- in:   now int
-- out:  login text, name text, email text, state text, last_login_at int?, role text?, org_code text?, org_name text?, valid_from int?, valid_to int?
SELECT a.login, a.name, a.email, a.state, a.last_login_at, g.role, o.code AS org_code, o.name AS org_name,
       g.valid_from, g.valid_to
FROM account a
LEFT JOIN role_grant g ON g.account_id = a.id AND g.revoked_at IS NULL
                      AND (g.valid_to IS NULL OR g.valid_to > $1)
LEFT JOIN org o ON o.id = g.org_id
ORDER BY a.login, g.id;

-- ---- grants -----------------------------------------------------------------------------------

-- name: grant_add :one
-- in:   account_id int, role text, org_id int, valid_from int, valid_to int?, granted_by int?, now int, reason text
-- out:  id int
INSERT INTO role_grant (account_id, role, org_id, valid_from, valid_to, granted_by, granted_at, revoked_at, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8)
RETURNING id;

-- name: grant_overlapping :maybe
-- in:   account_id int, role text, org_id int, valid_from int, valid_to int
-- out:  id int
SELECT g.id FROM role_grant g
WHERE g.account_id = $1 AND g.role = $2 AND g.org_id = $3 AND g.revoked_at IS NULL
  AND g.valid_from < $5 AND (g.valid_to IS NULL OR g.valid_to > $4)
ORDER BY g.id
LIMIT 1;

-- name: grant_get :maybe
-- in:   id int
-- out:  account_id int, login text, role text, org_id int, org_code text, revoked_at int?
SELECT g.account_id, a.login, g.role, g.org_id, o.code AS org_code, g.revoked_at
FROM role_grant g JOIN account a ON a.id = g.account_id JOIN org o ON o.id = g.org_id
WHERE g.id = $1;
-- @postgres
SELECT g.account_id, a.login, g.role, g.org_id, o.code AS org_code, g.revoked_at
FROM role_grant g JOIN account a ON a.id = g.account_id JOIN org o ON o.id = g.org_id
WHERE g.id = $1
FOR UPDATE OF g;

-- name: grant_revoke :exec
-- in:   id int, now int
UPDATE role_grant SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL;

-- name: grant_open :many
-- in:   account_id int, role text, org_id int, now int
-- out:  id int
SELECT id FROM role_grant
WHERE account_id = $1 AND role = $2 AND org_id = $3 AND revoked_at IS NULL
  AND (valid_to IS NULL OR valid_to > $4)
ORDER BY id;

-- name: account_org_by_code :maybe
-- in:   code text
-- out:  id int
SELECT id FROM org WHERE code = $1;

