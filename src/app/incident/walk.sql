-- The list of incidents from a place on, for pages of the API and for exports. The place is the last row's
-- (number, id); `number` is what the order asks for. By time of change, newest first, an index leads.

-- piece: incident_item(incident, org, lead)
{incident}.id, {incident}.code, {incident}.title, {incident}.kind, {incident}.severity, {incident}.serious,
    {incident}.tlp, {incident}.state, {org}.code AS org_code, {org}.name AS org_name, {lead}.login AS lead_login,
    {lead}.name AS lead_name, {incident}.occurred_at, {incident}.detected_at, {incident}.contained_at,
    {incident}.opened_at, {incident}.updated_at, {incident}.next_due_at, {incident}.closed_at, {incident}.follow_up_at,
    (SELECT COUNT(*) FROM task t WHERE t.incident_id = {incident}.id AND t.state IN ('done', 'skipped')) AS tasks_done,
    (SELECT COUNT(*) FROM task t WHERE t.incident_id = {incident}.id) AS tasks_all, {incident}.version;

-- name: incident_walk_recent :each
-- row:  incident_item
-- in:   actor int, now int, state text?, open_only bool, kind text?, severity int?, org_id int?, lead_id int?, late bool, words text?, after bool, number int, id int, row_limit int, follow int
-- out:  id int, code text, title text, kind text, severity int, serious bool, tlp text, state text, org_code text, org_name text, lead_login text?, lead_name text?, occurred_at int?, detected_at int, contained_at int?, opened_at int, updated_at int, next_due_at int?, closed_at int?, follow_up_at int?, tasks_done int, tasks_all int, version int, number int, place text
SELECT @incident_item(i, o, l),
    i.updated_at AS number, '' AS place
FROM incident i
JOIN org o ON o.id = i.org_id
LEFT JOIN account l ON l.id = i.lead_id
WHERE ($3 IS NULL OR i.state = $3)
  AND ($4 = 0 OR i.state <> 'closed')
  AND @incident_asked(i, $2, $5, $6, $7, $8, $9, $15, $10)
  AND ($11 = 0 OR i.updated_at < $12 OR (i.updated_at = $12 AND i.id < $13))
  AND @incident_may(i.id, 'incident.read', $1, $2)
ORDER BY i.updated_at DESC, i.id DESC
LIMIT $14;

-- name: incident_walk_sorted :each
-- row:  incident_item
-- in:   actor int, now int, state text?, open_only bool, kind text?, severity int?, org_id int?, lead_id int?, late bool, words text?, after bool, number int, id int, row_limit int, sort text, descending bool, follow int
-- out:  id int, code text, title text, kind text, severity int, serious bool, tlp text, state text, org_code text, org_name text, lead_login text?, lead_name text?, occurred_at int?, detected_at int, contained_at int?, opened_at int, updated_at int, next_due_at int?, closed_at int?, follow_up_at int?, tasks_done int, tasks_all int, version int, number int, place text
SELECT @incident_item(i, o, l),
    i.number, '' AS place
FROM (SELECT j.*, CASE $15
          WHEN 'opened' THEN j.opened_at WHEN 'severity' THEN j.severity
          WHEN 'due' THEN COALESCE(j.next_due_at, CASE WHEN $16 = 0 THEN 9223372036854775807 ELSE 0 END)
          WHEN 'code' THEN j.id ELSE j.updated_at END AS number
      FROM incident j) AS i
JOIN org o ON o.id = i.org_id
LEFT JOIN account l ON l.id = i.lead_id
WHERE ($3 IS NULL OR i.state = $3)
  AND ($4 = 0 OR i.state <> 'closed')
  AND @incident_asked(i, $2, $5, $6, $7, $8, $9, $17, $10)
  AND ($11 = 0
       OR ($16 = 0 AND (i.number > $12 OR (i.number = $12 AND i.id > $13)))
       OR ($16 <> 0 AND (i.number < $12 OR (i.number = $12 AND i.id < $13))))
  AND @incident_may(i.id, 'incident.read', $1, $2)
ORDER BY CASE WHEN $16 = 0 THEN i.number END, CASE WHEN $16 = 0 THEN i.id END,
    CASE WHEN $16 <> 0 THEN i.number END DESC, CASE WHEN $16 <> 0 THEN i.id END DESC
LIMIT $14;

-- name: incident_login :maybe
-- in:   login text
-- out:  id int
SELECT id FROM account WHERE login = $1;

-- name: incident_org_by_code :maybe
-- in:   code text
-- out:  id int
SELECT id FROM org WHERE code = $1;

-- A system by its code, for whoever may see it.
-- name: incident_system_by_code :maybe
-- in:   actor int, now int, code text
-- out:  id int
SELECT s.id FROM system s
WHERE s.code = $3
  AND @system_may(s, 'system.read', $1, $2);

-- The observables of an incident, for files.
-- name: incident_observable_walk :each
-- row:  incident_observable_line
-- in:   incident_id int
-- out:  kind text, value text, role text, note text, added_at int, elsewhere int, id int, number int, place text
SELECT ob.kind, ob.value, x.role, x.note, x.added_at,
    (SELECT COUNT(*) FROM incident_observable y WHERE y.observable_id = ob.id AND y.incident_id <> $1) AS elsewhere,
    ob.id, 0 AS number, '' AS place
FROM incident_observable x JOIN observable ob ON ob.id = x.observable_id
WHERE x.incident_id = $1
ORDER BY ob.kind, ob.value;
