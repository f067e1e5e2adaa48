-- Who is chosen for the work on an incident, and how near they are to it: 0 a member, 1 of those who coordinate or
-- respond for the organisations it concerns, 2 anybody else who may work on incidents, 3 who only reads.
-- piece: incident_person(account, org, incident, now)
{account}.id AS account_id, {account}.name, {account}.position,
    CASE WHEN EXISTS (SELECT 1 FROM incident_member m WHERE m.incident_id = {incident} AND m.account_id = {account}.id) THEN 0
         WHEN EXISTS (SELECT 1 FROM role_grant t WHERE t.account_id = {account}.id AND t.role IN ('coordinator', 'responder')
                        AND t.revoked_at IS NULL AND t.valid_from <= {now} AND (t.valid_to IS NULL OR t.valid_to > {now})) THEN 1
         WHEN EXISTS (SELECT 1 FROM actor_root w WHERE w.account_id = {account}.id AND w.permission = 'incident.write'
                        AND w.valid_from <= {now} AND w.valid_to > {now}) THEN 2
         ELSE 3 END AS nearness,
    {org}.name AS org_name;

-- For whom somebody reads incidents: the first such grant that holds.
-- piece: first_org(account, now)
(SELECT MIN(q.org_id) FROM actor_root q WHERE q.account_id = {account}.id AND q.permission = 'incident.read'
   AND q.valid_from <= {now} AND q.valid_to > {now});

-- name: incident_insert :one
-- in:   code text, uuid text, title text, summary text, kind text, rsit text, severity int, severity_why text, serious bool, tlp text, org_id int, lead_id int?, regime text, playbook text, occurred_at int?, detected_at int, now int, opened_by int?, fold text, title_fold text
-- out:  id int
INSERT INTO incident (code, uuid, title, summary, kind, rsit, severity, severity_why, serious, tlp, state,
    org_id, lead_id, regime, playbook, outcome, occurred_at, detected_at, contained_at, closed_at, opened_at,
    opened_by, updated_at, state_at, next_due_at, version, fold, title_fold)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'received',
    $11, $12, $13, $14, '', $15, $16, NULL, NULL, $17,
    $18, $17, $17, NULL, 1, $19, $20)
RETURNING id;

-- name: incident_party_put :exec
-- in:   incident_id int, org_id int, part text, now int
INSERT INTO incident_party (incident_id, org_id, part, added_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (incident_id, org_id) DO NOTHING;

-- name: incident_party_remove :exec
-- in:   incident_id int, org_id int
DELETE FROM incident_party WHERE incident_id = $1 AND org_id = $2 AND part <> 'owner';

-- name: incident_party_set_owner :exec
-- in:   incident_id int, org_id int
UPDATE incident_party SET part = CASE WHEN org_id = $2 THEN 'owner' ELSE 'affected' END
WHERE incident_id = $1 AND (org_id = $2 OR part = 'owner');

-- name: incident_reach_fill :exec
-- in:   incident_id int
INSERT INTO incident_reach (org_id, incident_id)
SELECT DISTINCT c.ancestor, p.incident_id
FROM incident_whole_party p
JOIN org_closure c ON c.descendant = p.org_id
WHERE p.incident_id = $1
ON CONFLICT (org_id, incident_id) DO NOTHING;

-- name: incident_reach_trim :exec
-- in:   incident_id int
DELETE FROM incident_reach
WHERE incident_id = $1
  AND org_id NOT IN (
      SELECT c.ancestor FROM incident_whole_party p JOIN org_closure c ON c.descendant = p.org_id
      WHERE p.incident_id = $1);

-- name: incident_member_put :exec
-- in:   incident_id int, account_id int, now int
INSERT INTO incident_member (incident_id, account_id, added_at) VALUES ($1, $2, $3)
ON CONFLICT (incident_id, account_id) DO NOTHING;

-- name: incident_member_remove :exec
-- in:   incident_id int, account_id int
DELETE FROM incident_member WHERE incident_id = $1 AND account_id = $2;

-- name: incident_system_put :exec
-- in:   incident_id int, system_id int
INSERT INTO incident_system (incident_id, system_id) VALUES ($1, $2)
ON CONFLICT (incident_id, system_id) DO NOTHING;

-- name: incident_system_remove :exec
-- in:   incident_id int, system_id int
DELETE FROM incident_system WHERE incident_id = $1 AND system_id = $2;

-- name: incident_system_orgs :many
-- in:   system_id int
-- out:  owner_id int, operator_id int?, name text
SELECT owner_id, operator_id, name FROM system WHERE id = $1;

-- name: incident_event_insert :exec
-- in:   incident_id int, at int, now int, kind text, actor_id int?, actor_name text, text text, observable_id int?, system_id int?
INSERT INTO incident_event (incident_id, at, recorded_at, kind, actor_id, actor_name, text, observable_id, system_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- Something was added to it. The version stays: it guards the facts, and nobody who edits them is to be refused
-- because of a comment.
-- name: incident_touch :exec
-- in:   id int, now int
UPDATE incident SET updated_at = $2 WHERE id = $1;

-- name: incident_due_refresh :exec
-- in:   id int
UPDATE incident SET next_due_at = (
    SELECT MIN(t.due_at) FROM task t WHERE t.incident_id = incident.id AND t.state IN ('open', 'doing'))
WHERE id = $1;

-- name: incident_id_by_code :maybe
-- in:   actor int, now int, code text
-- out:  id int
SELECT i.id FROM incident i
WHERE i.code = $3
  AND @incident_may_row(i.id, 'incident.read', $1, $2);

-- What the actor may do with it, beyond reading.
-- name: incident_may :one
-- in:   actor int, now int, id int
-- out:  may_read bool, may_write bool, may_manage bool
SELECT
    CASE WHEN @incident_may($3, 'incident.read', $1, $2) THEN 1 ELSE 0 END AS may_read,
    CASE WHEN @incident_may($3, 'incident.write', $1, $2) THEN 1 ELSE 0 END AS may_write,
    CASE WHEN @incident_may($3, 'incident.manage', $1, $2) THEN 1 ELSE 0 END AS may_manage;

-- name: incident_lock :maybe
-- in:   id int
-- out:  code text, title text, state text, version int, org_id int, lead_id int?, severity int, tlp text, contained_at int?, closed_at int?, opened_at int, updated_at int, merged_into int?
SELECT code, title, state, version, org_id, lead_id, severity, tlp, contained_at, closed_at, opened_at, updated_at, merged_into
FROM incident WHERE id = $1;

-- @postgres
SELECT code, title, state, version, org_id, lead_id, severity, tlp, contained_at, closed_at, opened_at, updated_at, merged_into
FROM incident WHERE id = $1 FOR UPDATE;

-- name: incident_get :one
-- in:   id int
-- out:  id int, code text, uuid text, title text, summary text, kind text, rsit text, severity int, severity_why text, serious bool, tlp text, state text, org_id int, org_name text, org_code text, lead_id int?, lead_name text?, regime text, playbook text, outcome text, occurred_at int?, detected_at int, contained_at int?, closed_at int?, opened_at int, opened_by_name text?, updated_at int, state_at int, next_due_at int?, version int
SELECT i.id, i.code, i.uuid, i.title, i.summary, i.kind, i.rsit, i.severity, i.severity_why, i.serious, i.tlp, i.state,
    i.org_id, o.name AS org_name, o.code AS org_code, i.lead_id, l.name AS lead_name, i.regime, i.playbook, i.outcome,
    i.occurred_at, i.detected_at, i.contained_at, i.closed_at, i.opened_at, b.name AS opened_by_name, i.updated_at,
    i.state_at, i.next_due_at, i.version
FROM incident i
JOIN org o ON o.id = i.org_id
LEFT JOIN account l ON l.id = i.lead_id
LEFT JOIN account b ON b.id = i.opened_by
WHERE i.id = $1;

-- name: incident_public_get :one
-- in:   id int
-- out:  code text, state text, opened_at int, state_at int, contained_at int?, closed_at int?
SELECT code, state, opened_at, state_at, contained_at, closed_at FROM incident WHERE id = $1;

-- name: incident_state_update :exec
-- in:   id int, state text, now int, contained_at int?, closed_at int?, outcome text?
UPDATE incident SET state = $2, state_at = $3, updated_at = $3, contained_at = $4, closed_at = $5,
    outcome = COALESCE($6, outcome), version = version + 1
WHERE id = $1;

-- name: incident_facts_update :exec
-- in:   id int, title text, summary text, kind text, rsit text, severity int, severity_why text, serious bool, tlp text, org_id int, occurred_at int?, detected_at int, contained_at int?, now int, fold text, title_fold text
UPDATE incident SET title = $2, summary = $3, kind = $4, rsit = $5, severity = $6, severity_why = $7, serious = $8,
    tlp = $9, org_id = $10, occurred_at = $11, detected_at = $12, contained_at = $13, updated_at = $14,
    fold = $15, title_fold = $16, version = version + 1
WHERE id = $1;

-- name: incident_lead_update :exec
-- in:   id int, lead_id int?, now int
UPDATE incident SET lead_id = $2, updated_at = $3, version = version + 1 WHERE id = $1;

-- name: incident_parties :many
-- in:   incident_id int
-- out:  org_id int, code text, name text, part text, phone text, email text
SELECT p.org_id, o.code, o.name, p.part, o.phone, o.email
FROM incident_party p JOIN org o ON o.id = p.org_id
WHERE p.incident_id = $1
ORDER BY CASE p.part WHEN 'owner' THEN 0 WHEN 'operator' THEN 1 ELSE 2 END, o.sort_key, o.id;

-- name: incident_systems :many
-- in:   incident_id int
-- out:  system_id int, code text, name text, level int?
SELECT s.id AS system_id, s.code, s.name, s.level
FROM incident_system x JOIN system s ON s.id = x.system_id
WHERE x.incident_id = $1
ORDER BY s.sort_key, s.id;

-- name: incident_members :many
-- in:   incident_id int
-- out:  account_id int, login text, name text, position text
SELECT a.id AS account_id, a.login, a.name, a.position
FROM incident_member m JOIN account a ON a.id = m.account_id
WHERE m.incident_id = $1
ORDER BY a.sort_key, a.id;

-- name: incident_reports :many
-- in:   incident_id int
-- out:  id int, code text, title text, channel text, received_at int
SELECT id, code, title, channel, received_at FROM report WHERE incident_id = $1 ORDER BY received_at;

-- name: incident_counts :one
-- in:   incident_id int
-- out:  tasks_all int, tasks_done int, comments int, events int, observables int, files int, reports int
SELECT
    (SELECT COUNT(*) FROM task WHERE incident_id = $1) AS tasks_all,
    (SELECT COUNT(*) FROM task WHERE incident_id = $1 AND state IN ('done', 'skipped')) AS tasks_done,
    (SELECT COUNT(*) FROM comment WHERE incident_id = $1) AS comments,
    (SELECT COUNT(*) FROM incident_event WHERE incident_id = $1) AS events,
    (SELECT COUNT(*) FROM incident_observable WHERE incident_id = $1) AS observables,
    (SELECT COUNT(*) FROM attachment a LEFT JOIN report r ON r.id = a.report_id
     WHERE a.incident_id = $1 OR r.incident_id = $1) AS files,
    (SELECT COUNT(*) FROM report WHERE incident_id = $1) AS reports;

-- name: incident_history :many
-- in:   incident_id int
-- out:  seq int, at int, actor_name text, action text, detail text
SELECT seq, at, actor_name, action, detail FROM audit
WHERE object_kind = 'incident' AND object_id = $1
ORDER BY seq DESC
LIMIT 100;

-- name: incident_events :many
-- in:   incident_id int, kind text?
-- out:  id int, at int, recorded_at int, kind text, actor_name text, text text, observable_kind text?, observable_value text?, system_code text?, system_name text?
SELECT e.id, e.at, e.recorded_at, e.kind, e.actor_name, e.text, ob.kind AS observable_kind, ob.value AS observable_value,
    s.code AS system_code, s.name AS system_name
FROM incident_event e
LEFT JOIN observable ob ON ob.id = e.observable_id
LEFT JOIN system s ON s.id = e.system_id
WHERE e.incident_id = $1 AND ($2 IS NULL OR e.kind = $2)
ORDER BY e.at DESC, e.id DESC
LIMIT 1000;

-- name: incident_comment_insert :one
-- in:   incident_id int, author_id int?, author_name text, now int, body text, fold text
-- out:  id int
INSERT INTO comment (incident_id, author_id, author_name, at, edited_at, body, fold)
VALUES ($1, $2, $3, $4, NULL, $5, $6)
RETURNING id;

-- name: incident_comment_update :exec
-- in:   id int, incident_id int, author_id int, now int, body text, fold text
UPDATE comment SET body = $5, edited_at = $4, fold = $6 WHERE id = $1 AND incident_id = $2 AND author_id = $3;

-- name: incident_comments :many
-- in:   incident_id int
-- out:  id int, author_id int?, author_name text, at int, edited_at int?, body text
SELECT id, author_id, author_name, at, edited_at, body FROM comment WHERE incident_id = $1 ORDER BY at, id;

-- name: incident_task_insert :one
-- in:   incident_id int, position int, step int, title text, body text, assignee_id int?, due_at int?
-- out:  id int
INSERT INTO task (incident_id, position, step, title, body, assignee_id, org_id, due_at, state, started_at, done_at,
    done_by, reason, version)
VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, 'open', NULL, NULL, NULL, '', 1)
RETURNING id;

-- name: incident_task_last :one
-- in:   incident_id int
-- out:  position int, step int
SELECT COALESCE(MAX(position), 0) AS position,
    COALESCE(MIN(CASE WHEN state IN ('open', 'doing') THEN step END), 0) AS step
FROM task WHERE incident_id = $1;

-- name: incident_tasks :many
-- in:   incident_id int
-- out:  id int, position int, step int, title text, body text, assignee_id int?, assignee_name text?, due_at int?, state text, started_at int?, done_at int?, done_by_name text?, reason text, version int
SELECT t.id, t.position, t.step, t.title, t.body, t.assignee_id, a.name AS assignee_name, t.due_at, t.state, t.started_at,
    t.done_at, d.name AS done_by_name, t.reason, t.version
FROM task t
LEFT JOIN account a ON a.id = t.assignee_id
LEFT JOIN account d ON d.id = t.done_by
WHERE t.incident_id = $1
ORDER BY t.step, t.position;

-- name: incident_task_lock :maybe
-- in:   incident_id int, id int
-- out:  title text, state text, version int, assignee_id int?, due_at int?
SELECT title, state, version, assignee_id, due_at FROM task WHERE incident_id = $1 AND id = $2;

-- @postgres
SELECT title, state, version, assignee_id, due_at FROM task WHERE incident_id = $1 AND id = $2 FOR UPDATE;

-- name: incident_task_state :exec
-- in:   id int, state text, now int, by int?, reason text
UPDATE task SET state = $2,
    started_at = CASE WHEN $2 = 'open' THEN NULL ELSE COALESCE(started_at, $3) END,
    done_at = CASE WHEN $2 IN ('done', 'skipped') THEN $3 END,
    done_by = CASE WHEN $2 IN ('done', 'skipped') THEN $4 END,
    reason = $5, version = version + 1
WHERE id = $1;

-- name: incident_task_assign :exec
-- in:   id int, assignee_id int?, due_at int?
UPDATE task SET assignee_id = $2, due_at = $3, version = version + 1 WHERE id = $1;

-- People who may work on it: those with incident.write over a party, and its members.
-- name: incident_workers :many
-- row:  incident_person
-- in:   incident_id int, now int
-- out:  account_id int, name text, position text, nearness int, org_name text?
SELECT @incident_person(a, o, $1, $2)
FROM account a
LEFT JOIN org o ON o.id = @first_org(a, $2)
WHERE a.state = 'active'
  AND a.id IN (SELECT x.account_id FROM incident_access x
               WHERE x.incident_id = $1 AND x.permission = 'incident.write' AND x.valid_from <= $2 AND x.valid_to > $2)
ORDER BY 4, o.sort_key, a.sort_key, a.id
LIMIT 500;

-- Whom the actor may bring in: people who may read incidents for an organisation that the actor
-- manages, that is below a party, or above one. Others' people come with their organisation, as a party.
-- name: incident_candidates :many
-- row:  incident_person
-- in:   incident_id int, actor int, now int
-- out:  account_id int, name text, position text, nearness int, org_name text?
SELECT @incident_person(a, o, $1, $3)
FROM account a
LEFT JOIN org o ON o.id = @first_org(a, $3)
WHERE a.state = 'active'
  AND a.id IN (SELECT r.account_id FROM actor_root r
               WHERE r.permission = 'incident.read' AND r.valid_from <= $3 AND r.valid_to > $3
                 AND (r.org_id IN @actor_orgs('incident.manage', $2, $3)
                      OR r.org_id IN (SELECT c.descendant FROM incident_whole_party p
                                      JOIN org_closure c ON c.ancestor = p.org_id WHERE p.incident_id = $1)
                      OR r.org_id IN (SELECT x.org_id FROM incident_reach x WHERE x.incident_id = $1)))
ORDER BY 4, o.sort_key, a.sort_key, a.id
LIMIT 1000;

-- name: incident_candidate :maybe
-- in:   incident_id int, actor int, now int, account_id int
-- out:  login text, name text
SELECT a.login, a.name FROM account a
WHERE a.id = $4 AND a.state = 'active'
  AND EXISTS (
    SELECT 1 FROM actor_root r
    WHERE r.account_id = a.id AND r.permission = 'incident.read' AND r.valid_from <= $3 AND r.valid_to > $3
      AND (r.org_id IN @actor_orgs('incident.manage', $2, $3)
           OR r.org_id IN (SELECT c.descendant FROM incident_whole_party p
                           JOIN org_closure c ON c.ancestor = p.org_id WHERE p.incident_id = $1)
           OR r.org_id IN (SELECT x.org_id FROM incident_reach x WHERE x.incident_id = $1)));

-- name: incident_worker :maybe
-- in:   incident_id int, now int, account_id int
-- out:  login text, name text
SELECT a.login, a.name FROM account a
WHERE a.id = $3 AND a.state = 'active'
  AND @incident_may($1, 'incident.write', a.id, $2);

-- name: incident_account :maybe
-- in:   id int
-- out:  login text, name text
SELECT login, name FROM account WHERE id = $1;

-- name: incident_org :maybe
-- in:   id int
-- out:  code text, name text
SELECT code, name FROM org WHERE id = $1;

-- name: incident_org_list :many
-- out:  id int, name text, code text
SELECT id, name, code FROM org WHERE valid_to IS NULL ORDER BY sort_key, id LIMIT 2000;

-- name: incident_system_list :many
-- in:   incident_id int
-- out:  id int, name text, code text
SELECT s.id, s.name, s.code FROM system s
WHERE s.id IN (SELECT o.id FROM incident_party p JOIN system o ON o.owner_id = p.org_id WHERE p.incident_id = $1
               UNION ALL
               SELECT o.id FROM incident_party p JOIN system o ON o.operator_id = p.org_id WHERE p.incident_id = $1)
  AND NOT EXISTS (SELECT 1 FROM incident_system y WHERE y.incident_id = $1 AND y.system_id = s.id)
ORDER BY s.sort_key, s.id
LIMIT 1000;

-- name: incident_observables :many
-- in:   incident_id int
-- out:  id int, kind text, value text, role text, note text, added_at int, elsewhere int
SELECT ob.id, ob.kind, ob.value, x.role, x.note, x.added_at,
    (SELECT COUNT(*) FROM incident_observable y WHERE y.observable_id = ob.id AND y.incident_id <> $1) AS elsewhere
FROM incident_observable x JOIN observable ob ON ob.id = x.observable_id
WHERE x.incident_id = $1
ORDER BY ob.kind, ob.value
LIMIT 5000;

-- name: incident_observable_put :exec
-- in:   incident_id int, observable_id int, now int, by int?, note text
INSERT INTO incident_observable (incident_id, observable_id, added_at, added_by, note, role)
VALUES ($1, $2, $3, $4, $5, '')
ON CONFLICT (incident_id, observable_id) DO NOTHING;

-- name: incident_observable_remove :exec
-- in:   incident_id int, observable_id int
DELETE FROM incident_observable WHERE incident_id = $1 AND observable_id = $2;

-- name: incident_my_tasks :many
-- in:   actor int, row_limit int
-- out:  id int, title text, due_at int?, state text, code text, incident_title text
SELECT t.id, t.title, t.due_at, t.state, i.code, i.title AS incident_title
FROM task t JOIN incident i ON i.id = t.incident_id
WHERE t.assignee_id = $1 AND t.state IN ('open', 'doing') AND i.state <> 'closed'
ORDER BY CASE WHEN t.due_at IS NULL THEN 1 ELSE 0 END, t.due_at, t.id
LIMIT $2;

-- name: incident_state_counts :many
-- in:   actor int, now int
-- out:  state text, total int
SELECT i.state, COUNT(*) AS total FROM incident i
WHERE i.state <> 'closed'
  AND @incident_may(i.id, 'incident.read', $1, $2)
GROUP BY i.state;
