-- name: care_newest :one
-- out:  at int
SELECT COALESCE(MAX(a.at), 0) AS at FROM audit a WHERE a.seq > (SELECT h.seq - 100 FROM audit_head h WHERE h.id = 1);

-- name: care_blobs :each
-- out:  sha256 text
SELECT b.sha256 FROM blob b ORDER BY b.sha256;

-- name: care_blob_known :maybe
-- in:   sha256 text
-- out:  size int
SELECT b.size FROM blob b WHERE b.sha256 = $1;

-- name: care_password_of :maybe
-- in:   login text
-- out:  password_hash text
SELECT a.password_hash FROM account a WHERE a.login = $1 AND a.state = 'active';

-- name: care_is_sample :one
-- out:  sample bool
SELECT EXISTS (SELECT 1 FROM setting s WHERE s.key = 'site.sample' AND s.value = '1') AS sample;

-- name: care_administrators :one
-- in:   now int
-- out:  n int
SELECT COUNT(DISTINCT g.account_id) AS n
FROM role_grant g
JOIN account a ON a.id = g.account_id AND a.state = 'active'
WHERE g.role = 'admin' AND g.revoked_at IS NULL AND g.valid_from <= $1
  AND (g.valid_to IS NULL OR g.valid_to > $1);
