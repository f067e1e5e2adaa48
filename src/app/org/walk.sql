-- The list of organisations from a place on, for pages of the API and for exports. The place is the last row's
-- (text, id); `place` is what the order asks for.
-- name: org_walk :each
-- row:  org_item
-- in:   actor int, now int, kind text?, ended bool, words text?, after bool, place text, id int, row_limit int, sort text, descending bool
-- out:  id int, code text, kind text, name text, short_name text, parent_code text?, parent_name text?, address text, phone text, email text, website text, unit_code text, systems int, contacts int, valid_from int?, valid_to int?, version int, number int, place text
SELECT o.id, o.code, o.kind, o.name, o.short_name, p.code AS parent_code, p.name AS parent_name, o.address, o.phone,
    o.email, o.website, o.unit_code,
    (SELECT COUNT(*) FROM system s WHERE s.owner_id = o.id) AS systems,
    (SELECT COUNT(*) FROM org_contact c WHERE c.org_id = o.id) AS contacts, o.valid_from, o.valid_to, o.version,
    0 AS number, o.place
FROM (SELECT j.*, CASE $10 WHEN 'code' THEN j.code WHEN 'kind' THEN j.kind ELSE j.sort_key END AS place FROM org j) AS o
LEFT JOIN org p ON p.id = o.parent_id
WHERE ($3 IS NULL OR o.kind = $3)
  AND ($4 <> 0 OR o.valid_to IS NULL OR o.valid_to > $2)
  AND @words_box(org, o.id, $5)
  AND ($6 = 0
       OR ($11 = 0 AND (o.place > $7 OR (o.place = $7 AND o.id > $8)))
       OR ($11 <> 0 AND (o.place < $7 OR (o.place = $7 AND o.id < $8))))
  AND @actor_may(o.id, 'org.read', $1, $2)
ORDER BY CASE WHEN $11 = 0 THEN o.place END, CASE WHEN $11 = 0 THEN o.id END,
    CASE WHEN $11 <> 0 THEN o.place END DESC, CASE WHEN $11 <> 0 THEN o.id END DESC
LIMIT $9;
