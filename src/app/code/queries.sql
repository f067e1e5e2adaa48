-- Not one INSERT ... ON CONFLICT DO UPDATE for all: those who wait for it on PostgreSQL all wake up whenever one of them
-- commits, and wait again; those who wait for an UPDATE take their turns.
-- name: code_counter_next :maybe
-- row:  code_counter
-- in:   prefix text, year int
-- out:  last int
UPDATE code_counter SET last = last + 1 WHERE prefix = $1 AND year = $2
RETURNING last;

-- The first of a year; another may have been faster.
-- name: code_counter_first :one
-- row:  code_counter
-- in:   prefix text, year int
-- out:  last int
INSERT INTO code_counter (prefix, year, last) VALUES ($1, $2, 1)
ON CONFLICT (prefix, year) DO UPDATE SET last = code_counter.last + 1
RETURNING last;
