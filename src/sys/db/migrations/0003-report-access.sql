-- Account x permission -> reports in reach: those of organisations in reach; those that belong to no organisation yet,
-- for whoever reads or triages at the top of a tree; and one's own.
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
SELECT r.account_id, 'report.read' AS permission, r.id AS report_id, 0 AS valid_from, 9223372036854775807 AS valid_to
FROM report r
WHERE r.account_id IS NOT NULL;
