-- Work done outside of requests, notices, mail out and in, webhooks.

-- The queue. `due_at` is the time before which a ready job does not begin, and the end of the lease of a running
-- one: a job whose node died is due again. `slot` names a periodic job, which returns to ready when it ends.
CREATE TABLE job (
    id          PRIMARY_KEY_ID,
    kind        TEXT NOT NULL,
    slot        TEXT UNIQUE,
    ref         BIGINT NOT NULL,
    arg         TEXT NOT NULL,
    state       TEXT NOT NULL,
    due_at      BIGINT NOT NULL,
    lease       TEXT NOT NULL,
    attempts    BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    started_at  BIGINT,
    finished_at BIGINT,
    error       TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX job_due ON job (due_at, id) WHERE state IN ('ready', 'running');
CREATE INDEX job_failed ON job (finished_at) WHERE state IN ('done', 'failed');
CREATE INDEX job_ref ON job (kind, ref);

-- What happened and whom it may concern: written with the change itself, handed on by a job. `mark` tells what was told
-- already, where the clock is the cause: a task and its due time.
CREATE TABLE notice_event (
    id          PRIMARY_KEY_ID,
    at          BIGINT NOT NULL,
    event       TEXT NOT NULL,
    report_id   BIGINT REFERENCES report (id),
    incident_id BIGINT REFERENCES incident (id),
    account_id  BIGINT REFERENCES account (id),
    by_id       BIGINT,
    by_name     TEXT NOT NULL,
    detail      TEXT NOT NULL,
    mark        TEXT NOT NULL,
    done_at     BIGINT
) STRICT_TABLE;
CREATE INDEX notice_event_mark ON notice_event (mark) WHERE mark <> '';
CREATE INDEX notice_event_incident ON notice_event (incident_id);
CREATE INDEX notice_event_report ON notice_event (report_id);

-- One person's copy. Titles are read when it is shown, from what the person may see then.
CREATE TABLE notice (
    id          PRIMARY_KEY_ID,
    event_id    BIGINT NOT NULL REFERENCES notice_event (id),
    account_id  BIGINT NOT NULL REFERENCES account (id),
    at          BIGINT NOT NULL,
    in_app      BIGINT NOT NULL,
    digest      BIGINT NOT NULL,
    read_at     BIGINT,
    UNIQUE (event_id, account_id)
) STRICT_TABLE;
CREATE INDEX notice_account ON notice (account_id, at);
CREATE INDEX notice_unread ON notice (account_id) WHERE read_at IS NULL AND in_app = 1;
CREATE INDEX notice_digest ON notice (account_id) WHERE digest = 1;

-- What a person chose; an event without a row goes by the program's own table.
CREATE TABLE notice_choice (
    account_id BIGINT NOT NULL REFERENCES account (id),
    event      TEXT NOT NULL,
    in_app     BIGINT NOT NULL,
    mail       TEXT NOT NULL,
    PRIMARY KEY (account_id, event)
) STRICT_TABLE;

-- The token in the link that stops mails.
CREATE TABLE notice_stop (
    account_id BIGINT PRIMARY KEY REFERENCES account (id),
    token      TEXT NOT NULL UNIQUE
) STRICT_TABLE;

-- Mails out and in. The body of a secret one goes when it has been sent.
CREATE TABLE mail (
    id          PRIMARY_KEY_ID,
    message_id  TEXT NOT NULL,
    kind        TEXT NOT NULL,
    state       TEXT NOT NULL,
    account_id  BIGINT REFERENCES account (id),
    report_id   BIGINT REFERENCES report (id),
    incident_id BIGINT REFERENCES incident (id),
    sender      TEXT NOT NULL,
    to_list     TEXT NOT NULL,
    cc_list     TEXT NOT NULL,
    subject     TEXT NOT NULL,
    body        TEXT NOT NULL,
    tlp         TEXT NOT NULL,
    in_reply_to TEXT NOT NULL,
    refs        TEXT NOT NULL,
    stop        TEXT NOT NULL,
    lang        TEXT NOT NULL,
    automatic   BIGINT NOT NULL,
    secret      BIGINT NOT NULL,
    by_id       BIGINT,
    by_name     TEXT NOT NULL,
    at          BIGINT NOT NULL,
    sent_at     BIGINT,
    answer      TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX mail_message_id ON mail (message_id);
CREATE INDEX mail_at ON mail (at, id);
CREATE INDEX mail_state ON mail (state, at);
CREATE INDEX mail_incident ON mail (incident_id, at);
CREATE INDEX mail_report ON mail (report_id, at);
CREATE INDEX mail_account ON mail (account_id);

CREATE TABLE mail_file (
    mail_id       BIGINT NOT NULL REFERENCES mail (id),
    attachment_id BIGINT NOT NULL REFERENCES attachment (id),
    PRIMARY KEY (mail_id, attachment_id)
) STRICT_TABLE;
CREATE INDEX mail_file_attachment ON mail_file (attachment_id);

CREATE TABLE mail_attempt (
    id      PRIMARY_KEY_ID,
    mail_id BIGINT NOT NULL REFERENCES mail (id),
    at      BIGINT NOT NULL,
    good    BIGINT NOT NULL,
    answer  TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX mail_attempt_mail ON mail_attempt (mail_id, at);

-- Every message ever taken out of a mailbox: mailbox, UIDVALIDITY and UID in one text.
CREATE TABLE mail_taken (
    source TEXT PRIMARY KEY,
    at     BIGINT NOT NULL
) STRICT_TABLE;

-- How far each mailbox was read, and what the last look at it brought.
CREATE TABLE mail_box (
    name     TEXT PRIMARY KEY,
    validity BIGINT NOT NULL,
    last_uid BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    error    TEXT NOT NULL
) STRICT_TABLE;

-- Who else is told: a program of another body, for what an organisation and those below it have a part in.
CREATE TABLE webhook (
    id         PRIMARY_KEY_ID,
    uuid       TEXT NOT NULL UNIQUE,
    org_id     BIGINT NOT NULL REFERENCES org (id),
    name       TEXT NOT NULL,
    url        TEXT NOT NULL,
    secret     TEXT NOT NULL,
    events     TEXT NOT NULL,
    state      TEXT NOT NULL,
    failed     BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by BIGINT NOT NULL REFERENCES account (id),
    version    BIGINT NOT NULL
) STRICT_TABLE;
CREATE INDEX webhook_org ON webhook (org_id);

CREATE TABLE webhook_delivery (
    id         PRIMARY_KEY_ID,
    uuid       TEXT NOT NULL UNIQUE,
    webhook_id BIGINT NOT NULL REFERENCES webhook (id),
    event      TEXT NOT NULL,
    body       TEXT NOT NULL,
    state      TEXT NOT NULL,
    attempts   BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    done_at    BIGINT,
    answer     TEXT NOT NULL
) STRICT_TABLE;
CREATE INDEX webhook_delivery_webhook ON webhook_delivery (webhook_id, at);
