-- The list of observables of incidents that the actor may see. held and plain (migration 0022): in how many incidents
-- one stands, and in how many of these that are not TLP:RED; so for whoever reaches everything it is known without
-- looking at the incidents. number, place and id, when `after`: those of the last row, behind which to go on.
--
-- An observable of a broad list is met soon by walking an index in the order asked for; those of a narrow one are
-- gathered from what makes it narrow (`what`) and sorted. observable_narrow tells which it is.

-- What is asked of the observable itself. An expression instead of a column keeps an engine from leaving the index
-- that has the order for one that has not.
-- piece: observable_fits(kind, value, first, last, of_kind, low, high, first_from, first_to, last_from, last_to)
({of_kind} IS NULL OR {kind} = {of_kind})
  AND {value} >= {low} AND {value} < {high}
  AND {first} >= {first_from} AND {first} < {first_to}
  AND {last} >= {last_from} AND {last} < {last_to};

-- What is asked of an incident in which it stands: all of it of the same one.
-- piece: observable_tied(i, tlp, open_only, org)
({tlp} IS NULL OR {i}.tlp = {tlp})
  AND ({open_only} = 0 OR {i}.state <> 'closed')
  AND ({org} IS NULL
       OR EXISTS (SELECT 1 FROM incident_reach r
                  WHERE r.incident_id = {i}.id AND r.org_id = (SELECT w.id FROM org w WHERE w.code = {org})));

-- Who reaches everything sees of TLP:RED only the incidents of which they are a member.
-- piece: observable_red_mine(actor)
SELECT x.observable_id FROM incident_member m
JOIN incident i ON i.id = m.incident_id AND i.tlp = 'red'
JOIN incident_observable x ON x.incident_id = i.id
WHERE m.account_id = {actor};

-- The newest incidents first: those that are open are among them.
-- piece: observable_wide(o, actor, now, tlp, open_only, org, tied)
{o}.held > 0
  AND @actor_everywhere('incident.read', {actor}, {now})
  AND (({tied} = 0 AND {o}.plain > 0)
       OR (SELECT 1 FROM incident_observable x JOIN incident i ON i.id = x.incident_id
           WHERE x.observable_id = {o}.id AND ({tied} <> 0 OR i.tlp = 'red')
             AND @observable_tied(i, {tlp}, {open_only}, {org})
             AND (i.tlp <> 'red' OR EXISTS (SELECT 1 FROM incident_member m
                                            WHERE m.incident_id = i.id AND m.account_id = {actor}))
           ORDER BY x.incident_id DESC LIMIT 1) = 1);

-- piece: observable_number(o, actor)
{o}.plain + CASE WHEN {o}.held > {o}.plain AND {o}.id IN (@observable_red_mine({actor}))
    THEN (SELECT COUNT(*) FROM incident_observable x
          JOIN incident i ON i.id = x.incident_id AND i.tlp = 'red'
          JOIN incident_member m ON m.incident_id = i.id AND m.account_id = {actor}
          WHERE x.observable_id = {o}.id) ELSE 0 END;

-- piece: observable_row(o, actor)
{o}.id, {o}.kind, {o}.value, {o}.first_seen, {o}.last_seen, @observable_number({o}, {actor}) AS incidents,
    CASE WHEN {o}.plain = 0 THEN 1 ELSE 0 END AS red_only;

-- Ids by what makes the list narrow.
-- piece: observable_by(actor, what, kind, low, high, first_from, first_to, last_from, last_to, tlp, org, ids)
SELECT s.id FROM observable s WHERE {what} = 'all' AND s.held > 0
UNION ALL SELECT s.id FROM observable s WHERE {what} = 'value' AND s.value >= {low} AND s.value < {high}
UNION ALL SELECT s.id FROM observable s WHERE {what} = 'kind' AND s.kind = {kind}
UNION ALL SELECT s.id FROM observable s WHERE {what} = 'first' AND s.held > 0 AND s.first_seen >= {first_from}
    AND s.first_seen < {first_to}
UNION ALL SELECT s.id FROM observable s WHERE {what} = 'last' AND s.held > 0 AND s.last_seen >= {last_from}
    AND s.last_seen < {last_to}
UNION ALL SELECT x.observable_id FROM incident i JOIN incident_observable x ON x.incident_id = i.id
    WHERE {what} = 'open' AND i.state <> 'closed'
UNION ALL SELECT x.observable_id FROM incident i JOIN incident_observable x ON x.incident_id = i.id
    WHERE {what} = 'tlp' AND i.tlp = {tlp}
UNION ALL SELECT x.observable_id FROM incident_member m JOIN incident i ON i.id = m.incident_id AND i.tlp = 'red'
    JOIN incident_observable x ON x.incident_id = i.id WHERE {what} = 'red' AND m.account_id = {actor}
UNION ALL SELECT x.observable_id FROM incident_reach r JOIN incident_observable x ON x.incident_id = r.incident_id
    WHERE {what} = 'org' AND r.org_id = (SELECT w.id FROM org w WHERE w.code = {org})
UNION ALL SELECT CAST(j.value AS BIGINT) FROM json_each('[' || {ids} || ']') AS j WHERE {what} = 'ids';
-- @postgres
SELECT s.id FROM observable s WHERE {what} = 'all' AND s.held > 0
UNION ALL SELECT s.id FROM observable s WHERE {what} = 'value' AND s.value >= {low} AND s.value < {high}
UNION ALL SELECT s.id FROM observable s WHERE {what} = 'kind' AND s.kind = {kind}
UNION ALL SELECT s.id FROM observable s WHERE {what} = 'first' AND s.held > 0 AND s.first_seen >= {first_from}
    AND s.first_seen < {first_to}
UNION ALL SELECT s.id FROM observable s WHERE {what} = 'last' AND s.held > 0 AND s.last_seen >= {last_from}
    AND s.last_seen < {last_to}
UNION ALL SELECT x.observable_id FROM incident i JOIN incident_observable x ON x.incident_id = i.id
    WHERE {what} = 'open' AND i.state <> 'closed'
UNION ALL SELECT x.observable_id FROM incident i JOIN incident_observable x ON x.incident_id = i.id
    WHERE {what} = 'tlp' AND i.tlp = {tlp}
UNION ALL SELECT x.observable_id FROM incident_member m JOIN incident i ON i.id = m.incident_id AND i.tlp = 'red'
    JOIN incident_observable x ON x.incident_id = i.id WHERE {what} = 'red' AND m.account_id = {actor}
UNION ALL SELECT x.observable_id FROM incident_reach r JOIN incident_observable x ON x.incident_id = r.incident_id
    WHERE {what} = 'org' AND r.org_id = (SELECT w.id FROM org w WHERE w.code = {org})
UNION ALL SELECT j.id FROM unnest(CAST('{' || {ids} || '}' AS BIGINT[])) AS j(id) WHERE {what} = 'ids';

-- Behind the place, in the order asked for.
-- piece: observable_behind(number, value, id, descending, after, at_number, at_value, at_id)
({after} = 0
 OR ({descending} = 0 AND ({number} > {at_number} OR ({number} = {at_number} AND ({value} > {at_value}
     OR ({value} = {at_value} AND {id} > {at_id})))))
 OR ({descending} <> 0 AND ({number} < {at_number} OR ({number} = {at_number} AND ({value} < {at_value}
     OR ({value} = {at_value} AND {id} < {at_id}))))));

-- piece: observable_order(descending)
CASE WHEN {descending} = 0 THEN k.number END, CASE WHEN {descending} <> 0 THEN k.number END DESC,
    CASE WHEN {descending} = 0 THEN k.place END, CASE WHEN {descending} <> 0 THEN k.place END DESC,
    CASE WHEN {descending} = 0 THEN k.id END, CASE WHEN {descending} <> 0 THEN k.id END DESC;

-- By when it was last seen, the newest first, and the other way.
-- name: observable_seen_down :each
-- row:  observable_item
-- in:   actor int, now int, kind text?, low text, high text, first_from int, first_to int, last_from int, last_to int, tlp text?, open_only bool, org text?, tied bool, after bool, number int, id int, row_limit int, row_offset int
-- out:  id int, kind text, value text, first_seen int, last_seen int, incidents int, red_only bool, number int, place text
SELECT @observable_row(o, $1), o.last_seen AS number, '' AS place
FROM observable o
WHERE @observable_fits(o.kind || '', o.value || '', o.first_seen + 0, o.last_seen, $3, $4, $5, $6, $7, $8, $9)
  AND @observable_wide(o, $1, $2, $10, $11, $12, $13)
  AND ($14 = 0 OR o.last_seen < $15 OR (o.last_seen = $15 AND o.id < $16))
ORDER BY o.last_seen DESC, o.id DESC
LIMIT $17 OFFSET $18;

-- name: observable_seen_up :each
-- row:  observable_item
-- in:   actor int, now int, kind text?, low text, high text, first_from int, first_to int, last_from int, last_to int, tlp text?, open_only bool, org text?, tied bool, after bool, number int, id int, row_limit int, row_offset int
-- out:  id int, kind text, value text, first_seen int, last_seen int, incidents int, red_only bool, number int, place text
SELECT @observable_row(o, $1), o.last_seen AS number, '' AS place
FROM observable o
WHERE @observable_fits(o.kind || '', o.value || '', o.first_seen + 0, o.last_seen, $3, $4, $5, $6, $7, $8, $9)
  AND @observable_wide(o, $1, $2, $10, $11, $12, $13)
  AND ($14 = 0 OR o.last_seen > $15 OR (o.last_seen = $15 AND o.id > $16))
ORDER BY o.last_seen, o.id
LIMIT $17 OFFSET $18;

-- By value.
-- name: observable_value_up :each
-- row:  observable_item
-- in:   actor int, now int, kind text?, low text, high text, first_from int, first_to int, last_from int, last_to int, tlp text?, open_only bool, org text?, tied bool, after bool, place text, id int, row_limit int, row_offset int
-- out:  id int, kind text, value text, first_seen int, last_seen int, incidents int, red_only bool, number int, place text
SELECT @observable_row(o, $1), 0 AS number, o.value AS place
FROM observable o
WHERE @observable_fits(o.kind || '', o.value, o.first_seen + 0, o.last_seen + 0, $3, $4, $5, $6, $7, $8, $9)
  AND @observable_wide(o, $1, $2, $10, $11, $12, $13)
  AND ($14 = 0 OR o.value > $15 OR (o.value = $15 AND o.id > $16))
ORDER BY o.value, o.id
LIMIT $17 OFFSET $18;

-- name: observable_value_down :each
-- row:  observable_item
-- in:   actor int, now int, kind text?, low text, high text, first_from int, first_to int, last_from int, last_to int, tlp text?, open_only bool, org text?, tied bool, after bool, place text, id int, row_limit int, row_offset int
-- out:  id int, kind text, value text, first_seen int, last_seen int, incidents int, red_only bool, number int, place text
SELECT @observable_row(o, $1), 0 AS number, o.value AS place
FROM observable o
WHERE @observable_fits(o.kind || '', o.value, o.first_seen + 0, o.last_seen + 0, $3, $4, $5, $6, $7, $8, $9)
  AND @observable_wide(o, $1, $2, $10, $11, $12, $13)
  AND ($14 = 0 OR o.value < $15 OR (o.value = $15 AND o.id < $16))
ORDER BY o.value DESC, o.id DESC
LIMIT $17 OFFSET $18;

-- By the number of incidents. What stands in incidents TLP:RED that the actor sees besides is counted for itself and
-- joins the others: the index knows the others only.
-- name: observable_often_down :each
-- row:  observable_item
-- in:   actor int, now int, kind text?, low text, high text, first_from int, first_to int, last_from int, last_to int, tlp text?, open_only bool, org text?, tied bool, after bool, number int, id int, row_limit int, row_offset int
-- out:  id int, kind text, value text, first_seen int, last_seen int, incidents int, red_only bool, number int, place text
SELECT o.id, o.kind, o.value, o.first_seen, o.last_seen, k.number AS incidents,
    CASE WHEN o.plain = 0 THEN 1 ELSE 0 END AS red_only, k.number, '' AS place
FROM (
    SELECT a.id, a.number FROM (
        SELECT o.id, o.plain AS number FROM observable o
        WHERE @observable_fits(o.kind || '', o.value || '', o.first_seen + 0, o.last_seen + 0,
            $3, $4, $5, $6, $7, $8, $9)
          AND @observable_wide(o, $1, $2, $10, $11, $12, $13)
          AND o.plain > 0
          AND o.id NOT IN (@observable_red_mine($1))
          AND ($14 = 0 OR o.plain < $15 OR (o.plain = $15 AND o.id < $16))
        ORDER BY o.plain DESC, o.id DESC
        LIMIT $17 + $18) AS a
    UNION ALL
    SELECT o.id, o.plain + c.more AS number FROM (
        SELECT x.observable_id, COUNT(*) AS more
        FROM incident_member m
        JOIN incident i ON i.id = m.incident_id AND i.tlp = 'red'
        JOIN incident_observable x ON x.incident_id = i.id
        WHERE m.account_id = $1
        GROUP BY x.observable_id) AS c
    JOIN observable o ON o.id = c.observable_id
    WHERE @observable_fits(o.kind || '', o.value || '', o.first_seen + 0, o.last_seen + 0,
        $3, $4, $5, $6, $7, $8, $9)
      AND @observable_wide(o, $1, $2, $10, $11, $12, $13)
      AND ($14 = 0 OR o.plain + c.more < $15 OR (o.plain + c.more = $15 AND o.id < $16))) AS k
JOIN observable o ON o.id = k.id
ORDER BY k.number DESC, k.id DESC
LIMIT $17 OFFSET $18;

-- name: observable_often_up :each
-- row:  observable_item
-- in:   actor int, now int, kind text?, low text, high text, first_from int, first_to int, last_from int, last_to int, tlp text?, open_only bool, org text?, tied bool, after bool, number int, id int, row_limit int, row_offset int
-- out:  id int, kind text, value text, first_seen int, last_seen int, incidents int, red_only bool, number int, place text
SELECT o.id, o.kind, o.value, o.first_seen, o.last_seen, k.number AS incidents,
    CASE WHEN o.plain = 0 THEN 1 ELSE 0 END AS red_only, k.number, '' AS place
FROM (
    SELECT a.id, a.number FROM (
        SELECT o.id, o.plain AS number FROM observable o
        WHERE @observable_fits(o.kind || '', o.value || '', o.first_seen + 0, o.last_seen + 0,
            $3, $4, $5, $6, $7, $8, $9)
          AND @observable_wide(o, $1, $2, $10, $11, $12, $13)
          AND o.plain > 0
          AND o.id NOT IN (@observable_red_mine($1))
          AND ($14 = 0 OR o.plain > $15 OR (o.plain = $15 AND o.id > $16))
        ORDER BY o.plain, o.id
        LIMIT $17 + $18) AS a
    UNION ALL
    SELECT o.id, o.plain + c.more AS number FROM (
        SELECT x.observable_id, COUNT(*) AS more
        FROM incident_member m
        JOIN incident i ON i.id = m.incident_id AND i.tlp = 'red'
        JOIN incident_observable x ON x.incident_id = i.id
        WHERE m.account_id = $1
        GROUP BY x.observable_id) AS c
    JOIN observable o ON o.id = c.observable_id
    WHERE @observable_fits(o.kind || '', o.value || '', o.first_seen + 0, o.last_seen + 0,
        $3, $4, $5, $6, $7, $8, $9)
      AND @observable_wide(o, $1, $2, $10, $11, $12, $13)
      AND ($14 = 0 OR o.plain + c.more > $15 OR (o.plain + c.more = $15 AND o.id > $16))) AS k
JOIN observable o ON o.id = k.id
ORDER BY k.number, k.id
LIMIT $17 OFFSET $18;

-- Narrow lists of whoever reaches everything, in any order; $21: one of observable_by, $22: its ids.
-- name: observable_gather :each
-- row:  observable_item
-- in:   actor int, now int, kind text?, low text, high text, first_from int, first_to int, last_from int, last_to int, tlp text?, open_only bool, org text?, tied bool, after bool, number int, place text, id int, row_limit int, row_offset int, sort text, descending bool, what text, ids text
-- out:  id int, kind text, value text, first_seen int, last_seen int, incidents int, red_only bool, number int, place text
SELECT k.id, k.kind, k.value, k.first_seen, k.last_seen, k.incidents, k.red_only, k.number, k.place
FROM (
    SELECT g.*, CASE $20 WHEN 'last_seen' THEN g.last_seen WHEN 'incidents' THEN g.incidents ELSE 0 END AS number,
        CASE WHEN $20 = 'value' THEN g.value ELSE '' END AS place
    FROM (
        SELECT @observable_row(o, $1)
        FROM observable o
        WHERE o.id IN (@observable_by($1, $22, $3, $4, $5, $6, $7, $8, $9, $10, $12, $23))
          AND @observable_fits(o.kind || '', o.value || '', o.first_seen + 0, o.last_seen + 0,
              $3, $4, $5, $6, $7, $8, $9)
          AND @observable_wide(o, $1, $2, $10, $11, $12, $13)) AS g) AS k
WHERE @observable_behind(k.number, k.place, k.id, $21, $14, $15, $16, $17)
ORDER BY @observable_order($21)
LIMIT $18 OFFSET $19;

-- Who reaches a part: the links to the incidents in sight are gathered, of those shared in part the marked ones.
-- piece: observable_links(actor, now)
SELECT x.incident_id, x.observable_id FROM incident_observable x
WHERE x.incident_id @incidents_of('incident.read', {actor}, {now})
UNION
SELECT x.incident_id, x.observable_id FROM incident_share_access s
JOIN incident_observable x ON x.incident_id = s.incident_id AND x.shared_in = s.incident_id
WHERE s.account_id = {actor} AND s.permission = 'incident.read' AND s.valid_from <= {now} AND s.valid_to > {now};

-- piece: observable_mine(actor, now, tlp, open_only, org)
SELECT l.observable_id, COUNT(*) AS incidents, MIN(CASE WHEN i.tlp = 'red' THEN 1 ELSE 0 END) AS red_only
FROM (@observable_links({actor}, {now})) AS l
JOIN incident i ON i.id = l.incident_id
GROUP BY l.observable_id
HAVING MAX(CASE WHEN @observable_tied(i, {tlp}, {open_only}, {org}) THEN 1 ELSE 0 END) = 1;

-- name: observable_reach :each
-- row:  observable_item
-- in:   actor int, now int, kind text?, low text, high text, first_from int, first_to int, last_from int, last_to int, tlp text?, open_only bool, org text?, after bool, number int, place text, id int, row_limit int, row_offset int, sort text, descending bool
-- out:  id int, kind text, value text, first_seen int, last_seen int, incidents int, red_only bool, number int, place text
SELECT k.id, k.kind, k.value, k.first_seen, k.last_seen, k.incidents, k.red_only, k.number, k.place
FROM (
    SELECT o.id, o.kind, o.value, o.first_seen, o.last_seen, g.incidents, g.red_only,
        CASE $19 WHEN 'last_seen' THEN o.last_seen WHEN 'incidents' THEN g.incidents ELSE 0 END AS number,
        CASE WHEN $19 = 'value' THEN o.value ELSE '' END AS place
    FROM (@observable_mine($1, $2, $10, $11, $12)) AS g
    JOIN observable o ON o.id = g.observable_id
    WHERE @observable_fits(o.kind || '', o.value || '', o.first_seen + 0, o.last_seen + 0,
        $3, $4, $5, $6, $7, $8, $9)) AS k
WHERE @observable_behind(k.number, k.place, k.id, $20, $13, $14, $15, $16)
ORDER BY @observable_order($20)
LIMIT $17 OFFSET $18;

-- Counts up to 10,000 and say one more when there are more.
-- name: observable_count_all :one
-- row:  observable_count
-- in:   actor int, now int, kind text?, low text, high text, first_from int, first_to int, last_from int, last_to int, tlp text?, open_only bool, org text?, tied bool, what text
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT DISTINCT o.id
    FROM (@observable_by($1, $14, $3, $4, $5, $6, $7, $8, $9, $10, $12, '')) AS k
    CROSS JOIN observable o
    WHERE o.id = k.id
      AND @observable_fits(o.kind || '', o.value || '', o.first_seen + 0, o.last_seen + 0,
          $3, $4, $5, $6, $7, $8, $9)
      AND @observable_wide(o, $1, $2, $10, $11, $12, $13)
    LIMIT 10001) AS counted;

-- name: observable_count_reach :one
-- row:  observable_count
-- in:   actor int, now int, kind text?, low text, high text, first_from int, first_to int, last_from int, last_to int, tlp text?, open_only bool, org text?
-- out:  total int
SELECT COUNT(*) AS total FROM (
    SELECT o.id
    FROM (@observable_mine($1, $2, $10, $11, $12)) AS g
    JOIN observable o ON o.id = g.observable_id
    WHERE @observable_fits(o.kind || '', o.value || '', o.first_seen + 0, o.last_seen + 0,
        $3, $4, $5, $6, $7, $8, $9)
    LIMIT 10001) AS counted;

-- How many ids one of observable_by gives, up to a limit.
-- name: observable_narrow :one
-- in:   actor int, what text, row_limit int, kind text?, low text, high text, first_from int, first_to int, last_from int, last_to int, tlp text?, org text?
-- out:  ids int
SELECT COUNT(*) AS ids FROM (
    SELECT k.id FROM (@observable_by($1, $2, $4, $5, $6, $7, $8, $9, $10, $11, $12, '')) AS k
    LIMIT $3) AS counted;

-- Organisations of which the actor sees incidents, or the one with the code.
-- name: observable_orgs :many
-- in:   actor int, now int, code text?
-- out:  code text, name text
SELECT o.code, o.name FROM org o
WHERE ($3 IS NULL OR o.code = $3)
  AND @actor_may(o.id, 'incident.read', $1, $2)
ORDER BY o.sort_key, o.id
LIMIT 5000;
