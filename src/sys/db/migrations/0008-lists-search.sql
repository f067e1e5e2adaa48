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

-- Search: an index over the words of every `fold`, kept by the engine in the transaction of the change, whoever
-- makes it. The fold of a comment made before this is filled by `ungcuu search rebuild`, which runs by itself once.
ALTER TABLE comment ADD COLUMN fold TEXT NOT NULL DEFAULT '';

-- @sqlite
CREATE VIRTUAL TABLE incident_words USING fts5(fold, content = 'incident', content_rowid = 'id', tokenize = 'ascii',
    columnsize = 0, prefix = '2 3');
CREATE TRIGGER incident_words_insert AFTER INSERT ON incident
BEGIN INSERT INTO incident_words (rowid, fold) VALUES (new.id, new.fold); END;
CREATE TRIGGER incident_words_update AFTER UPDATE OF fold ON incident WHEN old.fold <> new.fold
BEGIN
    INSERT INTO incident_words (incident_words, rowid, fold) VALUES ('delete', old.id, old.fold);
    INSERT INTO incident_words (rowid, fold) VALUES (new.id, new.fold);
END;
CREATE TRIGGER incident_words_delete AFTER DELETE ON incident
BEGIN INSERT INTO incident_words (incident_words, rowid, fold) VALUES ('delete', old.id, old.fold); END;
INSERT INTO incident_words (incident_words) VALUES ('rebuild');
CREATE VIRTUAL TABLE report_words USING fts5(fold, content = 'report', content_rowid = 'id', tokenize = 'ascii',
    columnsize = 0, prefix = '2 3');
CREATE TRIGGER report_words_insert AFTER INSERT ON report
BEGIN INSERT INTO report_words (rowid, fold) VALUES (new.id, new.fold); END;
CREATE TRIGGER report_words_update AFTER UPDATE OF fold ON report WHEN old.fold <> new.fold
BEGIN
    INSERT INTO report_words (report_words, rowid, fold) VALUES ('delete', old.id, old.fold);
    INSERT INTO report_words (rowid, fold) VALUES (new.id, new.fold);
END;
CREATE TRIGGER report_words_delete AFTER DELETE ON report
BEGIN INSERT INTO report_words (report_words, rowid, fold) VALUES ('delete', old.id, old.fold); END;
INSERT INTO report_words (report_words) VALUES ('rebuild');
CREATE VIRTUAL TABLE system_words USING fts5(fold, content = 'system', content_rowid = 'id', tokenize = 'ascii',
    columnsize = 0, prefix = '2 3');
CREATE TRIGGER system_words_insert AFTER INSERT ON system
BEGIN INSERT INTO system_words (rowid, fold) VALUES (new.id, new.fold); END;
CREATE TRIGGER system_words_update AFTER UPDATE OF fold ON system WHEN old.fold <> new.fold
BEGIN
    INSERT INTO system_words (system_words, rowid, fold) VALUES ('delete', old.id, old.fold);
    INSERT INTO system_words (rowid, fold) VALUES (new.id, new.fold);
END;
CREATE TRIGGER system_words_delete AFTER DELETE ON system
BEGIN INSERT INTO system_words (system_words, rowid, fold) VALUES ('delete', old.id, old.fold); END;
INSERT INTO system_words (system_words) VALUES ('rebuild');
CREATE VIRTUAL TABLE org_words USING fts5(fold, content = 'org', content_rowid = 'id', tokenize = 'ascii',
    columnsize = 0, prefix = '2 3');
CREATE TRIGGER org_words_insert AFTER INSERT ON org
BEGIN INSERT INTO org_words (rowid, fold) VALUES (new.id, new.fold); END;
CREATE TRIGGER org_words_update AFTER UPDATE OF fold ON org WHEN old.fold <> new.fold
BEGIN
    INSERT INTO org_words (org_words, rowid, fold) VALUES ('delete', old.id, old.fold);
    INSERT INTO org_words (rowid, fold) VALUES (new.id, new.fold);
END;
CREATE TRIGGER org_words_delete AFTER DELETE ON org
BEGIN INSERT INTO org_words (org_words, rowid, fold) VALUES ('delete', old.id, old.fold); END;
INSERT INTO org_words (org_words) VALUES ('rebuild');
CREATE VIRTUAL TABLE comment_words USING fts5(fold, content = 'comment', content_rowid = 'id', tokenize = 'ascii',
    columnsize = 0, prefix = '2 3');
CREATE TRIGGER comment_words_insert AFTER INSERT ON comment
BEGIN INSERT INTO comment_words (rowid, fold) VALUES (new.id, new.fold); END;
-- A rebuild fills every fold first and indexes all of them at once: a thousand times faster than one by one.
CREATE TRIGGER comment_words_update AFTER UPDATE OF fold ON comment
WHEN old.fold <> new.fold AND NOT EXISTS (SELECT 1 FROM setting WHERE key = 'search.rebuilding')
BEGIN
    INSERT INTO comment_words (comment_words, rowid, fold) VALUES ('delete', old.id, old.fold);
    INSERT INTO comment_words (rowid, fold) VALUES (new.id, new.fold);
END;
CREATE TRIGGER comment_words_delete AFTER DELETE ON comment
BEGIN INSERT INTO comment_words (comment_words, rowid, fold) VALUES ('delete', old.id, old.fold); END;
INSERT INTO comment_words (comment_words) VALUES ('rebuild');
-- @postgres
ALTER TABLE incident ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, fold)) STORED;
CREATE INDEX incident_words ON incident USING gin (words);
ALTER TABLE report ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, fold)) STORED;
CREATE INDEX report_words ON report USING gin (words);
ALTER TABLE system ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, fold)) STORED;
CREATE INDEX system_words ON system USING gin (words);
ALTER TABLE org ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, fold)) STORED;
CREATE INDEX org_words ON org USING gin (words);
ALTER TABLE comment ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, fold)) STORED;
CREATE INDEX comment_words ON comment USING gin (words);
-- @all
