-- Who may see an incident.

-- piece: incident_may(id, permission, actor, now)
EXISTS (SELECT 1 FROM incident_access x
        WHERE x.incident_id = {id} AND x.account_id = {actor} AND x.permission = {permission}
          AND x.valid_from <= {now} AND x.valid_to > {now});

-- The same for a row at hand and behind OR, where PostgreSQL would hash every right of everybody for an EXISTS.
-- piece: incident_may_row(id, permission, actor, now)
(SELECT 1 FROM incident_access x
 WHERE x.incident_id = {id} AND x.account_id = {actor} AND x.permission = {permission}
   AND x.valid_from <= {now} AND x.valid_to > {now}
 LIMIT 1) = 1;

-- Whole, or the parts that are marked for partners.
-- piece: incident_sighted(id, permission, actor, now)
EXISTS (SELECT 1 FROM incident_sight x
        WHERE x.incident_id = {id} AND x.account_id = {actor} AND x.permission = {permission}
          AND x.valid_from <= {now} AND x.valid_to > {now});

-- Those of somebody who reaches a part: id @incidents_of(...). As an array they are gathered before anything else:
-- PostgreSQL takes everybody for one who reaches much and would rather read all there is.
-- piece: incidents_of(permission, actor, now)
IN (SELECT x.incident_id FROM incident_access x
    WHERE x.account_id = {actor} AND x.permission = {permission} AND x.valid_from <= {now} AND x.valid_to > {now});
-- @postgres
= ANY (ARRAY(SELECT x.incident_id FROM incident_access x
             WHERE x.account_id = {actor} AND x.permission = {permission}
               AND x.valid_from <= {now} AND x.valid_to > {now}));

-- Who reaches everything sees whatever is not TLP:RED without being asked row by row.
-- piece: incident_wide(incident, actor, now)
({incident}.tlp <> 'red' AND @actor_everywhere('incident.read', {actor}, {now}));

-- piece: incident_allows(incident, permission, actor, now)
(({incident}.tlp <> 'red' AND @actor_everywhere({permission}, {actor}, {now}))
 OR @incident_may_row({incident}.id, {permission}, {actor}, {now}));

-- piece: incident_seen(incident, actor, now)
@incident_allows({incident}, 'incident.read', {actor}, {now});

-- Organisations whose name has the words. What fits a hundred names is not meant as a name.
-- piece: named_orgs(words)
(SELECT u.id FROM (SELECT -w.rowid AS id FROM org_words({words}) AS w UNION ALL
                   SELECT n.id FROM org_near n WHERE words_fit(n.fold, {words}) = 1) AS u LIMIT 100);

-- What the page of the list asks for besides the state. lead 0: nobody leads it.
-- piece: incident_asked(incident, now, kind, severity, org, lead, late, follow, words)
({kind} IS NULL OR {incident}.kind = {kind})
  AND ({severity} IS NULL OR {incident}.severity = {severity})
  AND ({org} IS NULL OR EXISTS (SELECT 1 FROM incident_reach r WHERE r.incident_id = {incident}.id AND r.org_id = {org}))
  AND ({lead} IS NULL OR {incident}.lead_id = {lead} OR ({lead} = 0 AND {incident}.lead_id IS NULL))
  AND ({late} = 0 OR {incident}.next_due_at < {now})
  AND {incident}.merged_into IS NULL
  AND ({follow} <> 1 OR {incident}.follow_up_at IS NULL OR {incident}.follow_up_at <= {now})
  AND ({follow} <> 2 OR {incident}.follow_up_at > {now})
  AND ({words} IS NULL OR {incident}.id IN (
      SELECT -w.rowid FROM incident_words({words}) AS w UNION ALL
      SELECT n.id FROM incident_near n WHERE words_fit(n.fold, {words}) = 1 UNION ALL
      SELECT b.id FROM incident b WHERE b.org_id IN @named_orgs({words})));
