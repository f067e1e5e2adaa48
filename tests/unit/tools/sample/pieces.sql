-- What the statements beside this file share.

-- piece: thing_is(id)
id = {id};
