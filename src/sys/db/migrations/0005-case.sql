-- Work on many incidents at once and what can be taken back: watching, following up later, merging, splitting,
-- undoing, templates.

-- merged_into: everything of this incident stands in that one; its own address leads there.
ALTER TABLE incident ADD COLUMN merged_into BIGINT REFERENCES incident (id);
ALTER TABLE incident ADD COLUMN follow_up_at BIGINT;
ALTER TABLE incident ADD COLUMN follow_up_note TEXT NOT NULL DEFAULT '';
CREATE INDEX incident_merged ON incident (merged_into);
CREATE INDEX incident_follow_up ON incident (follow_up_at);

CREATE TABLE incident_watcher (
    incident_id BIGINT NOT NULL REFERENCES incident (id),
    account_id  BIGINT NOT NULL REFERENCES account (id),
    added_at    BIGINT NOT NULL,
    PRIMARY KEY (incident_id, account_id)
) STRICT_TABLE;
CREATE INDEX incident_watcher_account ON incident_watcher (account_id, incident_id);

-- A merge of from_id into into_id, or a split of into_id out of from_id, with what is needed to take it back
-- exactly: the state from_id was in, the TLP of into_id. into_entries: entries of the audit log about into_id right
-- after a split, so that work on it since shows.
CREATE TABLE incident_merge (
    id           PRIMARY_KEY_ID,
    kind         TEXT NOT NULL,
    from_id      BIGINT NOT NULL REFERENCES incident (id),
    into_id      BIGINT NOT NULL REFERENCES incident (id),
    at           BIGINT NOT NULL,
    by_id        BIGINT,
    by_name      TEXT NOT NULL,
    state        TEXT NOT NULL,
    state_at     BIGINT NOT NULL,
    contained_at BIGINT,
    closed_at    BIGINT,
    follow_up_at BIGINT,
    tlp_before   TEXT NOT NULL,
    tlp_after    TEXT NOT NULL,
    into_entries BIGINT NOT NULL,
    undone_at    BIGINT,
    undone_by    BIGINT
) STRICT_TABLE;
CREATE INDEX incident_merge_into ON incident_merge (into_id, undone_at);
CREATE INDEX incident_merge_from ON incident_merge (from_id, undone_at);

-- What one merge or split moved: rows by their id, links by the id of the other side. `fresh`: the link was made
-- by it (the other incident did not have it before), so that taking it back removes it.
CREATE TABLE incident_merge_item (
    merge_id BIGINT NOT NULL REFERENCES incident_merge (id),
    what     TEXT NOT NULL,
    item_id  BIGINT NOT NULL,
    fresh    BIGINT NOT NULL,
    at       BIGINT,
    by_id    BIGINT,
    note     TEXT NOT NULL,
    role     TEXT NOT NULL,
    shared_in BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (merge_id, what, item_id)
) STRICT_TABLE;
CREATE INDEX incident_merge_item_what ON incident_merge_item (what, item_id);

-- One change of many records that its maker may take back for a short while: what each was before, and the version
-- it had right after; another version means that somebody has changed it since.
CREATE TABLE undo (
    id         PRIMARY_KEY_ID,
    account_id BIGINT NOT NULL REFERENCES account (id),
    what       TEXT NOT NULL,
    at         BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    total      BIGINT NOT NULL,
    undone_at  BIGINT
) STRICT_TABLE;
CREATE INDEX undo_expires ON undo (expires_at);

CREATE TABLE undo_item (
    undo_id   BIGINT NOT NULL REFERENCES undo (id),
    object_id BIGINT NOT NULL,
    code      TEXT NOT NULL,
    version   BIGINT NOT NULL,
    was       TEXT NOT NULL,
    PRIMARY KEY (undo_id, object_id)
) STRICT_TABLE;

-- What incidents of a known sort begin with; and texts that are written again and again. Both belong to the
-- organisation they were made for and serve it, those above and those below.
CREATE TABLE incident_template (
    id         PRIMARY_KEY_ID,
    org_id     BIGINT NOT NULL REFERENCES org (id),
    name       TEXT NOT NULL,
    title      TEXT NOT NULL,
    summary    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    severity   BIGINT NOT NULL,
    tlp        TEXT NOT NULL,
    serious    BIGINT NOT NULL,
    tasks      TEXT NOT NULL,
    removed_at BIGINT,
    updated_at BIGINT NOT NULL,
    version    BIGINT NOT NULL
) STRICT_TABLE;
CREATE INDEX incident_template_org ON incident_template (org_id);

CREATE TABLE text_template (
    id         PRIMARY_KEY_ID,
    org_id     BIGINT NOT NULL REFERENCES org (id),
    used_for   TEXT NOT NULL,
    name       TEXT NOT NULL,
    body       TEXT NOT NULL,
    removed_at BIGINT,
    updated_at BIGINT NOT NULL,
    version    BIGINT NOT NULL
) STRICT_TABLE;
CREATE INDEX text_template_org ON text_template (org_id);

-- Observables that say nothing about who stands behind two incidents: public resolvers and the like.
CREATE TABLE observable_noise (
    kind  TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, value)
) STRICT_TABLE;
INSERT INTO observable_noise (kind, value) VALUES
    ('ipv4', '0.0.0.0'), ('ipv4', '127.0.0.1'), ('ipv4', '255.255.255.255'),
    ('ipv4', '8.8.8.8'), ('ipv4', '8.8.4.4'), ('ipv4', '1.1.1.1'), ('ipv4', '1.0.0.1'), ('ipv4', '9.9.9.9'),
    ('ipv4', '149.112.112.112'), ('ipv4', '208.67.222.222'), ('ipv4', '208.67.220.220'),
    ('ipv4', '94.140.14.14'), ('ipv4', '94.140.15.15'),
    ('ipv6', '::1'), ('ipv6', '2001:4860:4860::8888'), ('ipv6', '2001:4860:4860::8844'),
    ('ipv6', '2606:4700:4700::1111'), ('ipv6', '2606:4700:4700::1001'), ('ipv6', '2620:fe::fe'),
    ('domain', 'google.com'), ('domain', 'www.google.com'), ('domain', 'gmail.com'), ('domain', 'facebook.com'),
    ('domain', 'www.facebook.com'), ('domain', 'youtube.com'), ('domain', 'zalo.me'), ('domain', 'microsoft.com'),
    ('domain', 'outlook.com'), ('domain', 'office.com'), ('domain', 'windowsupdate.com'), ('domain', 'apple.com'),
    ('domain', 'github.com'), ('domain', 'dns.google'), ('domain', 'one.one.one.one'), ('domain', 'gov.vn'),
    ('domain', 'w3.org'), ('domain', 'www.w3.org'),
    ('md5', 'd41d8cd98f00b204e9800998ecf8427e'),
    ('sha1', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'),
    ('sha256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
