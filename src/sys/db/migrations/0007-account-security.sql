-- API tokens, second factor, links that set a password, sign-in through a provider.

-- When a person last proved who they are in this session, and how they came in ('password', 'provider').
ALTER TABLE session ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN method TEXT NOT NULL DEFAULT 'password';

-- Only the SHA-256 of a token is kept; hint is its first characters, to tell tokens apart. scope: names of
-- permissions, networks: blocks of addresses (empty: any), both with one space between.
CREATE TABLE api_token (
    id           PRIMARY_KEY_ID,
    account_id   BIGINT NOT NULL REFERENCES account (id),
    hash         TEXT NOT NULL UNIQUE,
    hint         TEXT NOT NULL,
    name         TEXT NOT NULL,
    scope        TEXT NOT NULL,
    networks     TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT,
    used_address TEXT NOT NULL,
    revoked_at   BIGINT
) STRICT_TABLE;
CREATE INDEX api_token_account ON api_token (account_id);

-- Codes from a telephone (RFC 6238). secret is sealed with the site's key; last_step is the newest step of
-- time whose code was used; confirmed_at is empty until the first right code.
CREATE TABLE second_factor (
    account_id   BIGINT PRIMARY KEY REFERENCES account (id),
    secret       TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    confirmed_at BIGINT,
    last_step    BIGINT NOT NULL
) STRICT_TABLE;

CREATE TABLE recovery_code (
    account_id BIGINT NOT NULL REFERENCES account (id),
    hash       TEXT NOT NULL,
    used_at    BIGINT,
    PRIMARY KEY (account_id, hash)
) STRICT_TABLE;

-- Roles whose holders must have a second factor.
CREATE TABLE role_rule (
    role          TEXT PRIMARY KEY,
    second_factor BIGINT NOT NULL
) STRICT_TABLE;

-- The password was right, the code is still to come. id: SHA-256 of the cookie.
CREATE TABLE sign_in_step (
    id         TEXT PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id),
    method     TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
) STRICT_TABLE;

-- Links that work once: 'reset' (forgotten password), 'first' (first sign-in). id: SHA-256 of the secret.
-- account_id is empty for an address that nobody has: asking looks the same.
CREATE TABLE account_link (
    id         TEXT PRIMARY KEY,
    account_id BIGINT REFERENCES account (id),
    purpose    TEXT NOT NULL,
    created_by BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT
) STRICT_TABLE;
CREATE INDEX account_link_account ON account_link (account_id, created_at);

-- Who a provider says somebody is, and whose account that is here.
CREATE TABLE account_identity (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES account (id),
    label      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT,
    PRIMARY KEY (issuer, subject)
) STRICT_TABLE;
CREATE INDEX account_identity_account ON account_identity (account_id);

-- A sign-in under way at the provider; used once. id: SHA-256 of the state; binding: SHA-256 of the cookie.
-- account_id: whoever is signed in here already and links the identity or proves who they are.
CREATE TABLE provider_attempt (
    id         TEXT PRIMARY KEY,
    binding    TEXT NOT NULL,
    nonce      TEXT NOT NULL,
    verifier   TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    account_id BIGINT,
    next       TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
) STRICT_TABLE;
