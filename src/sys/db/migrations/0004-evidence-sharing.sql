-- Evidence with facts and custody; incidents shared with partners, whole or only what is marked.

-- Files -------------------------------------------------------------------------------------------

-- blake2b: '' for files kept before it was computed, until they are verified. key_id: '' as it is, else the
-- key the file is encrypted with. trouble: what the last verification found, '' nothing.
ALTER TABLE blob ADD COLUMN blake2b TEXT NOT NULL DEFAULT '';
ALTER TABLE blob ADD COLUMN key_id TEXT NOT NULL DEFAULT '';
ALTER TABLE blob ADD COLUMN verified_at BIGINT;
ALTER TABLE blob ADD COLUMN trouble TEXT NOT NULL DEFAULT '';

ALTER TABLE attachment ADD COLUMN kind TEXT NOT NULL DEFAULT 'other';
ALTER TABLE attachment ADD COLUMN collected_at BIGINT;
ALTER TABLE attachment ADD COLUMN collected_where TEXT NOT NULL DEFAULT '';
ALTER TABLE attachment ADD COLUMN collected_by TEXT NOT NULL DEFAULT '';
ALTER TABLE attachment ADD COLUMN tlp TEXT NOT NULL DEFAULT 'amber';
ALTER TABLE attachment ADD COLUMN malware BIGINT NOT NULL DEFAULT 0;
ALTER TABLE attachment ADD COLUMN sealed_at BIGINT;
ALTER TABLE attachment ADD COLUMN removed_at BIGINT;
ALTER TABLE attachment ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE attachment ADD COLUMN shared_in BIGINT NOT NULL DEFAULT 0;
CREATE INDEX attachment_sha256 ON attachment (sha256);

-- Who had a file in hands, when and why. Rows are only ever added.
CREATE TABLE custody (
    id            PRIMARY_KEY_ID,
    attachment_id BIGINT NOT NULL REFERENCES attachment (id),
    at            BIGINT NOT NULL,
    action        TEXT NOT NULL,
    actor_id      BIGINT,
    actor_name    TEXT NOT NULL,
    address       TEXT NOT NULL,
    reason        TEXT NOT NULL,
    detail        TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX custody_attachment ON custody (attachment_id, id);

-- @sqlite
CREATE TRIGGER custody_no_update BEFORE UPDATE ON custody
BEGIN SELECT RAISE(ABORT, 'the custody log is only added to'); END;
CREATE TRIGGER custody_no_delete BEFORE DELETE ON custody
BEGIN SELECT RAISE(ABORT, 'the custody log is only added to'); END;
-- @postgres
CREATE FUNCTION custody_refuse() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION USING MESSAGE = $m$the custody log is only added to$m$; END';
CREATE TRIGGER custody_no_change BEFORE UPDATE OR DELETE ON custody
FOR EACH ROW EXECUTE FUNCTION custody_refuse();
-- @all

-- Sharing -----------------------------------------------------------------------------------------

-- may: read, work. scope: all, marked (only what bears the mark). Ended by time or by revoking.
-- The mark is `shared_in`: the incident whose partners see it, 0 for none. What is merged into another incident
-- thereby loses its mark there, and has it again when the merge is taken back.
CREATE TABLE incident_share (
    id            PRIMARY_KEY_ID,
    incident_id   BIGINT NOT NULL REFERENCES incident (id),
    org_id        BIGINT NOT NULL REFERENCES org (id),
    may           TEXT NOT NULL,
    scope         TEXT NOT NULL,
    reason        TEXT NOT NULL,
    shared_at     BIGINT NOT NULL,
    shared_by     BIGINT,
    shared_name   TEXT NOT NULL,
    ends_at       BIGINT,
    revoked_at    BIGINT,
    revoked_name  TEXT NOT NULL,
    revoke_reason TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX incident_share_incident ON incident_share (incident_id, org_id);
CREATE INDEX incident_share_org ON incident_share (org_id, incident_id);

ALTER TABLE comment ADD COLUMN shared_in BIGINT NOT NULL DEFAULT 0;
ALTER TABLE task ADD COLUMN shared_in BIGINT NOT NULL DEFAULT 0;
ALTER TABLE incident_event ADD COLUMN shared_in BIGINT NOT NULL DEFAULT 0;
ALTER TABLE incident_observable ADD COLUMN shared_in BIGINT NOT NULL DEFAULT 0;
-- What a partner's search may look through: code and title, not the summary.
ALTER TABLE incident ADD COLUMN title_fold TEXT NOT NULL DEFAULT '';

-- Parties that see an incident whole by taking part. Police and military that help see what is shared with them.
CREATE VIEW incident_whole_party AS
SELECT p.incident_id, p.org_id
FROM incident_party p
JOIN org o ON o.id = p.org_id
WHERE p.part NOT IN ('helper', 'provider') OR o.kind NOT IN ('police', 'military');

-- A share in force, for whoever holds the permission at the organisation or above it. TLP:RED is for named
-- people: no organisation sees it through a share. The casts keep the columns of all parts alike, without which
-- SQLite would not look into the views by the row at hand.
CREATE VIEW incident_share_access AS
SELECT r.account_id, r.permission, s.incident_id, s.scope,
    CAST(CASE WHEN r.valid_from > s.shared_at THEN r.valid_from ELSE s.shared_at END AS BIGINT) AS valid_from,
    CAST(CASE WHEN s.ends_at IS NOT NULL AND s.ends_at < r.valid_to THEN s.ends_at ELSE r.valid_to END AS BIGINT)
        AS valid_to
FROM incident_share s
JOIN incident i ON i.id = s.incident_id AND i.tlp <> 'red'
JOIN org_closure c ON c.descendant = s.org_id
JOIN actor_root r ON r.org_id = c.ancestor
WHERE s.revoked_at IS NULL
  AND (r.permission = 'incident.read' OR (r.permission = 'incident.write' AND s.may = 'work'));

-- Incidents that an account sees whole: as before, and those shared as a whole.
DROP VIEW incident_access;
CREATE VIEW incident_access AS
SELECT r.account_id, r.permission, x.incident_id, r.valid_from, r.valid_to
FROM incident_reach x
JOIN incident i ON i.id = x.incident_id AND i.tlp <> 'red'
JOIN actor_root r ON r.org_id = x.org_id
UNION ALL
SELECT r.account_id, r.permission, m.incident_id, r.valid_from, r.valid_to
FROM incident_member m
JOIN actor_root r ON r.account_id = m.account_id
UNION ALL
SELECT s.account_id, s.permission, s.incident_id, s.valid_from, s.valid_to
FROM incident_share_access s
WHERE s.scope = 'all';

-- Incidents that an account knows of at all. whole = 0: of what belongs to it only the marked parts may be
-- shown, so a statement that lists parts asks incident_access, or for this view and the mark.
CREATE VIEW incident_sight AS
SELECT r.account_id, r.permission, x.incident_id, r.valid_from, r.valid_to, CAST(1 AS BIGINT) AS whole
FROM incident_reach x
JOIN incident i ON i.id = x.incident_id AND i.tlp <> 'red'
JOIN actor_root r ON r.org_id = x.org_id
UNION ALL
SELECT r.account_id, r.permission, m.incident_id, r.valid_from, r.valid_to, CAST(1 AS BIGINT) AS whole
FROM incident_member m
JOIN actor_root r ON r.account_id = m.account_id
UNION ALL
SELECT s.account_id, s.permission, s.incident_id, s.valid_from, s.valid_to,
    CAST(CASE WHEN s.scope = 'all' THEN 1 ELSE 0 END AS BIGINT) AS whole
FROM incident_share_access s;
