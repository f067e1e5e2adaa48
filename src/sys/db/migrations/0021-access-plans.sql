-- PostgreSQL expects everybody to reach as much as those at the top do, so it read every incident for the one column
-- in the right of an officer with four. A row at hand is now asked for its own. SQLite looks them up one by one anyway.
-- @postgres
CREATE OR REPLACE VIEW incident_access AS
SELECT r.account_id, r.permission, x.incident_id, r.valid_from, r.valid_to
FROM incident_reach x
JOIN actor_root r ON r.org_id = x.org_id
WHERE (SELECT i.tlp FROM incident i WHERE i.id = x.incident_id) <> 'red'
UNION ALL
SELECT r.account_id, r.permission, m.incident_id, r.valid_from, r.valid_to
FROM incident_member m
JOIN actor_root r ON r.account_id = m.account_id
UNION ALL
SELECT s.account_id, s.permission, s.incident_id, s.valid_from, s.valid_to
FROM incident_share_access s
WHERE s.scope = 'all';

-- The id too, so that the reports of an organisation are found without reading them.
DROP INDEX report_org;
CREATE INDEX report_org ON report (org_id, received_at, id);
-- @all
