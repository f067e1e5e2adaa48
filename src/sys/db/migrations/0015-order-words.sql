-- What names are sorted by, made by text_sort_key: as a Vietnamese dictionary has them, alike on both engines. The keys
-- of rows older than this are filled when the site is next opened (app/order).
ALTER TABLE org ADD COLUMN sort_key TEXT NOT NULL DEFAULT '';
ALTER TABLE system ADD COLUMN sort_key TEXT NOT NULL DEFAULT '';
ALTER TABLE account ADD COLUMN sort_key TEXT NOT NULL DEFAULT '';
-- Lists walk these in order until a page is full, and read whole only the rows of the page.
CREATE INDEX org_sorted ON org (sort_key, id, kind, valid_to);
CREATE INDEX system_sorted ON system (sort_key, id, level, state, owner_id, operator_id);
CREATE INDEX account_sorted ON account (sort_key, id);
-- How many of the incidents of a system are open is asked of these few.
CREATE INDEX incident_open_id ON incident (id) WHERE state <> 'closed';

-- The ids of which the words fit, asked alike on both engines: SELECT w.rowid FROM system_words($1) AS w. On SQLite
-- every table of FTS5 is such a function.
-- @postgres
CREATE FUNCTION incident_words(query text) RETURNS TABLE (rowid bigint) LANGUAGE sql STABLE
AS 'SELECT f.id FROM incident f WHERE f.words @@ to_tsquery(''simple'', query)';
CREATE FUNCTION report_words(query text) RETURNS TABLE (rowid bigint) LANGUAGE sql STABLE
AS 'SELECT f.id FROM report f WHERE f.words @@ to_tsquery(''simple'', query)';
CREATE FUNCTION system_words(query text) RETURNS TABLE (rowid bigint) LANGUAGE sql STABLE
AS 'SELECT f.id FROM system f WHERE f.words @@ to_tsquery(''simple'', query)';
CREATE FUNCTION org_words(query text) RETURNS TABLE (rowid bigint) LANGUAGE sql STABLE
AS 'SELECT f.id FROM org f WHERE f.words @@ to_tsquery(''simple'', query)';
-- @all
