-- name: backup_site_name :maybe
-- out:  value text
SELECT s.value FROM setting s WHERE s.key = 'site.name';
