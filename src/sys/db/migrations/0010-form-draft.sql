-- What a person typed into a form and has not sent yet: theirs alone, by the address the form is sent to.
CREATE TABLE form_draft (
    account_id BIGINT NOT NULL REFERENCES account (id),
    path       TEXT NOT NULL,
    data       TEXT NOT NULL,
    saved_at   BIGINT NOT NULL,
    PRIMARY KEY (account_id, path)
) STRICT_TABLE;
