-- Work on a case as a whole: watching, following up, related cases, merging, splitting, changes of many at once.

-- What the record page shows besides the facts: also the step that is due next, and whether it is the first with its
-- number (the playbook's) or was added behind it.
-- name: case_get :one
-- in:   actor int, now int, id int
-- out:  merged_into int?, merged_code text?, merged_seen bool, follow_up_at int?, follow_up_note text, watching bool, due_id int?, due_title text?, due_step int?, due_first bool
SELECT i.merged_into, m.code AS merged_code,
    CASE WHEN @incident_may_row(i.merged_into, 'incident.read', $1, $2) THEN 1 ELSE 0 END AS merged_seen,
    i.follow_up_at, i.follow_up_note,
    CASE WHEN EXISTS (SELECT 1 FROM incident_watcher w WHERE w.incident_id = i.id AND w.account_id = $1)
         THEN 1 ELSE 0 END AS watching,
    d.id AS due_id, d.title AS due_title, d.step AS due_step,
    CASE WHEN EXISTS (SELECT 1 FROM task e WHERE e.incident_id = d.incident_id AND e.step = d.step AND e.position < d.position)
         THEN 0 ELSE 1 END AS due_first
FROM incident i
LEFT JOIN incident m ON m.id = i.merged_into
LEFT JOIN task d ON d.id = (SELECT t.id FROM task t
                            WHERE t.incident_id = i.id AND t.state IN ('open', 'doing') AND t.due_at = i.next_due_at
                            ORDER BY t.step, t.position LIMIT 1)
WHERE i.id = $3;

-- What a change of many records may alter, so that it can be put back.
-- name: case_facts :one
-- in:   id int
-- out:  severity int, tlp text, state text, state_at int, contained_at int?, closed_at int?, outcome text, lead_id int?, follow_up_at int?, follow_up_note text, version int
SELECT severity, tlp, state, state_at, contained_at, closed_at, outcome, lead_id, follow_up_at, follow_up_note, version
FROM incident WHERE id = $1;

-- name: case_facts_put :exec
-- in:   id int, now int, severity int, tlp text, state text, state_at int, contained_at int?, closed_at int?, outcome text, lead_id int?, follow_up_at int?, follow_up_note text
UPDATE incident SET updated_at = $2, severity = $3, tlp = $4, state = $5, state_at = $6, contained_at = $7,
    closed_at = $8, outcome = $9, lead_id = $10, follow_up_at = $11, follow_up_note = $12, version = version + 1
WHERE id = $1;

-- name: case_event_insert :one
-- in:   incident_id int, now int, kind text, actor_id int?, actor_name text, text text
-- out:  id int
INSERT INTO incident_event (incident_id, at, recorded_at, kind, actor_id, actor_name, text, observable_id, system_id)
VALUES ($1, $2, $2, $3, $4, $5, $6, NULL, NULL)
RETURNING id;

-- Watchers ---------------------------------------------------------------------------------------

-- name: case_watcher_put :exec
-- in:   incident_id int, account_id int, now int
INSERT INTO incident_watcher (incident_id, account_id, added_at) VALUES ($1, $2, $3)
ON CONFLICT (incident_id, account_id) DO NOTHING;

-- name: case_watcher_remove :exec
-- in:   incident_id int, account_id int
DELETE FROM incident_watcher WHERE incident_id = $1 AND account_id = $2;

-- Those who may still see it: somebody whose role ended is told nothing more.
-- name: case_watchers :many
-- in:   incident_id int, now int
-- out:  account_id int, login text, name text, email text, lang text
SELECT a.id AS account_id, a.login, a.name, a.email, a.lang
FROM incident_watcher w
JOIN account a ON a.id = w.account_id AND a.state = 'active'
WHERE w.incident_id = $1
  AND @incident_may($1, 'incident.read', a.id, $2)
ORDER BY a.sort_key, a.id;

-- People who may see the incident already: asking somebody to watch is not a way to share.
-- name: case_reader :maybe
-- in:   incident_id int, now int, account_id int
-- out:  login text, name text
SELECT a.login, a.name FROM account a
WHERE a.id = $3 AND a.state = 'active'
  AND @incident_may($1, 'incident.read', a.id, $2);

-- Following up -----------------------------------------------------------------------------------

-- name: case_follow_up_put :exec
-- in:   id int, at int?, note text, now int
UPDATE incident SET follow_up_at = $2, follow_up_note = $3, updated_at = $4, version = version + 1 WHERE id = $1;

-- name: case_wake :exec
-- in:   id int
UPDATE incident SET follow_up_at = NULL, follow_up_note = '' WHERE id = $1 AND follow_up_at IS NOT NULL;

-- The open steps that are due by a day, the next one first.
-- name: case_due_until :many
-- in:   incident_id int, until int
-- out:  title text, due_at int
SELECT t.title, t.due_at FROM task t
WHERE t.incident_id = $1 AND t.state IN ('open', 'doing') AND t.due_at <= $2
ORDER BY t.due_at, t.id LIMIT 5;

-- Related ----------------------------------------------------------------------------------------

-- What an incident has that another may have too. Private addresses and known noise tell nothing.
-- name: case_own_items :many
-- in:   id int
-- out:  kind text, item_id int, value text
SELECT ob.kind, ob.id AS item_id, ob.value
FROM incident_observable x
JOIN observable ob ON ob.id = x.observable_id
WHERE x.incident_id = $1
  AND NOT EXISTS (SELECT 1 FROM observable_noise q WHERE q.kind = ob.kind AND q.value = ob.value)
  AND NOT (ob.kind IN ('ipv4', 'cidr')
           AND (ob.value LIKE '10.%' OR ob.value LIKE '192.168.%' OR ob.value LIKE '127.%' OR ob.value LIKE '169.254.%'
                OR (ob.value LIKE '172.__.%' AND ob.value >= '172.16.' AND ob.value < '172.32.')))
UNION ALL
SELECT 'system' AS kind, s.id AS item_id, s.name AS value
FROM incident_system x
JOIN system s ON s.id = x.system_id
WHERE x.incident_id = $1;

-- name: case_observable_incidents :many
-- row:  case_item_incident
-- in:   item_id int, row_limit int
-- out:  incident_id int
SELECT incident_id FROM incident_observable WHERE observable_id = $1 LIMIT $2;

-- name: case_system_incidents :many
-- row:  case_item_incident
-- in:   item_id int, row_limit int
-- out:  incident_id int
SELECT incident_id FROM incident_system WHERE system_id = $1 LIMIT $2;

-- As many at once as are shown.
-- name: case_related_find :many
-- in:   actor int, now int, a int, b int, c int, d int, e int, f int, g int, h int
-- out:  id int, code text, title text, state text, severity int, opened_at int, version int, may_manage bool
SELECT i.id, i.code, i.title, i.state, i.severity, i.opened_at, i.version,
    CASE WHEN @incident_allows(i, 'incident.manage', $1, $2) THEN 1 ELSE 0 END AS may_manage
FROM incident i
WHERE i.id IN ($3, $4, $5, $6, $7, $8, $9, $10)
  AND @incident_seen(i, $1, $2);

-- Merging and splitting ----------------------------------------------------------------------------

-- name: case_merge_insert :one
-- in:   kind text, from_id int, into_id int, now int, by_id int?, by_name text, state text, state_at int, contained_at int?, closed_at int?, follow_up_at int?, tlp_before text, tlp_after text
-- out:  id int
INSERT INTO incident_merge (kind, from_id, into_id, at, by_id, by_name, state, state_at, contained_at, closed_at,
    follow_up_at, tlp_before, tlp_after, into_entries, undone_at, undone_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, NULL, NULL)
RETURNING id;

-- How many entries of the audit log tell of an incident: whether anything was done with it since.
-- name: case_entries :one
-- in:   incident_id int
-- out:  total int
SELECT COUNT(*) AS total FROM audit WHERE object_kind = 'incident' AND object_id = $1;

-- name: case_merge_entries :exec
-- in:   id int, entries int
UPDATE incident_merge SET into_entries = $2 WHERE id = $1;

-- name: case_merge_get :maybe
-- in:   id int
-- out:  kind text, from_id int, into_id int, at int, state text, state_at int, contained_at int?, closed_at int?, follow_up_at int?, tlp_before text, tlp_after text, into_entries int, undone_at int?
SELECT kind, from_id, into_id, at, state, state_at, contained_at, closed_at, follow_up_at, tlp_before, tlp_after,
    into_entries, undone_at
FROM incident_merge WHERE id = $1;

-- name: case_merge_undone :exec
-- in:   id int, now int, by_id int?
UPDATE incident_merge SET undone_at = $2, undone_by = $3 WHERE id = $1 AND undone_at IS NULL;

-- Merges into an incident and splits out of it that hold, newest first.
-- name: case_merges :many
-- in:   incident_id int
-- out:  id int, kind text, code text, title text, at int, by_name text
SELECT m.id, m.kind, i.code, i.title, m.at, m.by_name
FROM incident_merge m
JOIN incident i ON i.id = CASE WHEN m.kind = 'merge' THEN m.from_id ELSE m.into_id END
WHERE m.undone_at IS NULL
  AND ((m.kind = 'merge' AND m.into_id = $1) OR (m.kind = 'split' AND m.from_id = $1))
ORDER BY m.id DESC;

-- The steps that merges brought here, with the number they had there.
-- name: case_task_origins :many
-- in:   incident_id int
-- out:  task_id int, code text, step int
SELECT n.item_id AS task_id, i.code, n.at AS step
FROM incident_merge m
JOIN incident_merge_item n ON n.merge_id = m.id AND n.what = 'task'
JOIN incident i ON i.id = m.from_id
WHERE m.into_id = $1 AND m.kind = 'merge' AND m.undone_at IS NULL;

-- The strictest TLP among what was merged into an incident and still is, but for one.
-- name: case_merged_tlps :many
-- in:   into_id int, but int
-- out:  tlp text
SELECT i.tlp FROM incident_merge m JOIN incident i ON i.id = m.from_id
WHERE m.into_id = $1 AND m.id <> $2 AND m.kind = 'merge' AND m.undone_at IS NULL;

-- name: case_merged_put :exec
-- in:   id int, into_id int, now int
UPDATE incident SET merged_into = $2, state = 'closed', state_at = $3, closed_at = COALESCE(closed_at, $3),
    follow_up_at = NULL, updated_at = $3, version = version + 1
WHERE id = $1;

-- name: case_merged_back :exec
-- in:   id int, now int, state text, state_at int, contained_at int?, closed_at int?, follow_up_at int?
UPDATE incident SET merged_into = NULL, state = $3, state_at = $4, contained_at = $5, closed_at = $6, follow_up_at = $7,
    updated_at = $2, version = version + 1
WHERE id = $1;

-- name: case_tlp_put :exec
-- in:   id int, tlp text
UPDATE incident SET tlp = $2, version = version + 1 WHERE id = $1;

-- Which organisations and people would newly see which of two incidents when they become one, and who would lose sight of what was shared: a
-- share is of its incident, and what moves is seen by nobody new.
-- name: case_new_parties :many
-- in:   from_id int, into_id int, now int
-- out:  name text, sees text
SELECT o.name, 'into' AS sees FROM incident_party p JOIN org o ON o.id = p.org_id
WHERE p.incident_id = $1
  AND NOT EXISTS (SELECT 1 FROM incident_party q WHERE q.incident_id = $2 AND q.org_id = p.org_id)
UNION
SELECT o.name, 'from' AS sees FROM incident_party p JOIN org o ON o.id = p.org_id
WHERE p.incident_id = $2
  AND NOT EXISTS (SELECT 1 FROM incident_party q WHERE q.incident_id = $1 AND q.org_id = p.org_id)
UNION
SELECT o.name, 'from' AS sees FROM incident_share s JOIN org o ON o.id = s.org_id
WHERE s.incident_id = $2 AND s.scope = 'all' AND s.revoked_at IS NULL AND (s.ends_at IS NULL OR s.ends_at > $3)
  AND NOT EXISTS (SELECT 1 FROM incident_party q WHERE q.incident_id = $1 AND q.org_id = s.org_id)
UNION
SELECT a.name, 'into' AS sees FROM incident_member m JOIN account a ON a.id = m.account_id AND a.state = 'active'
WHERE m.incident_id = $1 AND NOT @incident_may($2, 'incident.read', a.id, $3)
UNION
SELECT a.name, 'from' AS sees FROM incident_member m JOIN account a ON a.id = m.account_id AND a.state = 'active'
WHERE m.incident_id = $2 AND NOT @incident_may($1, 'incident.read', a.id, $3)
UNION
SELECT o.name, 'lost' AS sees FROM incident_share s JOIN org o ON o.id = s.org_id
WHERE s.incident_id = $1 AND s.revoked_at IS NULL AND (s.ends_at IS NULL OR s.ends_at > $3)
  AND NOT EXISTS (SELECT 1 FROM incident_party q WHERE q.incident_id IN ($1, $2) AND q.org_id = s.org_id)
ORDER BY 2, 1;

-- Rows with an id of their own: which ones move (all, or one), then moving there and back by the same list.

-- name: case_note_tasks :exec
-- in:   merge_id int, from_id int
INSERT INTO incident_merge_item (merge_id, what, item_id, fresh, at, by_id, note, role)
SELECT $1, 'task', t.id, 0, t.step, t.position, '', '' FROM task t WHERE t.incident_id = $2;

-- name: case_note_comments :exec
-- in:   merge_id int, from_id int, only_id int?
INSERT INTO incident_merge_item (merge_id, what, item_id, fresh, at, by_id, note, role)
SELECT $1, 'comment', t.id, 0, NULL, NULL, '', '' FROM comment t WHERE t.incident_id = $2 AND ($3 IS NULL OR t.id = $3);

-- name: case_note_events :exec
-- in:   merge_id int, from_id int
INSERT INTO incident_merge_item (merge_id, what, item_id, fresh, at, by_id, note, role)
SELECT $1, 'event', t.id, 0, NULL, NULL, '', '' FROM incident_event t WHERE t.incident_id = $2;

-- name: case_note_files :exec
-- in:   merge_id int, from_id int, only_id int?
INSERT INTO incident_merge_item (merge_id, what, item_id, fresh, at, by_id, note, role)
SELECT $1, 'file', t.id, 0, NULL, NULL, '', '' FROM attachment t WHERE t.incident_id = $2 AND ($3 IS NULL OR t.id = $3);

-- name: case_note_reports :exec
-- in:   merge_id int, from_id int, only_id int?
INSERT INTO incident_merge_item (merge_id, what, item_id, fresh, at, by_id, note, role)
SELECT $1, 'report', t.id, 0, NULL, NULL, '', '' FROM report t WHERE t.incident_id = $2 AND ($3 IS NULL OR t.id = $3);

-- name: case_note_own_event :exec
-- in:   merge_id int, event_id int
INSERT INTO incident_merge_item (merge_id, what, item_id, fresh, at, by_id, note, role)
VALUES ($1, 'own-event', $2, 0, NULL, NULL, '', '');

-- Steps of the other playbook come behind the present ones.
-- name: case_shift_tasks :exec
-- in:   merge_id int, from_id int, to_id int, step int, position int
UPDATE task SET incident_id = $3, step = step + $4, position = position + $5
WHERE incident_id = $2 AND id IN (SELECT item_id FROM incident_merge_item WHERE merge_id = $1 AND what = 'task');

-- name: case_return_tasks :exec
-- in:   merge_id int, from_id int, to_id int
UPDATE task SET incident_id = $3,
    step = (SELECT n.at FROM incident_merge_item n WHERE n.merge_id = $1 AND n.what = 'task' AND n.item_id = task.id),
    position = (SELECT n.by_id FROM incident_merge_item n WHERE n.merge_id = $1 AND n.what = 'task' AND n.item_id = task.id)
WHERE incident_id = $2 AND id IN (SELECT item_id FROM incident_merge_item WHERE merge_id = $1 AND what = 'task');

-- name: case_task_ends :one
-- in:   incident_id int
-- out:  step int, position int
SELECT COALESCE(MAX(step), 0) AS step, COALESCE(MAX(position), 0) AS position FROM task WHERE incident_id = $1;

-- name: case_shift_comments :exec
-- in:   merge_id int, from_id int, to_id int
UPDATE comment SET incident_id = $3
WHERE incident_id = $2 AND id IN (SELECT item_id FROM incident_merge_item WHERE merge_id = $1 AND what = 'comment');

-- name: case_shift_events :exec
-- in:   merge_id int, from_id int, to_id int
UPDATE incident_event SET incident_id = $3
WHERE incident_id = $2 AND id IN (SELECT item_id FROM incident_merge_item WHERE merge_id = $1 AND what = 'event');

-- name: case_shift_files :exec
-- in:   merge_id int, from_id int, to_id int
UPDATE attachment SET incident_id = $3
WHERE incident_id = $2 AND id IN (SELECT item_id FROM incident_merge_item WHERE merge_id = $1 AND what = 'file');

-- name: case_shift_reports :exec
-- in:   merge_id int, from_id int, to_id int
UPDATE report SET incident_id = $3
WHERE incident_id = $2 AND id IN (SELECT item_id FROM incident_merge_item WHERE merge_id = $1 AND what = 'report');

-- name: case_drop_own_events :exec
-- in:   merge_id int
DELETE FROM incident_event
WHERE id IN (SELECT item_id FROM incident_merge_item WHERE merge_id = $1 AND what = 'own-event');

-- Links: kept with all their columns, so that they come back as they were.

-- name: case_note_observables :exec
-- in:   merge_id int, from_id int, to_id int, only_id int?
INSERT INTO incident_merge_item (merge_id, what, item_id, fresh, at, by_id, note, role, shared_in)
SELECT $1, 'observable', x.observable_id,
    CASE WHEN EXISTS (SELECT 1 FROM incident_observable y WHERE y.incident_id = $3 AND y.observable_id = x.observable_id)
         THEN 0 ELSE 1 END, x.added_at, x.added_by, x.note, x.role, x.shared_in
FROM incident_observable x WHERE x.incident_id = $2 AND ($4 IS NULL OR x.observable_id = $4);

-- name: case_note_systems :exec
-- in:   merge_id int, from_id int, to_id int, only_id int?
INSERT INTO incident_merge_item (merge_id, what, item_id, fresh, at, by_id, note, role)
SELECT $1, 'system', x.system_id,
    CASE WHEN EXISTS (SELECT 1 FROM incident_system y WHERE y.incident_id = $3 AND y.system_id = x.system_id)
         THEN 0 ELSE 1 END, NULL, NULL, '', ''
FROM incident_system x WHERE x.incident_id = $2 AND ($4 IS NULL OR x.system_id = $4);

-- name: case_note_parties :exec
-- in:   merge_id int, from_id int, to_id int
INSERT INTO incident_merge_item (merge_id, what, item_id, fresh, at, by_id, note, role)
SELECT $1, 'party', x.org_id,
    CASE WHEN EXISTS (SELECT 1 FROM incident_party y WHERE y.incident_id = $3 AND y.org_id = x.org_id) THEN 0 ELSE 1 END,
    x.added_at, NULL, '', CASE WHEN x.part = 'owner' THEN 'affected' ELSE x.part END
FROM incident_party x WHERE x.incident_id = $2;

-- name: case_note_members :exec
-- in:   merge_id int, from_id int, to_id int
INSERT INTO incident_merge_item (merge_id, what, item_id, fresh, at, by_id, note, role)
SELECT $1, 'member', x.account_id,
    CASE WHEN EXISTS (SELECT 1 FROM incident_member y WHERE y.incident_id = $3 AND y.account_id = x.account_id)
         THEN 0 ELSE 1 END, x.added_at, NULL, '', ''
FROM incident_member x WHERE x.incident_id = $2;

-- name: case_note_watchers :exec
-- in:   merge_id int, from_id int, to_id int
INSERT INTO incident_merge_item (merge_id, what, item_id, fresh, at, by_id, note, role)
SELECT $1, 'watcher', x.account_id,
    CASE WHEN EXISTS (SELECT 1 FROM incident_watcher y WHERE y.incident_id = $3 AND y.account_id = x.account_id)
         THEN 0 ELSE 1 END, x.added_at, NULL, '', ''
FROM incident_watcher x WHERE x.incident_id = $2;

-- What is there already stays as it is.
-- name: case_add_observables :exec
-- in:   merge_id int, to_id int
INSERT INTO incident_observable (incident_id, observable_id, added_at, added_by, note, role, shared_in)
SELECT $2, n.item_id, n.at, n.by_id, n.note, n.role, n.shared_in FROM incident_merge_item n WHERE n.merge_id = $1 AND n.what = 'observable'
ON CONFLICT (incident_id, observable_id) DO NOTHING;

-- name: case_add_systems :exec
-- in:   merge_id int, to_id int
INSERT INTO incident_system (incident_id, system_id)
SELECT $2, n.item_id FROM incident_merge_item n WHERE n.merge_id = $1 AND n.what = 'system'
ON CONFLICT (incident_id, system_id) DO NOTHING;

-- name: case_add_parties :exec
-- in:   merge_id int, to_id int
INSERT INTO incident_party (incident_id, org_id, part, added_at)
SELECT $2, n.item_id, n.role, n.at FROM incident_merge_item n WHERE n.merge_id = $1 AND n.what = 'party'
ON CONFLICT (incident_id, org_id) DO NOTHING;

-- name: case_add_members :exec
-- in:   merge_id int, to_id int
INSERT INTO incident_member (incident_id, account_id, added_at)
SELECT $2, n.item_id, n.at FROM incident_merge_item n WHERE n.merge_id = $1 AND n.what = 'member'
ON CONFLICT (incident_id, account_id) DO NOTHING;

-- name: case_add_watchers :exec
-- in:   merge_id int, to_id int
INSERT INTO incident_watcher (incident_id, account_id, added_at)
SELECT $2, n.item_id, n.at FROM incident_merge_item n WHERE n.merge_id = $1 AND n.what = 'watcher'
ON CONFLICT (incident_id, account_id) DO NOTHING;

-- name: case_take_observables :exec
-- in:   merge_id int, from_id int
DELETE FROM incident_observable WHERE incident_id = $2
  AND observable_id IN (SELECT item_id FROM incident_merge_item WHERE merge_id = $1 AND what = 'observable');

-- name: case_take_systems :exec
-- in:   merge_id int, from_id int
DELETE FROM incident_system WHERE incident_id = $2
  AND system_id IN (SELECT item_id FROM incident_merge_item WHERE merge_id = $1 AND what = 'system');

-- Links that one merge made and another that still holds brought along too stay, and are then that one's.
-- name: case_hand_over :exec
-- in:   merge_id int, into_id int
UPDATE incident_merge_item SET fresh = 1
WHERE fresh = 0
  AND merge_id IN (SELECT m.id FROM incident_merge m
                   WHERE m.into_id = $2 AND m.id <> $1 AND m.kind = 'merge' AND m.undone_at IS NULL)
  AND EXISTS (SELECT 1 FROM incident_merge_item n
              WHERE n.merge_id = $1 AND n.what = incident_merge_item.what AND n.item_id = incident_merge_item.item_id
                AND n.fresh = 1);

-- name: case_unlink_observables :exec
-- in:   merge_id int, into_id int
DELETE FROM incident_observable WHERE incident_id = $2 AND observable_id IN (
    SELECT n.item_id FROM incident_merge_item n WHERE n.merge_id = $1 AND n.what = 'observable' AND n.fresh = 1
      AND NOT EXISTS (SELECT 1 FROM incident_merge_item o JOIN incident_merge m ON m.id = o.merge_id
                      WHERE o.what = n.what AND o.item_id = n.item_id AND m.into_id = $2 AND m.id <> $1
                        AND m.kind = 'merge' AND m.undone_at IS NULL));

-- name: case_unlink_systems :exec
-- in:   merge_id int, into_id int
DELETE FROM incident_system WHERE incident_id = $2 AND system_id IN (
    SELECT n.item_id FROM incident_merge_item n WHERE n.merge_id = $1 AND n.what = 'system' AND n.fresh = 1
      AND NOT EXISTS (SELECT 1 FROM incident_merge_item o JOIN incident_merge m ON m.id = o.merge_id
                      WHERE o.what = n.what AND o.item_id = n.item_id AND m.into_id = $2 AND m.id <> $1
                        AND m.kind = 'merge' AND m.undone_at IS NULL));

-- name: case_unlink_parties :exec
-- in:   merge_id int, into_id int
DELETE FROM incident_party WHERE incident_id = $2 AND part <> 'owner' AND org_id IN (
    SELECT n.item_id FROM incident_merge_item n WHERE n.merge_id = $1 AND n.what = 'party' AND n.fresh = 1
      AND NOT EXISTS (SELECT 1 FROM incident_merge_item o JOIN incident_merge m ON m.id = o.merge_id
                      WHERE o.what = n.what AND o.item_id = n.item_id AND m.into_id = $2 AND m.id <> $1
                        AND m.kind = 'merge' AND m.undone_at IS NULL));

-- name: case_unlink_members :exec
-- in:   merge_id int, into_id int
DELETE FROM incident_member WHERE incident_id = $2 AND account_id IN (
    SELECT n.item_id FROM incident_merge_item n WHERE n.merge_id = $1 AND n.what = 'member' AND n.fresh = 1
      AND NOT EXISTS (SELECT 1 FROM incident_merge_item o JOIN incident_merge m ON m.id = o.merge_id
                      WHERE o.what = n.what AND o.item_id = n.item_id AND m.into_id = $2 AND m.id <> $1
                        AND m.kind = 'merge' AND m.undone_at IS NULL));

-- name: case_unlink_watchers :exec
-- in:   merge_id int, into_id int
DELETE FROM incident_watcher WHERE incident_id = $2 AND account_id IN (
    SELECT n.item_id FROM incident_merge_item n WHERE n.merge_id = $1 AND n.what = 'watcher' AND n.fresh = 1
      AND NOT EXISTS (SELECT 1 FROM incident_merge_item o JOIN incident_merge m ON m.id = o.merge_id
                      WHERE o.what = n.what AND o.item_id = n.item_id AND m.into_id = $2 AND m.id <> $1
                        AND m.kind = 'merge' AND m.undone_at IS NULL));

-- People whom somebody who manages incidents may name for several at once: those who read incidents for an
-- organisation that the actor manages.
-- name: case_people :many
-- in:   actor int, now int
-- out:  account_id int, name text, position text
SELECT a.id AS account_id, a.name, a.position
FROM account a
WHERE a.state = 'active'
  AND a.id IN (SELECT r.account_id FROM actor_root r
               WHERE r.permission = 'incident.read' AND r.valid_from <= $2 AND r.valid_to > $2
                 AND r.org_id IN @actor_orgs('incident.manage', $1, $2))
ORDER BY a.sort_key, a.id
LIMIT 500;

-- Files of the incident itself: those of a report go with the report.
-- name: case_own_files :many
-- in:   incident_id int
-- out:  id int, name text, size int
SELECT id, name, size FROM attachment WHERE incident_id = $1 ORDER BY id;

-- Whether these are of the incident.
-- name: incident_links :one
-- in:   incident_id int, observable_id int, system_id int
-- out:  observable bool, system bool
SELECT CASE WHEN EXISTS (SELECT 1 FROM incident_observable WHERE incident_id = $1 AND observable_id = $2)
            THEN 1 ELSE 0 END AS observable,
       CASE WHEN EXISTS (SELECT 1 FROM incident_system WHERE incident_id = $1 AND system_id = $3)
            THEN 1 ELSE 0 END AS system;
