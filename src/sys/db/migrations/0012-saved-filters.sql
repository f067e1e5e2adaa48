-- A filter of a list under a name: `query` holds the arguments of the list's address, in the program's own order and
-- encoding, nothing else. org_id: those who hold a role for that organisation may use it too.
CREATE TABLE saved_filter (
    id         PRIMARY_KEY_ID,
    account_id BIGINT NOT NULL REFERENCES account (id),
    org_id     BIGINT REFERENCES org (id),
    list       TEXT NOT NULL,
    name       TEXT NOT NULL,
    fold       TEXT NOT NULL,
    query      TEXT NOT NULL,
    saved_at   BIGINT NOT NULL,
    removed_at BIGINT
) STRICT_TABLE;
CREATE INDEX saved_filter_account ON saved_filter (account_id, list);
CREATE INDEX saved_filter_org ON saved_filter (org_id, list);

-- With which of them a person wants a list to open.
CREATE TABLE filter_default (
    account_id BIGINT NOT NULL REFERENCES account (id),
    list       TEXT NOT NULL,
    filter_id  BIGINT NOT NULL REFERENCES saved_filter (id),
    PRIMARY KEY (account_id, list)
) STRICT_TABLE;
CREATE INDEX filter_default_filter ON filter_default (filter_id);
