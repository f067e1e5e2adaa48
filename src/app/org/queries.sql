-- name: org_insert :one
-- in:   code text, uuid text, kind text, name text, short_name text, parent_id int?, valid_from int?, valid_to int?, address text, phone text, email text, website text, unit_code text, now int, fold text
-- out:  id int
INSERT INTO org (code, uuid, kind, name, short_name, parent_id, valid_from, valid_to, address, phone, email, website,
    unit_code, note, created_at, updated_at, version, fold)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', $14, $14, 1, $15)
RETURNING id;

-- name: org_closure_self :exec
-- in:   id int
INSERT INTO org_closure (ancestor, descendant, depth) VALUES ($1, $1, 0);

-- name: org_closure_above :exec
-- in:   id int, parent_id int
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
FROM incident_party p
JOIN org_closure up ON up.descendant = p.org_id
WHERE p.incident_id IN (SELECT q.incident_id FROM incident_party q JOIN org_closure c ON c.descendant = q.org_id
                        WHERE c.ancestor = $1)
ON CONFLICT (org_id, incident_id) DO NOTHING;

-- name: org_name_insert :exec
-- in:   org_id int, name text, valid_from int?, valid_to int?, document text
INSERT INTO org_name (org_id, name, valid_from, valid_to, document) VALUES ($1, $2, $3, $4, $5);

-- name: org_name_close :exec
-- in:   org_id int, at int
UPDATE org_name SET valid_to = $2 WHERE org_id = $1 AND valid_to IS NULL;

-- name: org_succession_put :exec
-- in:   from_id int, to_id int, kind text, at int, document text
INSERT INTO org_succession (from_id, to_id, kind, at, document) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (from_id, to_id) DO UPDATE SET kind = excluded.kind, at = excluded.at, document = excluded.document;

-- name: org_end :exec
-- in:   id int, at int
UPDATE org SET valid_to = $2, updated_at = $2, version = version + 1 WHERE id = $1 AND valid_to IS NULL;

-- name: org_domain_put :exec
-- in:   org_id int, domain text
INSERT INTO org_domain (org_id, domain) VALUES ($1, $2) ON CONFLICT (org_id, domain) DO NOTHING;

-- name: org_range_put :exec
-- in:   org_id int, cidr text, first_addr blob, last_addr blob
INSERT INTO org_range (org_id, cidr, first_addr, last_addr) VALUES ($1, $2, $3, $4)
ON CONFLICT (org_id, cidr) DO NOTHING;

-- name: org_contact_insert :exec
-- in:   org_id int, kind text, name text, position text, phone text, mobile text, email text, other text, is_public bool
INSERT INTO org_contact (org_id, kind, name, position, phone, mobile, email, other, public, sort)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, (SELECT COUNT(*) FROM org_contact c WHERE c.org_id = $1));

-- name: org_asn_put :exec
-- in:   org_id int, asn int
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
-- out:  org_id int, system_id int, org_name text, system_name text
SELECT s.owner_id AS org_id, s.id AS system_id, o.name AS org_name, s.name AS system_name
FROM system_domain d
JOIN system s ON s.id = d.system_id AND s.state <> 'retired'
JOIN org o ON o.id = s.owner_id
WHERE d.domain = $1
UNION ALL
SELECT o.id, 0, o.name, ''
FROM org_domain d JOIN org o ON o.id = d.org_id
WHERE d.domain = $1;

-- Systems and organisations whose blocks hold an address, the narrowest first.
-- name: org_match_address :many
-- row:  org_match
-- in:   address blob
-- out:  org_id int, system_id int, org_name text, system_name text
SELECT m.org_id, m.system_id, m.org_name, m.system_name
FROM (
    SELECT s.owner_id AS org_id, s.id AS system_id, o.name AS org_name, s.name AS system_name,
        r.first_addr, r.last_addr, 0 AS rank
    FROM system_range r
    JOIN system s ON s.id = r.system_id AND s.state <> 'retired'
    JOIN org o ON o.id = s.owner_id
    WHERE r.first_addr <= $1 AND r.last_addr >= $1
    UNION ALL
    SELECT o.id, 0, o.name, '', r.first_addr, r.last_addr, 1 AS rank
    FROM org_range r JOIN org o ON o.id = r.org_id
    WHERE r.first_addr <= $1 AND r.last_addr >= $1
) AS m
ORDER BY m.rank, m.first_addr DESC, m.last_addr
LIMIT 5;

-- name: org_choices :many
-- in:   actor int, now int, permission text
-- out:  id int, name text, code text
SELECT o.id, o.name, o.code FROM org o
WHERE o.valid_to IS NULL
  AND EXISTS (SELECT 1 FROM actor_org x
              WHERE x.org_id = o.id AND x.account_id = $1 AND x.permission = $3
                AND x.valid_from <= $2 AND x.valid_to > $2)
ORDER BY o.name
LIMIT 5000;
