-- The list of systems from a place on, for pages of the API and for exports. The place is the last row's
-- (number, text, id); number and text are what the order asks for.
-- name: system_walk :each
-- row:  system_item
-- in:   actor int, now int, level int?, state text?, owner text?, words text?, after bool, number int, place text, id int, row_limit int, sort text, descending bool
-- out:  id int, code text, name text, purpose text, owner_code text, owner_name text, operator_code text?, operator_name text?, level int?, state text, decision_no text, decision_date int?, responsible text, phone text, email text, domains int, incidents int, version int, number int, place text
SELECT s.id, s.code, s.name, s.purpose, o.code AS owner_code, o.name AS owner_name, p.code AS operator_code,
    p.name AS operator_name, s.level, s.state, s.decision_no, s.decision_date, s.responsible, s.phone, s.email,
    (SELECT COUNT(*) FROM system_domain d WHERE d.system_id = s.id) AS domains,
    (SELECT COUNT(*) FROM incident_system x JOIN incident i ON i.id = x.incident_id AND i.state <> 'closed'
     WHERE x.system_id = s.id) AS incidents, s.version, s.number, s.sort_key AS place
FROM (SELECT j.*, CASE $12 WHEN 'level' THEN COALESCE(j.level, 0) WHEN 'code' THEN j.id ELSE 0 END AS number
      FROM system j) AS s
JOIN org o ON o.id = s.owner_id
LEFT JOIN org p ON p.id = s.operator_id
WHERE ($3 IS NULL OR s.level = $3)
  AND ($4 IS NULL OR s.state = $4)
  AND ($5 IS NULL OR o.code = $5)
  AND @words_box(system, s.id, $6)
  AND ($7 = 0
       OR ($13 = 0 AND (s.number > $8 OR (s.number = $8 AND (s.sort_key > $9 OR (s.sort_key = $9 AND s.id > $10)))))
       OR ($13 <> 0 AND (s.number < $8 OR (s.number = $8 AND (s.sort_key < $9 OR (s.sort_key = $9 AND s.id < $10))))))
  AND @system_in_orgs(s, $1, $2)
ORDER BY CASE WHEN $13 = 0 THEN s.number END, CASE WHEN $13 = 0 THEN s.sort_key END, CASE WHEN $13 = 0 THEN s.id END,
    CASE WHEN $13 <> 0 THEN s.number END DESC, CASE WHEN $13 <> 0 THEN s.sort_key END DESC,
    CASE WHEN $13 <> 0 THEN s.id END DESC
LIMIT $11;

-- name: system_org_by_code :maybe
-- in:   code text
-- out:  id int
SELECT id FROM org WHERE code = $1;

-- For imports: whoever may not change it is told so.
-- name: system_id_by_code :maybe
-- in:   code text
-- out:  id int
SELECT id FROM system WHERE code = $1;
