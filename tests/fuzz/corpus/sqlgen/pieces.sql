-- What several statements share is a piece: it is filled in here and leaves no trace.

-- piece: valid(row, now)
{row}.valid_from <= {now} AND {row}.valid_to > {now};

-- A piece uses those above it; quotes, commas and parentheses in arguments stay together.
-- piece: granted(kind, id, permission, actor, now)
(SELECT 1 FROM {kind}_access x -- the right to one row
 WHERE x.{kind}_id = {id} AND x.permission = {permission} AND x.account_id = {actor} AND @valid(x, {now})
 LIMIT 1) = 1;

-- piece: today()
DATE('now');
-- @postgres
CURRENT_DATE;

-- piece: since(column)
{column} >= @today() /* of either engine */;

-- name: reports :many
-- in:   actor int, now int
-- out:  id int
SELECT r.id FROM report r
WHERE r.mail <> 'a@granted(b)' AND r.box @@ to_tsquery('{x}') AND r.tag @> lower('A') AND @
    granted(r.id)
  AND @granted(report, COALESCE(r.id, 0), 'report.read, (all)', $1, $2);

-- name: recent :one
-- out:  total int
SELECT COUNT(*) AS total FROM report r WHERE @since(r.at);

-- name: either :one
-- out:  total int
SELECT COUNT(*) AS total FROM report r WHERE @since(r.at);
-- @postgres
SELECT 1 AS total WHERE @since(now());
