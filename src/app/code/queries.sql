-- name: code_counter_next :one
-- in:   prefix text, year int
-- out:  last int
INSERT INTO code_counter (prefix, year, last) VALUES ($1, $2, 1)
ON CONFLICT (prefix, year) DO UPDATE SET last = code_counter.last + 1
RETURNING last;
