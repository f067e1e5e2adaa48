-- name: system_insert :one
-- in:   code text, uuid text, name text, purpose text, owner_id int, operator_id int?, level int?, decision_no text, decision_date int?, state text, responsible text, phone text, email text, now int, fold text
-- out:  id int
INSERT INTO system (code, uuid, name, purpose, owner_id, operator_id, level, decision_no, decision_date, state,
    responsible, phone, email, created_at, updated_at, version, fold)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, 1, $15)
RETURNING id;

-- name: system_domain_put :exec
-- in:   system_id int, domain text
INSERT INTO system_domain (system_id, domain) VALUES ($1, $2) ON CONFLICT (system_id, domain) DO NOTHING;

-- name: system_range_put :exec
-- in:   system_id int, cidr text, first_addr blob, last_addr blob
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
  AND EXISTS (SELECT 1 FROM actor_org x
              WHERE x.org_id IN (s.owner_id, COALESCE(s.operator_id, s.owner_id)) AND x.account_id = $1
                AND x.permission = 'system.read' AND x.valid_from <= $2 AND x.valid_to > $2)
ORDER BY CASE WHEN s.owner_id = $3 THEN 0 ELSE 1 END, s.name
LIMIT 5000;
