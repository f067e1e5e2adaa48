-- Settings of the site, people, places, systems, reports, incidents.
-- Times are milliseconds since 1970 UTC; truth values are 0 or 1; `fold` columns hold text_fold() of what
-- search looks through; addresses are 16 bytes (IPv4 mapped into IPv6), so both engines order them alike.

CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT_TABLE;

-- Running numbers behind codes such as SC-2026-0042.
CREATE TABLE code_counter (
    prefix TEXT NOT NULL,
    year   BIGINT NOT NULL,
    last   BIGINT NOT NULL,
    PRIMARY KEY (prefix, year)
) STRICT_TABLE;

-- The audit log: seq is without gaps; hash = SHA-256 over prev_hash and the row's fields.
CREATE TABLE audit (
    seq         BIGINT PRIMARY KEY,
    at          BIGINT NOT NULL,
    actor_id    BIGINT,
    actor_name  TEXT NOT NULL,
    action      TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id   BIGINT,
    object_code TEXT NOT NULL,
    address     TEXT NOT NULL,
    detail      TEXT NOT NULL,
    prev_hash   TEXT NOT NULL,
    hash        TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX audit_object ON audit (object_kind, object_id, seq);
CREATE INDEX audit_actor ON audit (actor_id, seq);

-- The newest link of the chain: locked by every writer, so the chain has one order.
CREATE TABLE audit_head (
    id   BIGINT PRIMARY KEY,
    seq  BIGINT NOT NULL,
    hash TEXT NOT NULL
) STRICT_TABLE;
INSERT INTO audit_head (id, seq, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- Organisations -----------------------------------------------------------------------------------

CREATE TABLE org (
    id         PRIMARY_KEY_ID,
    code       TEXT NOT NULL UNIQUE,
    uuid       TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    short_name TEXT NOT NULL,
    parent_id  BIGINT REFERENCES org (id),
    valid_from BIGINT,
    valid_to   BIGINT,
    address    TEXT NOT NULL,
    phone      TEXT NOT NULL,
    email      TEXT NOT NULL,
    website    TEXT NOT NULL,
    unit_code  TEXT NOT NULL,
    note       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    fold       TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX org_parent ON org (parent_id);
CREATE INDEX org_unit ON org (unit_code);

CREATE TABLE org_closure (
    ancestor   BIGINT NOT NULL REFERENCES org (id),
    descendant BIGINT NOT NULL REFERENCES org (id),
    depth      BIGINT NOT NULL,
    PRIMARY KEY (ancestor, descendant)
) STRICT_TABLE;
CREATE INDEX org_closure_up ON org_closure (descendant, ancestor);

-- Names an organisation bore, with the time of each.
CREATE TABLE org_name (
    id         PRIMARY_KEY_ID,
    org_id     BIGINT NOT NULL REFERENCES org (id),
    name       TEXT NOT NULL,
    valid_from BIGINT,
    valid_to   BIGINT,
    document   TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX org_name_org ON org_name (org_id);

-- from_id was merged into, split into, renamed or replaced by to_id.
CREATE TABLE org_succession (
    from_id  BIGINT NOT NULL REFERENCES org (id),
    to_id    BIGINT NOT NULL REFERENCES org (id),
    kind     TEXT NOT NULL,
    at       BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (from_id, to_id)
) STRICT_TABLE;
CREATE INDEX org_succession_to ON org_succession (to_id);

CREATE TABLE org_contact (
    id       PRIMARY_KEY_ID,
    org_id   BIGINT NOT NULL REFERENCES org (id),
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    position TEXT NOT NULL,
    phone    TEXT NOT NULL,
    mobile   TEXT NOT NULL,
    email    TEXT NOT NULL,
    other    TEXT NOT NULL,
    public   BIGINT NOT NULL,
    sort     BIGINT NOT NULL
) STRICT_TABLE;
CREATE INDEX org_contact_org ON org_contact (org_id, sort);

CREATE TABLE org_domain (
    org_id BIGINT NOT NULL REFERENCES org (id),
    domain TEXT NOT NULL,
    PRIMARY KEY (org_id, domain)
) STRICT_TABLE;
CREATE INDEX org_domain_domain ON org_domain (domain);

CREATE TABLE org_range (
    id         PRIMARY_KEY_ID,
    org_id     BIGINT NOT NULL REFERENCES org (id),
    cidr       TEXT NOT NULL,
    first_addr BLOB_TYPE NOT NULL,
    last_addr  BLOB_TYPE NOT NULL,
    UNIQUE (org_id, cidr)
) STRICT_TABLE;
CREATE INDEX org_range_first ON org_range (first_addr, last_addr);

CREATE TABLE org_asn (
    org_id BIGINT NOT NULL REFERENCES org (id),
    asn    BIGINT NOT NULL,
    PRIMARY KEY (org_id, asn)
) STRICT_TABLE;

-- Accounts ----------------------------------------------------------------------------------------

CREATE TABLE account (
    id            PRIMARY_KEY_ID,
    login         TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    email         TEXT NOT NULL,
    phone         TEXT NOT NULL,
    position      TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    must_change   BIGINT NOT NULL,
    lang          TEXT NOT NULL,
    theme         TEXT NOT NULL,
    state         TEXT NOT NULL,
    failed        BIGINT NOT NULL,
    locked_until  BIGINT,
    created_at    BIGINT NOT NULL,
    last_login_at BIGINT,
    version       BIGINT NOT NULL,
    fold          TEXT NOT NULL
) STRICT_TABLE;

-- A role, for an organisation and everything below it, for a period.
CREATE TABLE role_grant (
    id         PRIMARY_KEY_ID,
    account_id BIGINT NOT NULL REFERENCES account (id),
    role       TEXT NOT NULL,
    org_id     BIGINT NOT NULL REFERENCES org (id),
    valid_from BIGINT NOT NULL,
    valid_to   BIGINT,
    granted_by BIGINT,
    granted_at BIGINT NOT NULL,
    revoked_at BIGINT,
    reason     TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX role_grant_account ON role_grant (account_id);
CREATE INDEX role_grant_org ON role_grant (org_id);

-- What each role may do: a copy of the program's table, renewed at start, so that scope is decided in SQL.
CREATE TABLE role_permission (
    role       TEXT NOT NULL,
    permission TEXT NOT NULL,
    PRIMARY KEY (role, permission)
) STRICT_TABLE;
CREATE INDEX role_permission_permission ON role_permission (permission, role);

-- Account x permission -> organisations at whose top the permission holds.
CREATE VIEW actor_root AS
SELECT g.account_id, p.permission, g.org_id, g.valid_from, COALESCE(g.valid_to, 9223372036854775807) AS valid_to
FROM role_grant g
JOIN role_permission p ON p.role = g.role
WHERE g.revoked_at IS NULL;

-- Account x permission -> every organisation in reach.
CREATE VIEW actor_org AS
SELECT r.account_id, r.permission, c.descendant AS org_id, r.valid_from, r.valid_to
FROM actor_root r
JOIN org_closure c ON c.ancestor = r.org_id;

CREATE TABLE session (
    id         TEXT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id),
    csrf       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    address    TEXT NOT NULL,
    agent      TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX session_account ON session (account_id);

-- Failed sign-ins by address, for back-off before an account is known.
CREATE TABLE sign_in_failure (
    address TEXT PRIMARY KEY,
    failed  BIGINT NOT NULL,
    last_at BIGINT NOT NULL
) STRICT_TABLE;

-- Information systems -----------------------------------------------------------------------------

CREATE TABLE system (
    id            PRIMARY_KEY_ID,
    code          TEXT NOT NULL UNIQUE,
    uuid          TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    purpose       TEXT NOT NULL,
    owner_id      BIGINT NOT NULL REFERENCES org (id),
    operator_id   BIGINT REFERENCES org (id),
    level         BIGINT,
    decision_no   TEXT NOT NULL,
    decision_date BIGINT,
    state         TEXT NOT NULL,
    responsible   TEXT NOT NULL,
    phone         TEXT NOT NULL,
    email         TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    version       BIGINT NOT NULL,
    fold          TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX system_owner ON system (owner_id);
CREATE INDEX system_operator ON system (operator_id);

CREATE TABLE system_domain (
    system_id BIGINT NOT NULL REFERENCES system (id),
    domain    TEXT NOT NULL,
    PRIMARY KEY (system_id, domain)
) STRICT_TABLE;
CREATE INDEX system_domain_domain ON system_domain (domain);

CREATE TABLE system_range (
    id         PRIMARY_KEY_ID,
    system_id  BIGINT NOT NULL REFERENCES system (id),
    cidr       TEXT NOT NULL,
    first_addr BLOB_TYPE NOT NULL,
    last_addr  BLOB_TYPE NOT NULL,
    UNIQUE (system_id, cidr)
) STRICT_TABLE;
CREATE INDEX system_range_first ON system_range (first_addr, last_addr);

CREATE TABLE system_product (
    id        PRIMARY_KEY_ID,
    system_id BIGINT NOT NULL REFERENCES system (id),
    vendor    TEXT NOT NULL,
    product   TEXT NOT NULL,
    version   TEXT NOT NULL,
    cpe       TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX system_product_system ON system_product (system_id);

-- Incidents ---------------------------------------------------------------------------------------

CREATE TABLE incident (
    id           PRIMARY_KEY_ID,
    code         TEXT NOT NULL UNIQUE,
    uuid         TEXT NOT NULL UNIQUE,
    title        TEXT NOT NULL,
    summary      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    rsit         TEXT NOT NULL,
    severity     BIGINT NOT NULL,
    severity_why TEXT NOT NULL,
    serious      BIGINT NOT NULL,
    tlp          TEXT NOT NULL,
    state        TEXT NOT NULL,
    org_id       BIGINT NOT NULL REFERENCES org (id),
    lead_id      BIGINT REFERENCES account (id),
    regime       TEXT NOT NULL,
    playbook     TEXT NOT NULL,
    outcome      TEXT NOT NULL,
    occurred_at  BIGINT,
    detected_at  BIGINT NOT NULL,
    contained_at BIGINT,
    closed_at    BIGINT,
    opened_at    BIGINT NOT NULL,
    opened_by    BIGINT,
    updated_at   BIGINT NOT NULL,
    state_at     BIGINT NOT NULL,
    next_due_at  BIGINT,
    version      BIGINT NOT NULL,
    fold         TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX incident_updated ON incident (updated_at, id);
CREATE INDEX incident_state ON incident (state, updated_at);
CREATE INDEX incident_org ON incident (org_id);
CREATE INDEX incident_lead ON incident (lead_id, state);

-- Organisations that have a part in it: owner, operator, affected, helper, provider, reporter.
CREATE TABLE incident_party (
    incident_id BIGINT NOT NULL REFERENCES incident (id),
    org_id      BIGINT NOT NULL REFERENCES org (id),
    part        TEXT NOT NULL,
    added_at    BIGINT NOT NULL,
    PRIMARY KEY (incident_id, org_id)
) STRICT_TABLE;
CREATE INDEX incident_party_org ON incident_party (org_id, incident_id);

-- Every party and every organisation above a party: who may see it by office, ready for an index.
CREATE TABLE incident_reach (
    org_id      BIGINT NOT NULL REFERENCES org (id),
    incident_id BIGINT NOT NULL REFERENCES incident (id),
    PRIMARY KEY (org_id, incident_id)
) STRICT_TABLE;
CREATE INDEX incident_reach_incident ON incident_reach (incident_id, org_id);

CREATE TABLE incident_system (
    incident_id BIGINT NOT NULL REFERENCES incident (id),
    system_id   BIGINT NOT NULL REFERENCES system (id),
    PRIMARY KEY (incident_id, system_id)
) STRICT_TABLE;
CREATE INDEX incident_system_system ON incident_system (system_id, incident_id);

CREATE TABLE incident_member (
    incident_id BIGINT NOT NULL REFERENCES incident (id),
    account_id  BIGINT NOT NULL REFERENCES account (id),
    added_at    BIGINT NOT NULL,
    PRIMARY KEY (incident_id, account_id)
) STRICT_TABLE;
CREATE INDEX incident_member_account ON incident_member (account_id, incident_id);

CREATE TABLE task (
    id          PRIMARY_KEY_ID,
    incident_id BIGINT NOT NULL REFERENCES incident (id),
    position    BIGINT NOT NULL,
    step        BIGINT NOT NULL,
    title       TEXT NOT NULL,
    body        TEXT NOT NULL,
    assignee_id BIGINT REFERENCES account (id),
    org_id      BIGINT REFERENCES org (id),
    due_at      BIGINT,
    state       TEXT NOT NULL,
    started_at  BIGINT,
    done_at     BIGINT,
    done_by     BIGINT,
    reason      TEXT NOT NULL,
    version     BIGINT NOT NULL
) STRICT_TABLE;
CREATE INDEX task_incident ON task (incident_id, position);
CREATE INDEX task_assignee ON task (assignee_id, state, due_at);

CREATE TABLE comment (
    id          PRIMARY_KEY_ID,
    incident_id BIGINT NOT NULL REFERENCES incident (id),
    author_id   BIGINT REFERENCES account (id),
    author_name TEXT NOT NULL,
    at          BIGINT NOT NULL,
    edited_at   BIGINT,
    body        TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX comment_incident ON comment (incident_id, at);

-- The timeline: what happened, by hand and by the program.
CREATE TABLE incident_event (
    id            PRIMARY_KEY_ID,
    incident_id   BIGINT NOT NULL REFERENCES incident (id),
    at            BIGINT NOT NULL,
    recorded_at   BIGINT NOT NULL,
    kind          TEXT NOT NULL,
    actor_id      BIGINT,
    actor_name    TEXT NOT NULL,
    text          TEXT NOT NULL,
    observable_id BIGINT,
    system_id     BIGINT
) STRICT_TABLE;
CREATE INDEX incident_event_incident ON incident_event (incident_id, at);

-- Reports -----------------------------------------------------------------------------------------

CREATE TABLE report (
    id             PRIMARY_KEY_ID,
    code           TEXT NOT NULL UNIQUE,
    uuid           TEXT NOT NULL UNIQUE,
    secret_hash    TEXT NOT NULL,
    channel        TEXT NOT NULL,
    state          TEXT NOT NULL,
    title          TEXT NOT NULL,
    body           TEXT NOT NULL,
    kind           TEXT NOT NULL,
    occurred_at    BIGINT,
    detected_at    BIGINT,
    received_at    BIGINT NOT NULL,
    reporter_name  TEXT NOT NULL,
    reporter_org   TEXT NOT NULL,
    reporter_phone TEXT NOT NULL,
    reporter_email TEXT NOT NULL,
    account_id     BIGINT REFERENCES account (id),
    confidential   BIGINT NOT NULL,
    address        TEXT NOT NULL,
    org_id         BIGINT REFERENCES org (id),
    system_id      BIGINT REFERENCES system (id),
    match_why      TEXT NOT NULL,
    incident_id    BIGINT REFERENCES incident (id),
    duplicate_of   BIGINT REFERENCES report (id),
    decided_by     BIGINT,
    decided_at     BIGINT,
    reason         TEXT NOT NULL,
    message_id     TEXT NOT NULL,
    mail_kind      TEXT NOT NULL,
    version        BIGINT NOT NULL,
    fold           TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX report_state ON report (state, received_at);
CREATE INDEX report_org ON report (org_id, received_at);
CREATE INDEX report_incident ON report (incident_id);
CREATE INDEX report_secret ON report (secret_hash);
CREATE INDEX report_message_id ON report (message_id);
CREATE INDEX report_account ON report (account_id);

-- Questions to the reporter and answers, seen by both sides.
CREATE TABLE report_message (
    id            PRIMARY_KEY_ID,
    report_id     BIGINT NOT NULL REFERENCES report (id),
    at            BIGINT NOT NULL,
    from_reporter BIGINT NOT NULL,
    actor_id      BIGINT,
    actor_name    TEXT NOT NULL,
    body          TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX report_message_report ON report_message (report_id, at);

-- Observables -------------------------------------------------------------------------------------

CREATE TABLE observable (
    id         PRIMARY_KEY_ID,
    kind       TEXT NOT NULL,
    value      TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen  BIGINT NOT NULL,
    UNIQUE (kind, value)
) STRICT_TABLE;
CREATE INDEX observable_value ON observable (value);

CREATE TABLE incident_observable (
    incident_id   BIGINT NOT NULL REFERENCES incident (id),
    observable_id BIGINT NOT NULL REFERENCES observable (id),
    added_at      BIGINT NOT NULL,
    added_by      BIGINT,
    note          TEXT NOT NULL,
    role          TEXT NOT NULL,
    PRIMARY KEY (incident_id, observable_id)
) STRICT_TABLE;
CREATE INDEX incident_observable_observable ON incident_observable (observable_id, incident_id);

CREATE TABLE report_observable (
    report_id     BIGINT NOT NULL REFERENCES report (id),
    observable_id BIGINT NOT NULL REFERENCES observable (id),
    PRIMARY KEY (report_id, observable_id)
) STRICT_TABLE;
CREATE INDEX report_observable_observable ON report_observable (observable_id, report_id);

-- Files -------------------------------------------------------------------------------------------

-- A file in the store, named by its SHA-256.
CREATE TABLE blob (
    sha256     TEXT PRIMARY KEY,
    size       BIGINT NOT NULL,
    created_at BIGINT NOT NULL
) STRICT_TABLE;

CREATE TABLE attachment (
    id          PRIMARY_KEY_ID,
    uuid        TEXT NOT NULL UNIQUE,
    report_id   BIGINT REFERENCES report (id),
    incident_id BIGINT REFERENCES incident (id),
    sha256      TEXT NOT NULL REFERENCES blob (sha256),
    name        TEXT NOT NULL,
    type        TEXT NOT NULL,
    size        BIGINT NOT NULL,
    note        TEXT NOT NULL,
    added_at    BIGINT NOT NULL,
    added_by    BIGINT,
    added_name  TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX attachment_report ON attachment (report_id);
CREATE INDEX attachment_incident ON attachment (incident_id);
