-- name: org_insert :one
-- in:   code text, uuid text, kind text, name text, short_name text, parent_id int?, valid_from int?, valid_to int?, address text, phone text, email text, website text, unit_code text, now int, fold text, sort_key text
-- out:  id int
INSERT INTO org (code, uuid, kind, name, short_name, parent_id, valid_from, valid_to, address, phone, email, website,
    unit_code, note, created_at, updated_at, version, fold, sort_key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', $14, $14, 1, $15, $16)
RETURNING id;

-- name: org_closure_self :exec
-- in:   id int
-- send: later
INSERT INTO org_closure (ancestor, descendant, depth) VALUES ($1, $1, 0);

-- name: org_closure_above :exec
-- in:   id int, parent_id int
-- send: later
INSERT INTO org_closure (ancestor, descendant, depth)
SELECT c.ancestor, $1, c.depth + 1 FROM org_closure c WHERE c.descendant = $2;

-- name: org_is_below :maybe
-- in:   ancestor int, descendant int
-- out:  depth int
SELECT depth FROM org_closure WHERE ancestor = $1 AND descendant = $2;

-- Cuts the subtree of id off everything above it.
-- name: org_closure_cut :exec
-- in:   id int
DELETE FROM org_closure
WHERE descendant IN (SELECT c.descendant FROM org_closure c WHERE c.ancestor = $1)
  AND ancestor NOT IN (SELECT c.descendant FROM org_closure c WHERE c.ancestor = $1);

-- Hangs the subtree of id under parent_id.
-- name: org_closure_hang :exec
-- in:   id int, parent_id int
INSERT INTO org_closure (ancestor, descendant, depth)
SELECT up.ancestor, down.descendant, up.depth + down.depth + 1
FROM org_closure up, org_closure down
WHERE up.descendant = $2 AND down.ancestor = $1;

-- name: org_parent_update :exec
-- in:   id int, parent_id int, now int
UPDATE org SET parent_id = $2, updated_at = $3, version = version + 1 WHERE id = $1;

-- Incidents with a party in the subtree: their reach is made anew after a move.
-- name: org_reach_trim :exec
-- in:   id int
DELETE FROM incident_reach
WHERE incident_id IN (SELECT p.incident_id FROM incident_party p JOIN org_closure c ON c.descendant = p.org_id
                      WHERE c.ancestor = $1);

-- name: org_reach_fill :exec
-- in:   id int
INSERT INTO incident_reach (org_id, incident_id)
SELECT DISTINCT up.ancestor, p.incident_id
FROM incident_whole_party p
JOIN org_closure up ON up.descendant = p.org_id
WHERE p.incident_id IN (SELECT q.incident_id FROM incident_party q JOIN org_closure c ON c.descendant = q.org_id
                        WHERE c.ancestor = $1)
ON CONFLICT (org_id, incident_id) DO NOTHING;

-- name: org_name_insert :exec
-- in:   org_id int, name text, valid_from int?, valid_to int?, document text
-- send: later
INSERT INTO org_name (org_id, name, valid_from, valid_to, document) VALUES ($1, $2, $3, $4, $5);

-- name: org_name_close :exec
-- in:   org_id int, at int
UPDATE org_name SET valid_to = $2 WHERE org_id = $1 AND valid_to IS NULL;

-- name: org_succession_put :exec
-- in:   from_id int, to_id int, kind text, at int, document text
INSERT INTO org_succession (from_id, to_id, kind, at, document) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (from_id, to_id) DO UPDATE SET kind = excluded.kind, at = excluded.at, document = excluded.document;

-- name: org_succession_delete :exec
-- in:   from_id int, to_id int
DELETE FROM org_succession WHERE from_id = $1 AND to_id = $2;

-- Is $2 among those that succeed $1, at once or later?
-- name: org_succeeds :maybe
-- in:   id int, other int
-- out:  id int
WITH RECURSIVE later (id) AS (
    SELECT to_id FROM org_succession WHERE from_id = $1
    UNION
    SELECT s.to_id FROM org_succession s JOIN later l ON s.from_id = l.id
)
SELECT id FROM later WHERE id = $2;

-- name: org_end :exec
-- in:   id int, at int, now int
UPDATE org SET valid_to = $2, updated_at = $3, version = version + 1 WHERE id = $1 AND valid_to IS NULL;

-- Whoever has no successor any more lives again, under the last name it bore.
-- name: org_name_reopen :exec
-- in:   id int
UPDATE org_name SET valid_to = NULL
WHERE org_id = $1 AND NOT EXISTS (SELECT 1 FROM org_succession s WHERE s.from_id = $1)
  AND id = (SELECT MAX(n.id) FROM org_name n WHERE n.org_id = $1)
  AND valid_to = (SELECT o.valid_to FROM org o WHERE o.id = $1);

-- name: org_revive :exec
-- in:   id int, now int
UPDATE org SET valid_to = NULL, updated_at = $2, version = version + 1
WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM org_succession s WHERE s.from_id = $1);

-- What goes over to a successor.
-- name: org_belongings :one
-- in:   id int
-- out:  systems int, networks int
SELECT (SELECT COUNT(*) FROM system WHERE owner_id = $1 OR operator_id = $1) AS systems,
    (SELECT COUNT(*) FROM org_domain WHERE org_id = $1) + (SELECT COUNT(*) FROM org_range WHERE org_id = $1)
    + (SELECT COUNT(*) FROM org_asn WHERE org_id = $1) AS networks;

-- name: org_systems_owner_move :exec
-- in:   from_id int, to_id int, now int
UPDATE system SET owner_id = $2, updated_at = $3, version = version + 1 WHERE owner_id = $1;

-- name: org_systems_operator_move :exec
-- in:   from_id int, to_id int, now int
UPDATE system SET operator_id = $2, updated_at = $3, version = version + 1 WHERE operator_id = $1;

-- name: org_domains_copy :exec
-- in:   from_id int, to_id int
INSERT INTO org_domain (org_id, domain) SELECT $2, domain FROM org_domain WHERE org_id = $1
ON CONFLICT (org_id, domain) DO NOTHING;

-- name: org_domains_clear :exec
-- in:   id int
DELETE FROM org_domain WHERE org_id = $1;

-- name: org_ranges_copy :exec
-- in:   from_id int, to_id int
INSERT INTO org_range (org_id, cidr, first_addr, last_addr)
SELECT $2, cidr, first_addr, last_addr FROM org_range WHERE org_id = $1
ON CONFLICT (org_id, cidr) DO NOTHING;

-- name: org_ranges_clear :exec
-- in:   id int
DELETE FROM org_range WHERE org_id = $1;

-- name: org_asns_copy :exec
-- in:   from_id int, to_id int
INSERT INTO org_asn (org_id, asn) SELECT $2, asn FROM org_asn WHERE org_id = $1
ON CONFLICT (org_id, asn) DO NOTHING;

-- name: org_asns_clear :exec
-- in:   id int
DELETE FROM org_asn WHERE org_id = $1;

-- name: org_domain_put :exec
-- in:   org_id int, domain text
-- send: later
INSERT INTO org_domain (org_id, domain) VALUES ($1, $2) ON CONFLICT (org_id, domain) DO NOTHING;

-- name: org_range_put :exec
-- in:   org_id int, cidr text, first_addr blob, last_addr blob
-- send: later
INSERT INTO org_range (org_id, cidr, first_addr, last_addr) VALUES ($1, $2, $3, $4)
ON CONFLICT (org_id, cidr) DO NOTHING;

-- name: org_contact_insert :exec
-- in:   org_id int, kind text, name text, position text, phone text, mobile text, email text, other text, is_public bool
INSERT INTO org_contact (org_id, kind, name, position, phone, mobile, email, other, public, sort)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, (SELECT COUNT(*) FROM org_contact c WHERE c.org_id = $1));

-- name: org_asn_put :exec
-- in:   org_id int, asn int
-- send: later
INSERT INTO org_asn (org_id, asn) VALUES ($1, $2) ON CONFLICT (org_id, asn) DO NOTHING;

-- name: org_short :maybe
-- in:   id int
-- out:  code text, name text
SELECT code, name FROM org WHERE id = $1;

-- name: org_id_by_code :maybe
-- in:   code text
-- out:  id int
SELECT id FROM org WHERE code = $1;

-- Systems and organisations that answer for a domain name.
-- name: org_match_domain :many
-- row:  org_match
-- in:   domain text
-- out:  org_id int, system_id int, org_name text, system_name text, provider bool
SELECT s.owner_id AS org_id, s.id AS system_id, o.name AS org_name, s.name AS system_name, 0 AS provider
FROM system_domain d
JOIN system s ON s.id = d.system_id AND s.state <> 'retired'
JOIN org o ON o.id = s.owner_id
WHERE d.domain = $1
UNION ALL
SELECT o.id, 0, o.name, '', 0
FROM org_domain d JOIN org o ON o.id = d.org_id
WHERE d.domain = $1;

-- Systems and organisations whose blocks hold an address, the narrowest first. The block of a
-- provider is that of its customers.
-- name: org_match_address :many
-- row:  org_match
-- in:   address blob
-- out:  org_id int, system_id int, org_name text, system_name text, provider bool
SELECT m.org_id, m.system_id, m.org_name, m.system_name, m.provider
FROM (
    SELECT s.owner_id AS org_id, s.id AS system_id, o.name AS org_name, s.name AS system_name, 0 AS provider,
        r.first_addr, r.last_addr, 0 AS rank
    FROM system_range r
    JOIN system s ON s.id = r.system_id AND s.state <> 'retired'
    JOIN org o ON o.id = s.owner_id
    WHERE r.first_addr <= $1 AND r.last_addr >= $1
    UNION ALL
    SELECT o.id, 0, o.name, '', CASE WHEN o.kind IN ('telecom', 'isp', 'it_provider') THEN 1 ELSE 0 END,
        r.first_addr, r.last_addr, 1 AS rank
    FROM org_range r JOIN org o ON o.id = r.org_id
    WHERE r.first_addr <= $1 AND r.last_addr >= $1
) AS m
ORDER BY m.rank, m.first_addr DESC, m.last_addr
LIMIT 5;

-- Changes whenever a name does, or what bears it.
-- name: org_names_stamp :one
-- out:  org_at int?, system_at int?, org_id int?, system_id int?
SELECT (SELECT MAX(o.updated_at) FROM org o) AS org_at, (SELECT MAX(s.updated_at) FROM system s) AS system_at,
    (SELECT MAX(o.id) FROM org o) AS org_id, (SELECT MAX(s.id) FROM system s) AS system_id;

-- What an organisation or a system in use is called.
-- name: org_names_all :many
-- out:  org_id int, system_id int, org_name text, system_name text, name text
SELECT o.id AS org_id, 0 AS system_id, o.name AS org_name, '' AS system_name, o.name FROM org o WHERE o.valid_to IS NULL
UNION ALL
SELECT o.id, 0, o.name, '', o.short_name FROM org o WHERE o.valid_to IS NULL AND o.short_name <> ''
UNION ALL
SELECT s.owner_id, s.id, o.name, s.name, s.name FROM system s JOIN org o ON o.id = s.owner_id WHERE s.state <> 'retired';

-- name: org_choices :many
-- in:   actor int, now int, permission text
-- out:  id int, name text, code text
SELECT o.id, o.name, o.code FROM org o
WHERE (o.valid_to IS NULL OR o.valid_to > $2)
  AND @actor_may(o.id, $3, $1, $2)
ORDER BY o.sort_key, o.id
LIMIT 5000;

-- piece: org_summary(org, parent)
{org}.id, {org}.code, {org}.kind, {org}.name, {parent}.name AS parent_name, {org}.phone, {org}.email,
    (SELECT COUNT(*) FROM system s WHERE s.owner_id = {org}.id) AS systems,
    (SELECT COUNT(*) FROM org_contact c WHERE c.org_id = {org}.id) AS contacts, {org}.valid_to;

-- What the page of the list asks for.
-- piece: org_asked(org, now, kind, ended, words)
({kind} IS NULL OR {org}.kind = {kind})
  AND ({ended} <> 0 OR {org}.valid_to IS NULL OR {org}.valid_to > {now})
  AND @words_box(org, {org}.id, {words});

-- Lists: as those of systems.
-- name: org_list_name :many
-- row:  org_summary
-- in:   actor int, now int, kind text?, ended bool, words text?, row_limit int, row_offset int
-- out:  id int, code text, kind text, name text, parent_name text?, phone text, email text, systems int, contacts int, valid_to int?
-- plan: kept
SELECT @org_summary(o, p)
FROM (
    SELECT f.id FROM org f
    WHERE @org_asked(f, $2, $3, $4, $5)
      AND @actor_everywhere('org.read', $1, $2)
    ORDER BY f.sort_key, f.id
    LIMIT $6 OFFSET $7) AS k
JOIN org o ON o.id = k.id
LEFT JOIN org p ON p.id = o.parent_id
ORDER BY o.sort_key, o.id;

-- name: org_list_name_down :many
-- row:  org_summary
-- in:   actor int, now int, kind text?, ended bool, words text?, row_limit int, row_offset int
-- out:  id int, code text, kind text, name text, parent_name text?, phone text, email text, systems int, contacts int, valid_to int?
-- plan: kept
SELECT @org_summary(o, p)
FROM (
    SELECT f.id FROM org f
    WHERE @org_asked(f, $2, $3, $4, $5)
      AND @actor_everywhere('org.read', $1, $2)
    ORDER BY f.sort_key DESC, f.id DESC
    LIMIT $6 OFFSET $7) AS k
JOIN org o ON o.id = k.id
LEFT JOIN org p ON p.id = o.parent_id
ORDER BY o.sort_key DESC, o.id DESC;

-- name: org_list :many
-- row:  org_summary
-- in:   actor int, now int, kind text?, ended bool, words text?, row_limit int, row_offset int, sort text, descending bool
-- out:  id int, code text, kind text, name text, parent_name text?, phone text, email text, systems int, contacts int, valid_to int?
-- plan: kept
SELECT @org_summary(o, p)
FROM (
    SELECT f.id,
        CASE WHEN $9 = 0 THEN CASE $8 WHEN 'code' THEN f.code WHEN 'kind' THEN f.kind ELSE '' END END AS up,
        CASE WHEN $9 <> 0 THEN CASE $8 WHEN 'code' THEN f.code WHEN 'kind' THEN f.kind ELSE '' END END AS down,
        CASE WHEN $9 = 0 OR $8 <> 'name' THEN f.sort_key END AS name_up,
        CASE WHEN $9 <> 0 AND $8 = 'name' THEN f.sort_key END AS name_down
    FROM org f
    WHERE @org_asked(f, $2, $3, $4, $5)
      AND f.id IN @actor_orgs('org.read', $1, $2)
    ORDER BY 2 ASC, 3 DESC, 4 ASC, 5 DESC, 1
    LIMIT $6 OFFSET $7) AS k
JOIN org o ON o.id = k.id
LEFT JOIN org p ON p.id = o.parent_id
ORDER BY k.up ASC, k.down DESC, k.name_up ASC, k.name_down DESC, k.id;

-- name: org_count_all :one
-- row:  org_count
-- in:   actor int, now int, kind text?, ended bool, words text?
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM org f
    WHERE @org_asked(f, $2, $3, $4, $5)
      AND @actor_everywhere('org.read', $1, $2)
    LIMIT 10001) AS counted;

-- name: org_count :one
-- row:  org_count
-- in:   actor int, now int, kind text?, ended bool, words text?
-- out:  total int
-- plan: kept
SELECT COUNT(*) AS total FROM (
    SELECT 1 AS one FROM org f
    WHERE @org_asked(f, $2, $3, $4, $5)
      AND f.id IN @actor_orgs('org.read', $1, $2)
    LIMIT 10001) AS counted;

-- name: org_find :maybe
-- in:   actor int, now int, code text
-- out:  id int
SELECT o.id FROM org o
WHERE o.code = $3
  AND @actor_may(o.id, 'org.read', $1, $2);

-- name: org_may :one
-- in:   actor int, now int, id int
-- out:  may_write bool, may_contact bool, may_systems bool
SELECT
    CASE WHEN @actor_may($3, 'org.write', $1, $2) THEN 1 ELSE 0 END AS may_write,
    CASE WHEN @actor_may($3, 'org.contact', $1, $2) THEN 1 ELSE 0 END AS may_contact,
    CASE WHEN @actor_may($3, 'system.read', $1, $2) THEN 1 ELSE 0 END AS may_systems;

-- name: org_get :one
-- in:   id int
-- out:  id int, code text, uuid text, kind text, name text, short_name text, parent_id int?, parent_name text?, parent_code text?, valid_from int?, valid_to int?, address text, phone text, email text, website text, unit_code text, note text, version int
SELECT o.id, o.code, o.uuid, o.kind, o.name, o.short_name, o.parent_id, p.name AS parent_name, p.code AS parent_code,
    o.valid_from, o.valid_to, o.address, o.phone, o.email, o.website, o.unit_code, o.note, o.version
FROM org o LEFT JOIN org p ON p.id = o.parent_id
WHERE o.id = $1;

-- name: org_lock :maybe
-- in:   id int
-- out:  code text, name text, parent_id int?, version int
SELECT code, name, parent_id, version FROM org WHERE id = $1;

-- @postgres
SELECT code, name, parent_id, version FROM org WHERE id = $1 FOR UPDATE;

-- name: org_update :exec
-- in:   id int, kind text, name text, short_name text, address text, phone text, email text, website text, unit_code text, now int, fold text, sort_key text
UPDATE org SET kind = $2, name = $3, short_name = $4, address = $5, phone = $6, email = $7, website = $8,
    unit_code = $9, updated_at = $10, fold = $11, sort_key = $12, version = version + 1
WHERE id = $1;

-- name: org_children :many
-- in:   id int
-- out:  code text, name text, kind text, valid_to int?
SELECT code, name, kind, valid_to FROM org WHERE parent_id = $1
ORDER BY CASE WHEN valid_to IS NULL THEN 0 ELSE 1 END, sort_key, id LIMIT 500;

-- name: org_names :many
-- in:   id int
-- out:  name text, valid_from int?, valid_to int?
SELECT name, valid_from, valid_to FROM org_name WHERE org_id = $1 ORDER BY COALESCE(valid_from, 0), id;

-- name: org_successions :many
-- in:   id int
-- out:  before bool, code text, name text, kind text, at int, document text
SELECT 1 AS before, o.code, o.name, s.kind, s.at, s.document FROM org_succession s JOIN org o ON o.id = s.from_id
WHERE s.to_id = $1
UNION ALL
SELECT 0 AS before, o.code, o.name, s.kind, s.at, s.document FROM org_succession s JOIN org o ON o.id = s.to_id
WHERE s.from_id = $1
ORDER BY 1 DESC, 3;

-- name: org_contacts :many
-- in:   id int
-- out:  id int, kind text, name text, position text, phone text, mobile text, email text, other text, is_public bool
SELECT id, kind, name, position, phone, mobile, email, other, public AS is_public
FROM org_contact WHERE org_id = $1 ORDER BY sort, id;

-- name: org_contact_delete :maybe
-- in:   org_id int, id int
-- out:  kind text
DELETE FROM org_contact WHERE org_id = $1 AND id = $2 RETURNING kind;

-- What it answers for: kind is domain, range or asn.
-- name: org_networks :many
-- in:   id int
-- out:  kind text, value text
SELECT 'domain' AS kind, domain AS value FROM org_domain WHERE org_id = $1
UNION ALL
SELECT 'range' AS kind, cidr AS value FROM org_range WHERE org_id = $1
UNION ALL
SELECT 'asn' AS kind, CAST(asn AS TEXT) AS value FROM org_asn WHERE org_id = $1
ORDER BY 1, 2;

-- name: org_domain_delete :exec
-- in:   org_id int, domain text
DELETE FROM org_domain WHERE org_id = $1 AND domain = $2;

-- name: org_range_delete :exec
-- in:   org_id int, cidr text
DELETE FROM org_range WHERE org_id = $1 AND cidr = $2;

-- name: org_asn_delete :exec
-- in:   org_id int, asn int
DELETE FROM org_asn WHERE org_id = $1 AND asn = $2;

-- name: org_systems :many
-- in:   id int
-- out:  code text, name text, level int?, state text
SELECT code, name, level, state FROM system WHERE owner_id = $1 OR operator_id = $1 ORDER BY sort_key, id LIMIT 200;

-- name: org_history :many
-- in:   id int
-- out:  at int, actor_name text, action text, detail text
SELECT at, actor_name, action, detail FROM audit WHERE object_kind = 'org' AND object_id = $1 ORDER BY seq DESC LIMIT 50;

-- The public directory: living organisations with a contact that may be shown to anyone.
-- name: org_directory :many
-- in:   now int, words text?
-- out:  org_name text, kind text, website text, name text, position text, phone text, email text
SELECT o.name AS org_name, o.kind, o.website, c.name, c.position, c.phone, c.email
FROM org o JOIN org_contact c ON c.org_id = o.id AND c.public <> 0
WHERE (o.valid_to IS NULL OR o.valid_to > $1) AND @words_box(org, o.id, $2)
ORDER BY CASE WHEN o.kind IN ('commune', 'ward') THEN 1 ELSE 0 END, o.sort_key, o.id, c.sort
LIMIT 2000;

-- For imports: every organisation, to find parents and predecessors by code or name.
-- name: org_all :many
-- out:  id int, code text, name text, kind text, unit_code text, parent_id int?, version int
SELECT id, code, name, kind, unit_code, parent_id, version FROM org ORDER BY id;
