-- Who may see a report.

-- piece: report_may(id, permission, actor, now)
EXISTS (SELECT 1 FROM report_access x
        WHERE x.report_id = {id} AND x.account_id = {actor} AND x.permission = {permission}
          AND x.valid_from <= {now} AND x.valid_to > {now});

-- The same for a row at hand and behind OR: see incident_may_row.
-- piece: report_may_row(id, permission, actor, now)
(SELECT 1 FROM report_access x
 WHERE x.report_id = {id} AND x.account_id = {actor} AND x.permission = {permission}
   AND x.valid_from <= {now} AND x.valid_to > {now}
 LIMIT 1) = 1;

-- Those of somebody who reaches a part: id @reports_of(...), as incidents_of.
-- piece: reports_of(permission, actor, now)
IN (SELECT x.report_id FROM report_access x
    WHERE x.account_id = {actor} AND x.permission = {permission} AND x.valid_from <= {now} AND x.valid_to > {now});
-- @postgres
= ANY (ARRAY(SELECT x.report_id FROM report_access x
             WHERE x.account_id = {actor} AND x.permission = {permission}
               AND x.valid_from <= {now} AND x.valid_to > {now}));

-- piece: report_seen(report, actor, now)
(@actor_everywhere('report.read', {actor}, {now}) OR @report_may_row({report}.id, 'report.read', {actor}, {now}));
