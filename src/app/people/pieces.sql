-- Who may see an account: whoever may see accounts where it has, or had, a role.
-- piece: account_seen(account, actor, now)
EXISTS (SELECT 1 FROM role_grant h
        JOIN actor_org r ON r.org_id = h.org_id
        WHERE h.account_id = {account}.id AND r.account_id = {actor} AND r.permission = 'account.read'
          AND r.valid_from <= {now} AND r.valid_to > {now});

-- piece: grant_holds(granted, now)
{granted}.revoked_at IS NULL AND {granted}.valid_from <= {now}
  AND ({granted}.valid_to IS NULL OR {granted}.valid_to > {now});

-- The grant that holds now and reaches furthest back: it stands for the account in lists.
-- piece: first_grant(account, now)
(SELECT MIN(f.id) FROM role_grant f WHERE f.account_id = {account}.id AND @grant_holds(f, {now}));

-- What the page of the list asks for besides words and state: '' and 0 ask for nothing.
-- piece: people_asked(account, now, role, org)
({role} = '' OR EXISTS (SELECT 1 FROM role_grant k
                        WHERE k.account_id = {account}.id AND k.role = {role} AND @grant_holds(k, {now})))
  AND ({org} = 0 OR EXISTS (SELECT 1 FROM role_grant m
                            JOIN org_closure c ON c.descendant = m.org_id AND c.ancestor = {org}
                            WHERE m.account_id = {account}.id AND @grant_holds(m, {now})));
