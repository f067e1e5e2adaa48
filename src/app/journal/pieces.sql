-- Who may see an entry of the audit log: for the site's own organisation (the first at the top of a tree) every entry,
-- else those of people who have, or had, a role in organisations that the actor may ask about.
-- piece: audit_seen(entry, actor, now)
(EXISTS (SELECT 1 FROM actor_root r
         WHERE r.account_id = {actor} AND r.permission = 'audit.read'
           AND r.org_id = (SELECT MIN(o.id) FROM org o WHERE o.parent_id IS NULL)
           AND r.valid_from <= {now} AND r.valid_to > {now})
 OR {entry}.actor_id IN (SELECT g.account_id FROM role_grant g
                         JOIN actor_org r ON r.org_id = g.org_id
                         WHERE r.account_id = {actor} AND r.permission = 'audit.read'
                           AND r.valid_from <= {now} AND r.valid_to > {now}));

-- Administrators keep accounts, not cases: what stands in `detail` about reports and incidents is for those who may read
-- the like.
-- piece: audit_detail(entry, case_content)
CASE WHEN {case_content} = 1 OR {entry}.object_kind NOT IN ('report', 'incident', 'observable', 'file')
     THEN {entry}.detail ELSE '' END;

-- piece: audit_asked(entry, account, who, action, object, from, to, before)
{entry}.seq < {before} AND {entry}.at >= {from} AND {entry}.at < {to}
  AND ({who} = '' OR {account}.login = {who} OR {entry}.actor_name = {who})
  AND ({action} = '' OR substr({entry}.action, 1, length({action})) = {action})
  AND ({object} = '' OR {entry}.object_code = {object});
