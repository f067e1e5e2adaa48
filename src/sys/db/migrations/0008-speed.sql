-- Indexes that hold all a list filters and sorts by, so that only the rows of one page are read whole.
CREATE INDEX incident_filter ON incident (updated_at, id, state, severity, kind, lead_id, tlp, opened_at, next_due_at,
    merged_into, follow_up_at);
CREATE INDEX incident_open ON incident (updated_at, id, severity, kind, lead_id, tlp, opened_at, next_due_at, state,
    merged_into, follow_up_at)
WHERE state <> 'closed';
CREATE INDEX incident_due ON incident (next_due_at, id, tlp) WHERE state <> 'closed';
CREATE INDEX task_progress ON task (incident_id, state);
CREATE INDEX report_received ON report (received_at, id, state, channel, org_id, account_id);
-- Nearly every incident is merged into none and waits for no day: an index must not offer to find those.
DROP INDEX incident_merged;
CREATE INDEX incident_merged ON incident (merged_into) WHERE merged_into IS NOT NULL;
DROP INDEX incident_follow_up;
CREATE INDEX incident_follow_up ON incident (follow_up_at) WHERE follow_up_at IS NOT NULL;

-- Account x permission, held at the top of the only tree: every organisation is in reach, so what belongs to any
-- need not be looked up row by row.
CREATE VIEW actor_wide AS
SELECT r.account_id, r.permission, r.valid_from, r.valid_to
FROM actor_root r
JOIN org o ON o.id = r.org_id AND o.parent_id IS NULL
WHERE NOT EXISTS (SELECT 1 FROM org t WHERE t.parent_id IS NULL AND t.id <> o.id);

-- As before, with the columns of every part declared alike: SQLite looks into a view of several parts by the row at
-- hand only when it need not convert between them, and else makes all of it, for everybody and every record.
-- @sqlite
DROP VIEW actor_root;
CREATE VIEW actor_root AS
SELECT g.account_id, p.permission, g.org_id, g.valid_from,
    CAST(COALESCE(g.valid_to, 9223372036854775807) AS BIGINT) AS valid_to
FROM role_grant g
JOIN role_permission p ON p.role = g.role
WHERE g.revoked_at IS NULL;
DROP VIEW report_access;
CREATE VIEW report_access AS
SELECT a.account_id, a.permission, r.id AS report_id, a.valid_from, a.valid_to
FROM report r
JOIN actor_org a ON a.org_id = r.org_id
UNION ALL
SELECT a.account_id, a.permission, r.id AS report_id, a.valid_from, a.valid_to
FROM report r
JOIN actor_root a ON a.permission IN ('report.read', 'report.triage')
JOIN org o ON o.id = a.org_id AND o.parent_id IS NULL
WHERE r.org_id IS NULL
UNION ALL
SELECT r.account_id, CAST('report.read' AS text) AS permission, r.id AS report_id, CAST(0 AS BIGINT) AS valid_from,
    CAST(9223372036854775807 AS BIGINT) AS valid_to
FROM report r
WHERE r.account_id IS NOT NULL;
-- @all
