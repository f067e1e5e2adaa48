-- Who may do what where. A permission is 'room.deed'; rights begin and end at a time.

-- The permission at the top of the only tree: everything of everybody.
-- piece: actor_everywhere(permission, actor, now)
EXISTS (SELECT 1 FROM actor_wide w
        WHERE w.account_id = {actor} AND w.permission = {permission} AND w.valid_from <= {now} AND w.valid_to > {now});

-- piece: actor_may(org, permission, actor, now)
EXISTS (SELECT 1 FROM actor_org x
        WHERE x.org_id = {org} AND x.account_id = {actor} AND x.permission = {permission}
          AND x.valid_from <= {now} AND x.valid_to > {now});

-- The organisations for which the actor has the permission: org_id IN @actor_orgs(...)
-- piece: actor_orgs(permission, actor, now)
(SELECT x.org_id FROM actor_org x
 WHERE x.account_id = {actor} AND x.permission = {permission} AND x.valid_from <= {now} AND x.valid_to > {now});
