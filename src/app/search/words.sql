-- Search. The index gives ids, newest first (app/words); what of it the actor may see is decided here, by the row.
-- `mine` lists what is in reach of somebody who reaches a part: few records are looked through sooner than an index of all.

-- ---- what the kinds share ---------------------------------------------------------------------

-- The records of a list of ids; on PostgreSQL `among` says so in the condition.
-- piece: listed(table, row, ids)
json_each('[' || {ids} || ']') j CROSS JOIN {table} {row} ON {row}.id = j.value;

-- piece: among(row, ids)
{row}.id = ANY (CAST('{' || {ids} || '}' AS BIGINT[]));

-- What a person asks for besides the words. What a kind does not have finds nothing.
-- piece: incident_asked_for(incident, marked, state, kind, tlp, org)
({state} IS NULL OR {incident}.state = {state} OR ({state} = 'open' AND {incident}.state <> 'closed'))
  AND ({kind} IS NULL OR {incident}.kind = {kind})
  AND ({tlp} IS NULL OR {marked}.tlp = {tlp})
  AND ({org} IS NULL OR {incident}.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE {org} ESCAPE '\'));

-- piece: report_asked_for(report, state, kind, tlp, org)
({state} IS NULL OR {report}.state = {state})
  AND ({kind} IS NULL OR {report}.kind = {kind})
  AND ({tlp} IS NULL)
  AND ({org} IS NULL OR {report}.org_id IN (SELECT o.id FROM org o WHERE o.fold LIKE {org} ESCAPE '\'));

-- piece: system_asked_for(system, state, kind, tlp, org)
({state} IS NULL OR {system}.state = {state})
  AND ({kind} IS NULL)
  AND ({tlp} IS NULL)
  AND ({org} IS NULL OR {system}.owner_id IN (SELECT o.id FROM org o WHERE o.fold LIKE {org} ESCAPE '\'));

-- piece: org_asked_for(org, state, kind, tlp, name)
({state} IS NULL)
  AND ({kind} IS NULL OR {org}.kind = {kind})
  AND ({tlp} IS NULL)
  AND ({name} IS NULL OR {org}.fold LIKE {name} ESCAPE '\');

-- Who may find it.
-- piece: incident_found(incident, actor, now)
(@incident_wide({incident}, {actor}, {now}) OR @incident_may({incident}.id, 'incident.read', {actor}, {now}));

-- piece: report_found(report, actor, now)
(@actor_everywhere('report.read', {actor}, {now}) OR @report_may({report}.id, 'report.read', {actor}, {now}));

-- piece: system_found(system, actor, now)
(@actor_everywhere('system.read', {actor}, {now})
 OR {system}.owner_id IN @actor_orgs('system.read', {actor}, {now})
 OR {system}.operator_id IN @actor_orgs('system.read', {actor}, {now}));

-- piece: org_found(org, actor, now)
(@actor_everywhere('org.read', {actor}, {now}) OR {org}.id IN @actor_orgs('org.read', {actor}, {now}));

-- A file that the actor may open: the conditions are those of evidence_find.
-- piece: file_found(file, incident, report, actor, now)
({file}.tlp <> 'red' OR {incident}.id IS NULL
  OR EXISTS (SELECT 1 FROM incident_member m WHERE m.incident_id = {incident}.id AND m.account_id = {actor}))
AND (@incident_wide({incident}, {actor}, {now})
     OR EXISTS (SELECT 1 FROM incident_sight x
                WHERE x.incident_id = {incident}.id AND x.account_id = {actor} AND x.permission = 'incident.read'
                  AND (x.whole = 1 OR ({file}.shared_in = {incident}.id AND {file}.removed_at IS NULL))
                  AND x.valid_from <= {now} AND x.valid_to > {now})
     OR @report_may({report}.id, 'report.read', {actor}, {now}));

-- A letter of a report that belongs to an incident is found by who may see the report: the reporter may have asked to
-- be kept confidential.
-- piece: letter_found(letter, incident, report, actor, now)
{letter}.kind IN ('case', 'receipt', 'in') AND {letter}.secret = 0
AND (({incident}.tlp <> 'red' AND {report}.id IS NULL AND @actor_everywhere('incident.read', {actor}, {now}))
     OR @incident_may({incident}.id, 'incident.read', {actor}, {now})
     OR @report_may({report}.id, 'report.read', {actor}, {now}));

-- The columns of a search_hit.
-- piece: incident_hit(incident, org)
{incident}.id, {incident}.code, {incident}.title, {org}.name AS sub, '' AS ref, {incident}.state,
    {incident}.severity, {incident}.updated_at AS at, SUBSTR({incident}.summary, 1, 2000) AS body;

-- piece: report_hit(report, org)
{report}.id, {report}.code, {report}.title, COALESCE({org}.name, '') AS sub, '' AS ref, {report}.state,
    0 AS severity, {report}.received_at AS at, SUBSTR({report}.body, 1, 2000) AS body;

-- piece: comment_hit(comment, incident)
{comment}.id, {incident}.code, {incident}.title, {comment}.author_name AS sub, '' AS ref, {incident}.state,
    {incident}.severity, {comment}.at, SUBSTR({comment}.body, 1, 2000) AS body;

-- piece: system_hit(system, org)
{system}.id, {system}.code, {system}.name AS title, {org}.name AS sub, '' AS ref, {system}.state, 0 AS severity,
    {system}.updated_at AS at, {system}.purpose AS body;

-- piece: org_hit(org, parent)
{org}.id, {org}.code, {org}.name AS title, COALESCE({parent}.name, '') AS sub, '' AS ref, '' AS state,
    0 AS severity, {org}.updated_at AS at, '' AS body;

-- piece: file_hit(file, incident, report)
{file}.id, COALESCE({incident}.code, {report}.code, '') AS code, {file}.name AS title,
    COALESCE({incident}.title, {report}.title, '') AS sub, {file}.uuid AS ref, '' AS state, 0 AS severity,
    {file}.added_at AS at, SUBSTR({file}.note, 1, 2000) AS body;

-- piece: letter_hit(letter, incident, report)
{letter}.id, COALESCE({incident}.code, {report}.code, '') AS code, {letter}.subject AS title,
    {letter}.sender AS sub, CASE WHEN {letter}.incident_id IS NULL THEN '/reports/' ELSE '/incidents/' END AS ref,
    '' AS state, 0 AS severity, {letter}.at, SUBSTR({letter}.body, 1, 2000) AS body;

-- ---- incidents ---------------------------------------------------------------------------------

-- name: search_incidents_pick :each
-- row:  search_id
-- in:   actor int, now int, ids text, state text?, kind text?, tlp text?, org text?
-- out:  id int
SELECT f.id
FROM @listed(incident, f, $3)
WHERE f.merged_into IS NULL
  AND @incident_asked_for(f, f, $4, $5, $6, $7)
  AND @incident_found(f, $1, $2)
ORDER BY f.id DESC;

-- @postgres
SELECT f.id
FROM incident f
WHERE @among(f, $3)
  AND f.merged_into IS NULL
  AND @incident_asked_for(f, f, $4, $5, $6, $7)
  AND @incident_found(f, $1, $2)
ORDER BY f.id DESC;

-- name: search_incidents_rows :many
-- row:  search_hit
-- in:   actor int, now int, ids text
-- out:  id int, code text, title text, sub text, ref text, state text, severity int, at int, body text
SELECT @incident_hit(f, o)
FROM @listed(incident, f, $3)
JOIN org o ON o.id = f.org_id
WHERE @incident_found(f, $1, $2)
ORDER BY f.id DESC;

-- @postgres
SELECT @incident_hit(f, o)
FROM incident f
JOIN org o ON o.id = f.org_id
WHERE @among(f, $3)
  AND @incident_found(f, $1, $2)
ORDER BY f.id DESC;

-- name: search_incidents_mine :each
-- row:  search_id
-- in:   actor int, now int, row_limit int
-- out:  id int
SELECT f.id FROM incident f
WHERE f.id @incidents_of('incident.read', $1, $2)
ORDER BY f.id DESC
LIMIT $3;

-- ---- reports -----------------------------------------------------------------------------------

-- name: search_reports_pick :each
-- row:  search_id
-- in:   actor int, now int, ids text, state text?, kind text?, tlp text?, org text?
-- out:  id int
SELECT f.id
FROM @listed(report, f, $3)
WHERE @report_asked_for(f, $4, $5, $6, $7)
  AND @report_found(f, $1, $2)
ORDER BY f.id DESC;

-- @postgres
SELECT f.id
FROM report f
WHERE @among(f, $3)
  AND @report_asked_for(f, $4, $5, $6, $7)
  AND @report_found(f, $1, $2)
ORDER BY f.id DESC;

-- name: search_reports_rows :many
-- row:  search_hit
-- in:   actor int, now int, ids text
-- out:  id int, code text, title text, sub text, ref text, state text, severity int, at int, body text
SELECT @report_hit(f, o)
FROM @listed(report, f, $3)
LEFT JOIN org o ON o.id = f.org_id
WHERE @report_found(f, $1, $2)
ORDER BY f.id DESC;

-- @postgres
SELECT @report_hit(f, o)
FROM report f
LEFT JOIN org o ON o.id = f.org_id
WHERE @among(f, $3)
  AND @report_found(f, $1, $2)
ORDER BY f.id DESC;

-- name: search_reports_mine :each
-- row:  search_id
-- in:   actor int, now int, row_limit int
-- out:  id int
SELECT f.id FROM report f
WHERE f.id @reports_of('report.read', $1, $2)
ORDER BY f.id DESC
LIMIT $3;

-- ---- comments ----------------------------------------------------------------------------------

-- name: search_comments_pick :each
-- row:  search_id
-- in:   actor int, now int, ids text, state text?, kind text?, tlp text?, org text?
-- out:  id int
SELECT c.id
FROM @listed(comment, c, $3)
JOIN incident f ON f.id = c.incident_id
WHERE f.merged_into IS NULL
  AND @incident_asked_for(f, f, $4, $5, $6, $7)
  AND @incident_found(f, $1, $2)
ORDER BY c.id DESC;

-- @postgres
SELECT c.id
FROM comment c
JOIN incident f ON f.id = c.incident_id
WHERE @among(c, $3)
  AND f.merged_into IS NULL
  AND @incident_asked_for(f, f, $4, $5, $6, $7)
  AND @incident_found(f, $1, $2)
ORDER BY c.id DESC;

-- name: search_comments_rows :many
-- row:  search_hit
-- in:   actor int, now int, ids text
-- out:  id int, code text, title text, sub text, ref text, state text, severity int, at int, body text
SELECT @comment_hit(c, f)
FROM @listed(comment, c, $3)
JOIN incident f ON f.id = c.incident_id
WHERE @incident_found(f, $1, $2)
ORDER BY c.id DESC;

-- @postgres
SELECT @comment_hit(c, f)
FROM comment c
JOIN incident f ON f.id = c.incident_id
WHERE @among(c, $3)
  AND @incident_found(f, $1, $2)
ORDER BY c.id DESC;

-- name: search_comments_mine :each
-- row:  search_id
-- in:   actor int, now int, row_limit int
-- out:  id int
SELECT c.id FROM comment c
WHERE c.incident_id @incidents_of('incident.read', $1, $2)
ORDER BY +c.id DESC
LIMIT $3;

-- ---- systems -----------------------------------------------------------------------------------

-- name: search_systems_pick :each
-- row:  search_id
-- in:   actor int, now int, ids text, state text?, kind text?, tlp text?, org text?
-- out:  id int
SELECT f.id
FROM @listed(system, f, $3)
WHERE @system_asked_for(f, $4, $5, $6, $7)
  AND @system_found(f, $1, $2)
ORDER BY f.id DESC;

-- @postgres
SELECT f.id
FROM system f
WHERE @among(f, $3)
  AND @system_asked_for(f, $4, $5, $6, $7)
  AND @system_found(f, $1, $2)
ORDER BY f.id DESC;

-- name: search_systems_rows :many
-- row:  search_hit
-- in:   actor int, now int, ids text
-- out:  id int, code text, title text, sub text, ref text, state text, severity int, at int, body text
SELECT @system_hit(f, o)
FROM @listed(system, f, $3)
JOIN org o ON o.id = f.owner_id
WHERE @system_found(f, $1, $2)
ORDER BY f.id DESC;

-- @postgres
SELECT @system_hit(f, o)
FROM system f
JOIN org o ON o.id = f.owner_id
WHERE @among(f, $3)
  AND @system_found(f, $1, $2)
ORDER BY f.id DESC;

-- ---- orgs --------------------------------------------------------------------------------------

-- name: search_orgs_pick :each
-- row:  search_id
-- in:   actor int, now int, ids text, state text?, kind text?, tlp text?, org text?
-- out:  id int
SELECT f.id
FROM @listed(org, f, $3)
WHERE @org_asked_for(f, $4, $5, $6, $7)
  AND @org_found(f, $1, $2)
ORDER BY f.id DESC;

-- @postgres
SELECT f.id
FROM org f
WHERE @among(f, $3)
  AND @org_asked_for(f, $4, $5, $6, $7)
  AND @org_found(f, $1, $2)
ORDER BY f.id DESC;

-- name: search_orgs_rows :many
-- row:  search_hit
-- in:   actor int, now int, ids text
-- out:  id int, code text, title text, sub text, ref text, state text, severity int, at int, body text
SELECT @org_hit(f, u)
FROM @listed(org, f, $3)
LEFT JOIN org u ON u.id = f.parent_id
WHERE @org_found(f, $1, $2)
ORDER BY f.id DESC;

-- @postgres
SELECT @org_hit(f, u)
FROM org f
LEFT JOIN org u ON u.id = f.parent_id
WHERE @among(f, $3)
  AND @org_found(f, $1, $2)
ORDER BY f.id DESC;

-- ---- files -------------------------------------------------------------------------------------

-- name: search_files_pick :each
-- row:  search_id
-- in:   actor int, now int, ids text, state text?, kind text?, tlp text?, org text?
-- out:  id int
SELECT a.id
FROM @listed(attachment, a, $3)
LEFT JOIN report r ON r.id = a.report_id
LEFT JOIN incident f ON f.id = COALESCE(a.incident_id, r.incident_id)
WHERE @incident_asked_for(f, a, $4, $5, $6, $7)
  AND @file_found(a, f, r, $1, $2)
ORDER BY a.id DESC;

-- @postgres
SELECT a.id
FROM attachment a
LEFT JOIN report r ON r.id = a.report_id
LEFT JOIN incident f ON f.id = COALESCE(a.incident_id, r.incident_id)
WHERE @among(a, $3)
  AND @incident_asked_for(f, a, $4, $5, $6, $7)
  AND @file_found(a, f, r, $1, $2)
ORDER BY a.id DESC;

-- name: search_files_rows :many
-- row:  search_hit
-- in:   actor int, now int, ids text
-- out:  id int, code text, title text, sub text, ref text, state text, severity int, at int, body text
SELECT @file_hit(a, f, r)
FROM @listed(attachment, a, $3)
LEFT JOIN report r ON r.id = a.report_id
LEFT JOIN incident f ON f.id = COALESCE(a.incident_id, r.incident_id)
WHERE @file_found(a, f, r, $1, $2)
ORDER BY a.id DESC;

-- @postgres
SELECT @file_hit(a, f, r)
FROM attachment a
LEFT JOIN report r ON r.id = a.report_id
LEFT JOIN incident f ON f.id = COALESCE(a.incident_id, r.incident_id)
WHERE @among(a, $3)
  AND @file_found(a, f, r, $1, $2)
ORDER BY a.id DESC;

-- name: search_files_mine :each
-- row:  search_id
-- in:   actor int, now int, row_limit int
-- out:  id int
SELECT a.id FROM attachment a
WHERE a.incident_id IN (SELECT x.incident_id FROM incident_sight x
                        WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
UNION
SELECT a.id FROM attachment a JOIN report r ON r.id = a.report_id
WHERE r.incident_id IN (SELECT x.incident_id FROM incident_sight x
                        WHERE x.account_id = $1 AND x.permission = 'incident.read' AND x.valid_from <= $2 AND x.valid_to > $2)
UNION
SELECT a.id FROM attachment a
WHERE a.report_id @reports_of('report.read', $1, $2)
ORDER BY 1 DESC
LIMIT $3;

-- ---- letters -----------------------------------------------------------------------------------

-- name: search_letters_pick :each
-- row:  search_id
-- in:   actor int, now int, ids text, state text?, kind text?, tlp text?, org text?
-- out:  id int
SELECT m.id
FROM @listed(mail, m, $3)
LEFT JOIN report r ON r.id = m.report_id
LEFT JOIN incident f ON f.id = COALESCE(m.incident_id, r.incident_id)
WHERE @incident_asked_for(f, m, $4, $5, $6, $7)
  AND @letter_found(m, f, r, $1, $2)
ORDER BY m.id DESC;

-- @postgres
SELECT m.id
FROM mail m
LEFT JOIN report r ON r.id = m.report_id
LEFT JOIN incident f ON f.id = COALESCE(m.incident_id, r.incident_id)
WHERE @among(m, $3)
  AND @incident_asked_for(f, m, $4, $5, $6, $7)
  AND @letter_found(m, f, r, $1, $2)
ORDER BY m.id DESC;

-- name: search_letters_rows :many
-- row:  search_hit
-- in:   actor int, now int, ids text
-- out:  id int, code text, title text, sub text, ref text, state text, severity int, at int, body text
SELECT @letter_hit(m, f, r)
FROM @listed(mail, m, $3)
LEFT JOIN report r ON r.id = m.report_id
LEFT JOIN incident f ON f.id = COALESCE(m.incident_id, r.incident_id)
WHERE @letter_found(m, f, r, $1, $2)
ORDER BY m.id DESC;

-- @postgres
SELECT @letter_hit(m, f, r)
FROM mail m
LEFT JOIN report r ON r.id = m.report_id
LEFT JOIN incident f ON f.id = COALESCE(m.incident_id, r.incident_id)
WHERE @among(m, $3)
  AND @letter_found(m, f, r, $1, $2)
ORDER BY m.id DESC;

-- name: search_letters_mine :each
-- row:  search_id
-- in:   actor int, now int, row_limit int
-- out:  id int
SELECT m.id FROM mail m
WHERE m.incident_id @incidents_of('incident.read', $1, $2)
UNION
SELECT m.id FROM mail m JOIN report r ON r.id = m.report_id
WHERE r.incident_id @incidents_of('incident.read', $1, $2)
UNION
SELECT m.id FROM mail m
WHERE m.report_id @reports_of('report.read', $1, $2)
ORDER BY 1 DESC
LIMIT $3;
