-- piece: a(x, y, x, int)
{x} + {y} + $1 + {z} + @a(1) + @b(2);
-- piece: b
1;
-- piece: b(1st)
1;
-- piece: a()
1;
-- piece: empty(x)
-- in: a int
-- piece: twice()
1;
2;
-- @postgres
3;
-- @postgres
4;
-- piece: granted(id)
EXISTS (SELECT 1 FROM right x WHERE x.id = {id});
-- piece: idle(a)
1;
-- piece: near(x)
@granted({x}.id) AND @granted(y.id);
-- name: s :one
-- in:   a int, b int
-- out:  n int
SELECT {a} AS n WHERE @granted() AND @granted($1, $2) AND @granted(x.id) AND @granted(X) AND @near(right)
  AND @granted('x.id' || a.x) AND @granted(1) AND @granted(EXISTS (SELECT x.id)) AND @idle() AND @near(,)
  AND @nobody($9, @nowhere()) AND @empty(1) AND @twice();
-- name: t :one
-- out:  n int
SELECT @granted(a ; SELECT 1;
-- name: u :one
-- out:  n int
SELECT @granted((a)
-- piece: late()
1;
-- name: v :one
-- out:  n int
SELECT @late() + @later();
-- piece: later()
@later();
