-- Account x permission -> incidents in reach: by office, for everything but TLP:RED, which only named people
-- see (TLP 2.0, "red: individual recipients only"); and as a member, wherever the permission is held.
CREATE VIEW incident_access AS
SELECT r.account_id, r.permission, x.incident_id, r.valid_from, r.valid_to
FROM incident_reach x
JOIN incident i ON i.id = x.incident_id AND i.tlp <> 'red'
JOIN actor_root r ON r.org_id = x.org_id
UNION ALL
SELECT r.account_id, r.permission, m.incident_id, r.valid_from, r.valid_to
FROM incident_member m
JOIN actor_root r ON r.account_id = m.account_id;
