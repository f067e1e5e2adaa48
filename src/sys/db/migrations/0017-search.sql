-- Search at the size of a nation. Names of files and letters of a case are found too. The index and what these folds
-- hold are made by `ungcuu search rebuild`, which runs by itself once.
ALTER TABLE attachment ADD COLUMN fold TEXT NOT NULL DEFAULT '';
ALTER TABLE mail ADD COLUMN fold TEXT NOT NULL DEFAULT '';

-- @sqlite
-- The rows of the index are numbered -id: the newest is the first one that the engine reads. It takes records in
-- batches, for one record costs it as much as thirty: what is newer than the newest in the index (its mark) is read
-- in the table itself, at most 31 records. Nothing else tells which those are, so nothing can disagree with the index.
DROP TRIGGER incident_words_insert;
DROP TRIGGER incident_words_update;
DROP TRIGGER incident_words_delete;
DROP TABLE incident_words;
CREATE VIRTUAL TABLE incident_words USING fts5(fold, content = '', tokenize = 'ascii', prefix = '2 3');
CREATE TRIGGER incident_words_insert AFTER INSERT ON incident
WHEN new.id > COALESCE((SELECT -MIN(d.id) FROM incident_words_docsize d), 0) + 31
BEGIN
    INSERT INTO incident_words (rowid, fold)
    SELECT -r.id, r.fold FROM incident r WHERE r.id > COALESCE((SELECT -MIN(d.id) FROM incident_words_docsize d), 0)
    ORDER BY r.id DESC;
END;
CREATE TRIGGER incident_words_insert_old AFTER INSERT ON incident
WHEN new.id <= COALESCE((SELECT -MIN(d.id) FROM incident_words_docsize d), 0)
BEGIN INSERT INTO incident_words (rowid, fold) VALUES (-new.id, new.fold); END;
CREATE TRIGGER incident_words_update AFTER UPDATE OF fold ON incident
WHEN old.fold <> new.fold AND new.id <= COALESCE((SELECT -MIN(d.id) FROM incident_words_docsize d), 0)
BEGIN
    INSERT INTO incident_words (incident_words, rowid, fold) VALUES ('delete', -old.id, old.fold);
    INSERT INTO incident_words (rowid, fold) VALUES (-new.id, new.fold);
END;
CREATE TRIGGER incident_words_delete AFTER DELETE ON incident
WHEN old.id <= COALESCE((SELECT -MIN(d.id) FROM incident_words_docsize d), 0)
BEGIN INSERT INTO incident_words (incident_words, rowid, fold) VALUES ('delete', -old.id, old.fold); END;
CREATE VIEW incident_near AS SELECT r.id, r.fold FROM incident r WHERE r.id > COALESCE((SELECT -MIN(d.id) FROM incident_words_docsize d), 0);
DROP TRIGGER report_words_insert;
DROP TRIGGER report_words_update;
DROP TRIGGER report_words_delete;
DROP TABLE report_words;
CREATE VIRTUAL TABLE report_words USING fts5(fold, content = '', tokenize = 'ascii', prefix = '2 3');
CREATE TRIGGER report_words_insert AFTER INSERT ON report
WHEN new.id > COALESCE((SELECT -MIN(d.id) FROM report_words_docsize d), 0) + 31
BEGIN
    INSERT INTO report_words (rowid, fold)
    SELECT -r.id, r.fold FROM report r WHERE r.id > COALESCE((SELECT -MIN(d.id) FROM report_words_docsize d), 0)
    ORDER BY r.id DESC;
END;
CREATE TRIGGER report_words_insert_old AFTER INSERT ON report
WHEN new.id <= COALESCE((SELECT -MIN(d.id) FROM report_words_docsize d), 0)
BEGIN INSERT INTO report_words (rowid, fold) VALUES (-new.id, new.fold); END;
CREATE TRIGGER report_words_update AFTER UPDATE OF fold ON report
WHEN old.fold <> new.fold AND new.id <= COALESCE((SELECT -MIN(d.id) FROM report_words_docsize d), 0)
BEGIN
    INSERT INTO report_words (report_words, rowid, fold) VALUES ('delete', -old.id, old.fold);
    INSERT INTO report_words (rowid, fold) VALUES (-new.id, new.fold);
END;
CREATE TRIGGER report_words_delete AFTER DELETE ON report
WHEN old.id <= COALESCE((SELECT -MIN(d.id) FROM report_words_docsize d), 0)
BEGIN INSERT INTO report_words (report_words, rowid, fold) VALUES ('delete', -old.id, old.fold); END;
CREATE VIEW report_near AS SELECT r.id, r.fold FROM report r WHERE r.id > COALESCE((SELECT -MIN(d.id) FROM report_words_docsize d), 0);
DROP TRIGGER system_words_insert;
DROP TRIGGER system_words_update;
DROP TRIGGER system_words_delete;
DROP TABLE system_words;
CREATE VIRTUAL TABLE system_words USING fts5(fold, content = '', tokenize = 'ascii', prefix = '2 3');
CREATE TRIGGER system_words_insert AFTER INSERT ON system
WHEN new.id > COALESCE((SELECT -MIN(d.id) FROM system_words_docsize d), 0) + 31
BEGIN
    INSERT INTO system_words (rowid, fold)
    SELECT -r.id, r.fold FROM system r WHERE r.id > COALESCE((SELECT -MIN(d.id) FROM system_words_docsize d), 0)
    ORDER BY r.id DESC;
END;
CREATE TRIGGER system_words_insert_old AFTER INSERT ON system
WHEN new.id <= COALESCE((SELECT -MIN(d.id) FROM system_words_docsize d), 0)
BEGIN INSERT INTO system_words (rowid, fold) VALUES (-new.id, new.fold); END;
CREATE TRIGGER system_words_update AFTER UPDATE OF fold ON system
WHEN old.fold <> new.fold AND new.id <= COALESCE((SELECT -MIN(d.id) FROM system_words_docsize d), 0)
BEGIN
    INSERT INTO system_words (system_words, rowid, fold) VALUES ('delete', -old.id, old.fold);
    INSERT INTO system_words (rowid, fold) VALUES (-new.id, new.fold);
END;
CREATE TRIGGER system_words_delete AFTER DELETE ON system
WHEN old.id <= COALESCE((SELECT -MIN(d.id) FROM system_words_docsize d), 0)
BEGIN INSERT INTO system_words (system_words, rowid, fold) VALUES ('delete', -old.id, old.fold); END;
CREATE VIEW system_near AS SELECT r.id, r.fold FROM system r WHERE r.id > COALESCE((SELECT -MIN(d.id) FROM system_words_docsize d), 0);
DROP TRIGGER org_words_insert;
DROP TRIGGER org_words_update;
DROP TRIGGER org_words_delete;
DROP TABLE org_words;
CREATE VIRTUAL TABLE org_words USING fts5(fold, content = '', tokenize = 'ascii', prefix = '2 3');
CREATE TRIGGER org_words_insert AFTER INSERT ON org
WHEN new.id > COALESCE((SELECT -MIN(d.id) FROM org_words_docsize d), 0) + 31
BEGIN
    INSERT INTO org_words (rowid, fold)
    SELECT -r.id, r.fold FROM org r WHERE r.id > COALESCE((SELECT -MIN(d.id) FROM org_words_docsize d), 0)
    ORDER BY r.id DESC;
END;
CREATE TRIGGER org_words_insert_old AFTER INSERT ON org
WHEN new.id <= COALESCE((SELECT -MIN(d.id) FROM org_words_docsize d), 0)
BEGIN INSERT INTO org_words (rowid, fold) VALUES (-new.id, new.fold); END;
CREATE TRIGGER org_words_update AFTER UPDATE OF fold ON org
WHEN old.fold <> new.fold AND new.id <= COALESCE((SELECT -MIN(d.id) FROM org_words_docsize d), 0)
BEGIN
    INSERT INTO org_words (org_words, rowid, fold) VALUES ('delete', -old.id, old.fold);
    INSERT INTO org_words (rowid, fold) VALUES (-new.id, new.fold);
END;
CREATE TRIGGER org_words_delete AFTER DELETE ON org
WHEN old.id <= COALESCE((SELECT -MIN(d.id) FROM org_words_docsize d), 0)
BEGIN INSERT INTO org_words (org_words, rowid, fold) VALUES ('delete', -old.id, old.fold); END;
CREATE VIEW org_near AS SELECT r.id, r.fold FROM org r WHERE r.id > COALESCE((SELECT -MIN(d.id) FROM org_words_docsize d), 0);
DROP TRIGGER comment_words_insert;
DROP TRIGGER comment_words_update;
DROP TRIGGER comment_words_delete;
DROP TABLE comment_words;
CREATE VIRTUAL TABLE comment_words USING fts5(fold, content = '', tokenize = 'ascii', prefix = '2 3');
CREATE TRIGGER comment_words_insert AFTER INSERT ON comment
WHEN new.id > COALESCE((SELECT -MIN(d.id) FROM comment_words_docsize d), 0) + 31
BEGIN
    INSERT INTO comment_words (rowid, fold)
    SELECT -r.id, r.fold FROM comment r WHERE r.id > COALESCE((SELECT -MIN(d.id) FROM comment_words_docsize d), 0)
    ORDER BY r.id DESC;
END;
CREATE TRIGGER comment_words_insert_old AFTER INSERT ON comment
WHEN new.id <= COALESCE((SELECT -MIN(d.id) FROM comment_words_docsize d), 0)
BEGIN INSERT INTO comment_words (rowid, fold) VALUES (-new.id, new.fold); END;
CREATE TRIGGER comment_words_update AFTER UPDATE OF fold ON comment
WHEN old.fold <> new.fold AND new.id <= COALESCE((SELECT -MIN(d.id) FROM comment_words_docsize d), 0)
  AND NOT EXISTS (SELECT 1 FROM setting WHERE key = 'search.rebuilding')
BEGIN
    INSERT INTO comment_words (comment_words, rowid, fold) VALUES ('delete', -old.id, old.fold);
    INSERT INTO comment_words (rowid, fold) VALUES (-new.id, new.fold);
END;
CREATE TRIGGER comment_words_delete AFTER DELETE ON comment
WHEN old.id <= COALESCE((SELECT -MIN(d.id) FROM comment_words_docsize d), 0)
BEGIN INSERT INTO comment_words (comment_words, rowid, fold) VALUES ('delete', -old.id, old.fold); END;
CREATE VIEW comment_near AS SELECT r.id, r.fold FROM comment r WHERE r.id > COALESCE((SELECT -MIN(d.id) FROM comment_words_docsize d), 0);
CREATE VIRTUAL TABLE attachment_words USING fts5(fold, content = '', tokenize = 'ascii', prefix = '2 3');
CREATE TRIGGER attachment_words_insert AFTER INSERT ON attachment
WHEN new.id > COALESCE((SELECT -MIN(d.id) FROM attachment_words_docsize d), 0) + 31
BEGIN
    INSERT INTO attachment_words (rowid, fold)
    SELECT -r.id, r.fold FROM attachment r WHERE r.id > COALESCE((SELECT -MIN(d.id) FROM attachment_words_docsize d), 0)
    ORDER BY r.id DESC;
END;
CREATE TRIGGER attachment_words_insert_old AFTER INSERT ON attachment
WHEN new.id <= COALESCE((SELECT -MIN(d.id) FROM attachment_words_docsize d), 0)
BEGIN INSERT INTO attachment_words (rowid, fold) VALUES (-new.id, new.fold); END;
CREATE TRIGGER attachment_words_update AFTER UPDATE OF fold ON attachment
WHEN old.fold <> new.fold AND new.id <= COALESCE((SELECT -MIN(d.id) FROM attachment_words_docsize d), 0)
  AND NOT EXISTS (SELECT 1 FROM setting WHERE key = 'search.rebuilding')
BEGIN
    INSERT INTO attachment_words (attachment_words, rowid, fold) VALUES ('delete', -old.id, old.fold);
    INSERT INTO attachment_words (rowid, fold) VALUES (-new.id, new.fold);
END;
CREATE TRIGGER attachment_words_delete AFTER DELETE ON attachment
WHEN old.id <= COALESCE((SELECT -MIN(d.id) FROM attachment_words_docsize d), 0)
BEGIN INSERT INTO attachment_words (attachment_words, rowid, fold) VALUES ('delete', -old.id, old.fold); END;
CREATE VIEW attachment_near AS SELECT r.id, r.fold FROM attachment r WHERE r.id > COALESCE((SELECT -MIN(d.id) FROM attachment_words_docsize d), 0);
CREATE VIRTUAL TABLE mail_words USING fts5(fold, content = '', tokenize = 'ascii', prefix = '2 3');
CREATE TRIGGER mail_words_insert AFTER INSERT ON mail
WHEN new.id > COALESCE((SELECT -MIN(d.id) FROM mail_words_docsize d), 0) + 31
BEGIN
    INSERT INTO mail_words (rowid, fold)
    SELECT -r.id, r.fold FROM mail r WHERE r.id > COALESCE((SELECT -MIN(d.id) FROM mail_words_docsize d), 0)
    ORDER BY r.id DESC;
END;
CREATE TRIGGER mail_words_insert_old AFTER INSERT ON mail
WHEN new.id <= COALESCE((SELECT -MIN(d.id) FROM mail_words_docsize d), 0)
BEGIN INSERT INTO mail_words (rowid, fold) VALUES (-new.id, new.fold); END;
CREATE TRIGGER mail_words_update AFTER UPDATE OF fold ON mail
WHEN old.fold <> new.fold AND new.id <= COALESCE((SELECT -MIN(d.id) FROM mail_words_docsize d), 0)
  AND NOT EXISTS (SELECT 1 FROM setting WHERE key = 'search.rebuilding')
BEGIN
    INSERT INTO mail_words (mail_words, rowid, fold) VALUES ('delete', -old.id, old.fold);
    INSERT INTO mail_words (rowid, fold) VALUES (-new.id, new.fold);
END;
CREATE TRIGGER mail_words_delete AFTER DELETE ON mail
WHEN old.id <= COALESCE((SELECT -MIN(d.id) FROM mail_words_docsize d), 0)
BEGIN INSERT INTO mail_words (mail_words, rowid, fold) VALUES ('delete', -old.id, old.fold); END;
CREATE VIEW mail_near AS SELECT r.id, r.fold FROM mail r WHERE r.id > COALESCE((SELECT -MIN(d.id) FROM mail_words_docsize d), 0);
-- @postgres
ALTER TABLE attachment ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, fold)) STORED;
CREATE INDEX attachment_words ON attachment USING gin (words);
ALTER TABLE mail ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, fold)) STORED;
CREATE INDEX mail_words ON mail USING gin (words);
-- As on SQLite, so that a list has one statement for both. The index holds everything here: nothing is near.
DROP FUNCTION incident_words(text);
DROP FUNCTION report_words(text);
DROP FUNCTION system_words(text);
DROP FUNCTION org_words(text);
CREATE FUNCTION words_fit(fold text, query text) RETURNS BIGINT LANGUAGE sql IMMUTABLE
AS 'SELECT CASE WHEN to_tsvector(''simple''::regconfig, fold) @@ to_tsquery(''simple''::regconfig, query) THEN CAST(1 AS BIGINT) ELSE 0 END';
CREATE FUNCTION incident_words(query text) RETURNS TABLE (rowid bigint) LANGUAGE sql STABLE
AS 'SELECT -f.id FROM incident f WHERE f.words @@ to_tsquery(''simple'', query)';
CREATE VIEW incident_near AS SELECT r.id, r.fold FROM incident r WHERE FALSE;
CREATE FUNCTION report_words(query text) RETURNS TABLE (rowid bigint) LANGUAGE sql STABLE
AS 'SELECT -f.id FROM report f WHERE f.words @@ to_tsquery(''simple'', query)';
CREATE VIEW report_near AS SELECT r.id, r.fold FROM report r WHERE FALSE;
CREATE FUNCTION system_words(query text) RETURNS TABLE (rowid bigint) LANGUAGE sql STABLE
AS 'SELECT -f.id FROM system f WHERE f.words @@ to_tsquery(''simple'', query)';
CREATE VIEW system_near AS SELECT r.id, r.fold FROM system r WHERE FALSE;
CREATE FUNCTION org_words(query text) RETURNS TABLE (rowid bigint) LANGUAGE sql STABLE
AS 'SELECT -f.id FROM org f WHERE f.words @@ to_tsquery(''simple'', query)';
CREATE VIEW org_near AS SELECT r.id, r.fold FROM org r WHERE FALSE;
CREATE FUNCTION comment_words(query text) RETURNS TABLE (rowid bigint) LANGUAGE sql STABLE
AS 'SELECT -f.id FROM comment f WHERE f.words @@ to_tsquery(''simple'', query)';
CREATE VIEW comment_near AS SELECT r.id, r.fold FROM comment r WHERE FALSE;
CREATE FUNCTION attachment_words(query text) RETURNS TABLE (rowid bigint) LANGUAGE sql STABLE
AS 'SELECT -f.id FROM attachment f WHERE f.words @@ to_tsquery(''simple'', query)';
CREATE VIEW attachment_near AS SELECT r.id, r.fold FROM attachment r WHERE FALSE;
CREATE FUNCTION mail_words(query text) RETURNS TABLE (rowid bigint) LANGUAGE sql STABLE
AS 'SELECT -f.id FROM mail f WHERE f.words @@ to_tsquery(''simple'', query)';
CREATE VIEW mail_near AS SELECT r.id, r.fold FROM mail r WHERE FALSE;
-- @all
