-- name: system_insert :one
-- in:   code text, uuid text, name text, purpose text, owner_id int, operator_id int?, level int?, decision_no text, decision_date int?, state text, responsible text, phone text, email text, now int, fold text, sort_key text
-- out:  id int
INSERT INTO system (code, uuid, name, purpose, owner_id, operator_id, level, decision_no, decision_date, state,
    responsible, phone, email, created_at, updated_at, version, fold, sort_key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, 1, $15, $16)
RETURNING id;

-- name: system_domain_put :exec
-- in:   system_id int, domain text
-- send: later
INSERT INTO system_domain (system_id, domain) VALUES ($1, $2) ON CONFLICT (system_id, domain) DO NOTHING;

-- name: system_range_put :exec
-- in:   system_id int, cidr text, first_addr blob, last_addr blob
-- send: later
INSERT INTO system_range (system_id, cidr, first_addr, last_addr) VALUES ($1, $2, $3, $4)
ON CONFLICT (system_id, cidr) DO NOTHING;

-- name: system_product_insert :exec
-- in:   system_id int, vendor text, product text, version text, cpe text
INSERT INTO system_product (system_id, vendor, product, version, cpe) VALUES ($1, $2, $3, $4, $5);

-- name: system_choices :many
-- in:   actor int, now int, home int
-- out:  id int, name text, code text
SELECT s.id, s.name, s.code FROM system s
WHERE s.state <> 'retired'
  AND @system_may(s, 'system.read', $1, $2)
ORDER BY CASE WHEN s.owner_id = $3 THEN 0 ELSE 1 END, s.sort_key, s.id
LIMIT 5000;

-- piece: system_summary(system, owner)
{system}.id, {system}.code, {system}.name, {owner}.name AS owner_name, {system}.level, {system}.state,
    {system}.decision_no,
    (SELECT COUNT(*) FROM system_domain d WHERE d.system_id = {system}.id) AS domains,
    (SELECT COUNT(*) FROM incident_system x JOIN incident i ON i.id = x.incident_id AND i.state <> 'closed'
     WHERE x.system_id = {system}.id) AS incidents;

-- What the page of the list asks for.
-- piece: system_asked(system, level, state, owner, words)
({level} IS NULL OR {system}.level = {level})
  AND ({state} IS NULL OR {system}.state = {state})
  AND ({owner} IS NULL OR {system}.owner_id = (SELECT w.id FROM org w WHERE w.code = {owner}))
  AND @words_box(system, {system}.id, {words});

-- Lists: who reaches everything walks the index in the order of names until the page is full; everybody else, and the
-- other orders, gather what is theirs first.
-- name: system_list_name :many
-- row:  system_summary
-- in:   actor int, now int, level int?, state text?, owner text?, words text?, row_limit int, row_offset int
-- out:  id int, code text, name text, owner_name text, level int?, state text, decision_no text, domains int, incidents int
-- plan: kept unless owner
SELECT @system_summary(s, o)
FROM (
    SELECT f.id FROM system f
    WHERE @system_asked(f, $3, $4, $5, $6)
      AND @actor_everywhere('system.read', $1, $2)
    ORDER BY f.sort_key, f.id
    LIMIT $7 OFFSET $8) AS k
JOIN system s ON s.id = k.id
JOIN org o ON o.id = s.owner_id
ORDER BY s.sort_key, s.id;

-- name: system_list_name_down :many
-- row:  system_summary
-- in:   actor int, now int, level int?, state text?, owner text?, words text?, row_limit int, row_offset int
-- out:  id int, code text, name text, owner_name text, level int?, state text, decision_no text, domains int, incidents int
-- plan: kept unless owner
SELECT @system_summary(s, o)
FROM (
    SELECT f.id FROM system f
    WHERE @system_asked(f, $3, $4, $5, $6)
      AND @actor_everywhere('system.read', $1, $2)
    ORDER BY f.sort_key DESC, f.id DESC
    LIMIT $7 OFFSET $8) AS k
JOIN system s ON s.id = k.id
JOIN org o ON o.id = s.owner_id
ORDER BY s.sort_key DESC, s.id DESC;

-- name: system_list :many
-- row:  system_summary
-- in:   actor int, now int, level int?, state text?, owner text?, words text?, row_limit int, row_offset int, sort text, descending bool
-- out:  id int, code text, name text, owner_name text, level int?, state text, decision_no text, domains int, incidents int
SELECT @system_summary(s, o)
FROM (
    SELECT f.id,
        CASE WHEN $10 = 0 THEN CASE $9 WHEN 'level' THEN COALESCE(f.level, 0) WHEN 'code' THEN f.id ELSE 0 END END AS up,
        CASE WHEN $10 <> 0 THEN CASE $9 WHEN 'level' THEN COALESCE(f.level, 0) WHEN 'code' THEN f.id ELSE 0 END END AS down,
        CASE WHEN $10 = 0 OR $9 <> 'name' THEN f.sort_key END AS name_up,
        CASE WHEN $10 <> 0 AND $9 = 'name' THEN f.sort_key END AS name_down
    FROM system f
    WHERE @system_asked(f, $3, $4, $5, $6)
      AND @system_in_orgs(f, $1, $2)
    ORDER BY 2 ASC, 3 DESC, 4 ASC, 5 DESC, 1
    LIMIT $7 OFFSET $8) AS k
JOIN system s ON s.id = k.id
JOIN org o ON o.id = s.owner_id
ORDER BY k.up ASC, k.down DESC, k.name_up ASC, k.name_down DESC, k.id;

-- name: system_count_all :one
-- row:  system_count
-- in:   actor int, now int, level int?, state text?, owner text?, words text?
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM system f
    WHERE @system_asked(f, $3, $4, $5, $6)
      AND @actor_everywhere('system.read', $1, $2)
    LIMIT 10001) AS counted;

-- name: system_count :one
-- row:  system_count
-- in:   actor int, now int, level int?, state text?, owner text?, words text?
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM system f
    WHERE @system_asked(f, $3, $4, $5, $6)
      AND @system_in_orgs(f, $1, $2)
    LIMIT 10001) AS counted;

-- name: system_find :maybe
-- in:   actor int, now int, code text
-- out:  id int, owner_id int
SELECT s.id, s.owner_id FROM system s
WHERE s.code = $3
  AND @system_may(s, 'system.read', $1, $2);

-- name: system_may_write :one
-- in:   actor int, now int, id int
-- out:  may_write bool
SELECT CASE WHEN EXISTS (
    SELECT 1 FROM system s JOIN actor_org x ON x.org_id IN (s.owner_id, COALESCE(s.operator_id, s.owner_id))
    WHERE s.id = $3 AND x.account_id = $1 AND x.permission = 'system.write' AND x.valid_from <= $2
      AND x.valid_to > $2) THEN 1 ELSE 0 END AS may_write;

-- name: system_get :one
-- in:   id int
-- out:  id int, code text, name text, purpose text, owner_id int, owner_name text, owner_code text, operator_id int?, operator_name text?, operator_code text?, level int?, decision_no text, decision_date int?, state text, responsible text, phone text, email text, version int
SELECT s.id, s.code, s.name, s.purpose, s.owner_id, o.name AS owner_name, o.code AS owner_code, s.operator_id,
    p.name AS operator_name, p.code AS operator_code, s.level, s.decision_no, s.decision_date, s.state, s.responsible,
    s.phone, s.email, s.version
FROM system s
JOIN org o ON o.id = s.owner_id
LEFT JOIN org p ON p.id = s.operator_id
WHERE s.id = $1;

-- name: system_lock :maybe
-- in:   id int
-- out:  code text, version int, level int?, state text
SELECT code, version, level, state FROM system WHERE id = $1;

-- @postgres
SELECT code, version, level, state FROM system WHERE id = $1 FOR UPDATE;

-- name: system_update :exec
-- in:   id int, name text, purpose text, owner_id int, operator_id int?, level int?, decision_no text, decision_date int?, state text, responsible text, phone text, email text, now int, fold text, sort_key text
UPDATE system SET name = $2, purpose = $3, owner_id = $4, operator_id = $5, level = $6, decision_no = $7,
    decision_date = $8, state = $9, responsible = $10, phone = $11, email = $12, updated_at = $13, fold = $14,
    sort_key = $15, version = version + 1
WHERE id = $1;

-- name: system_networks :many
-- in:   id int
-- out:  kind text, value text
SELECT 'domain' AS kind, domain AS value FROM system_domain WHERE system_id = $1
UNION ALL
SELECT 'range' AS kind, cidr AS value FROM system_range WHERE system_id = $1
ORDER BY 1, 2;

-- name: system_domain_delete :exec
-- in:   system_id int, domain text
DELETE FROM system_domain WHERE system_id = $1 AND domain = $2;

-- name: system_range_delete :exec
-- in:   system_id int, cidr text
DELETE FROM system_range WHERE system_id = $1 AND cidr = $2;

-- name: system_products :many
-- in:   id int
-- out:  id int, vendor text, product text, version text, cpe text
SELECT id, vendor, product, version, cpe FROM system_product WHERE system_id = $1 ORDER BY vendor, product, id;

-- name: system_product_delete :maybe
-- in:   system_id int, id int
-- out:  vendor text, product text, version text
DELETE FROM system_product WHERE system_id = $1 AND id = $2 RETURNING vendor, product, version;

-- name: system_incidents :many
-- in:   actor int, now int, id int
-- out:  code text, title text, state text, severity int, detected_at int
SELECT i.code, i.title, i.state, i.severity, i.detected_at
FROM incident_system x JOIN incident i ON i.id = x.incident_id
WHERE x.system_id = $3
  AND @incident_may(i.id, 'incident.read', $1, $2)
ORDER BY i.detected_at DESC
LIMIT 20;

-- name: system_history :many
-- in:   id int
-- out:  at int, actor_name text, action text, detail text
SELECT at, actor_name, action, detail FROM audit WHERE object_kind = 'system' AND object_id = $1
ORDER BY seq DESC LIMIT 50;
