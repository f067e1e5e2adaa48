-- The list of observables: in how many incidents each stands, and in how many of these that are not TLP:RED. Kept by
-- triggers in the transaction of the change, so that no writer can forget it; whoever adds a link has the row of the
-- observable in hand anyway.
ALTER TABLE observable ADD COLUMN held BIGINT NOT NULL DEFAULT 0;
ALTER TABLE observable ADD COLUMN plain BIGINT NOT NULL DEFAULT 0;
UPDATE observable SET held = k.held, plain = k.plain
FROM (SELECT x.observable_id, COUNT(*) AS held, SUM(CASE WHEN i.tlp = 'red' THEN 0 ELSE 1 END) AS plain
      FROM incident_observable x JOIN incident i ON i.id = x.incident_id
      GROUP BY x.observable_id) AS k
WHERE observable.id = k.observable_id;
-- The orders of the list. What only reports name is not in it.
CREATE INDEX observable_recent ON observable (last_seen, id, kind, plain) WHERE held > 0;
CREATE INDEX observable_often ON observable (plain, id, kind) WHERE held > 0;
CREATE INDEX observable_first ON observable (first_seen, id) WHERE held > 0;
CREATE INDEX incident_tlp ON incident (tlp, id);

-- A restored row brings its numbers along; its links, whether they came before or come behind it, are counted anew.
-- @sqlite
CREATE TRIGGER observable_counted AFTER INSERT ON observable WHEN new.held <> 0 OR new.plain <> 0
    OR EXISTS (SELECT 1 FROM incident_observable x WHERE x.observable_id = new.id)
BEGIN
    UPDATE observable SET
        held = (SELECT COUNT(*) FROM incident_observable x WHERE x.observable_id = new.id),
        plain = (SELECT COUNT(*) FROM incident_observable x JOIN incident i ON i.id = x.incident_id AND i.tlp <> 'red'
                 WHERE x.observable_id = new.id)
    WHERE id = new.id;
END;
CREATE TRIGGER observable_linked AFTER INSERT ON incident_observable
BEGIN
    UPDATE observable SET held = held + 1,
        plain = plain + CASE WHEN (SELECT i.tlp FROM incident i WHERE i.id = new.incident_id) <> 'red' THEN 1 ELSE 0 END
    WHERE id = new.observable_id;
END;
CREATE TRIGGER observable_unlinked AFTER DELETE ON incident_observable
BEGIN
    UPDATE observable SET held = held - 1,
        plain = plain - CASE WHEN (SELECT i.tlp FROM incident i WHERE i.id = old.incident_id) <> 'red' THEN 1 ELSE 0 END
    WHERE id = old.observable_id;
END;
CREATE TRIGGER observable_red AFTER UPDATE OF tlp ON incident WHEN (old.tlp = 'red') <> (new.tlp = 'red')
BEGIN
    UPDATE observable SET plain = plain + CASE WHEN new.tlp = 'red' THEN -1 ELSE 1 END
    WHERE id IN (SELECT x.observable_id FROM incident_observable x WHERE x.incident_id = new.id);
END;
-- @postgres
CREATE FUNCTION observable_counted() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN
    UPDATE observable SET
        held = (SELECT COUNT(*) FROM incident_observable x WHERE x.observable_id = new.id),
        plain = (SELECT COUNT(*) FROM incident_observable x JOIN incident i ON i.id = x.incident_id AND i.tlp <> $t$red$t$
                 WHERE x.observable_id = new.id)
    WHERE id = new.id AND (new.held <> 0 OR new.plain <> 0
        OR EXISTS (SELECT 1 FROM incident_observable x WHERE x.observable_id = new.id));
    RETURN NULL;
END';
CREATE TRIGGER observable_counted AFTER INSERT ON observable FOR EACH ROW EXECUTE FUNCTION observable_counted();
CREATE FUNCTION observable_linked() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN
    UPDATE observable SET held = held + 1,
        plain = plain + CASE WHEN (SELECT i.tlp FROM incident i WHERE i.id = new.incident_id) <> $t$red$t$ THEN 1 ELSE 0 END
    WHERE id = new.observable_id;
    RETURN NULL;
END';
CREATE TRIGGER observable_linked AFTER INSERT ON incident_observable
FOR EACH ROW EXECUTE FUNCTION observable_linked();
CREATE FUNCTION observable_unlinked() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN
    UPDATE observable SET held = held - 1,
        plain = plain - CASE WHEN (SELECT i.tlp FROM incident i WHERE i.id = old.incident_id) <> $t$red$t$ THEN 1 ELSE 0 END
    WHERE id = old.observable_id;
    RETURN NULL;
END';
CREATE TRIGGER observable_unlinked AFTER DELETE ON incident_observable
FOR EACH ROW EXECUTE FUNCTION observable_unlinked();
CREATE FUNCTION observable_red() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN
    UPDATE observable SET plain = plain + CASE WHEN new.tlp = $t$red$t$ THEN -1 ELSE 1 END
    WHERE id IN (SELECT x.observable_id FROM incident_observable x WHERE x.incident_id = new.id);
    RETURN NULL;
END';
CREATE TRIGGER observable_red AFTER UPDATE OF tlp ON incident FOR EACH ROW
WHEN ((old.tlp = 'red') <> (new.tlp = 'red')) EXECUTE FUNCTION observable_red();
-- @all
