-- A system is in reach of its owner and of who operates it.

-- piece: system_may(system, permission, actor, now)
EXISTS (SELECT 1 FROM actor_org x
        WHERE x.org_id IN ({system}.owner_id, COALESCE({system}.operator_id, {system}.owner_id))
          AND x.account_id = {actor} AND x.permission = {permission}
          AND x.valid_from <= {now} AND x.valid_to > {now});

-- The same as a set, for lists that gather what is in reach first.
-- piece: system_in_orgs(system, actor, now)
({system}.owner_id IN @actor_orgs('system.read', {actor}, {now})
 OR {system}.operator_id IN @actor_orgs('system.read', {actor}, {now}));
