#ifndef SYS_OIDC_OIDC_H
#define SYS_OIDC_OIDC_H

#include "base/base.h"

/*
 * Signing in through a provider: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636,
 * S256), state and nonce; what the provider says about itself is read from its discovery document
 * (OpenID Connect Discovery 1.0). It says who somebody is and nothing more: what they may do here
 * is not its business.
 */
struct oidc_client {
    struct str issuer;       /* "https://id.example.vn", as the provider itself writes it */
    struct str id, secret;   /* secret "": a public client */
    struct str redirect_uri; /* of our page that the provider sends people back to */
};

/* https, or http on this machine itself (tests, a proxy beside us). */
bool oidc_issuer_good(struct str issuer);

struct oidc_provider {
    struct str authorization, token, jwks, end_session; /* URLs; end_session may be "" */
    bool secret_in_body;                                /* it takes the secret as a field only */
    bool says_issuer;                                   /* answers carry `iss` (RFC 9207) */
};

/* Reads the discovery document, or takes it from memory for an hour. ERR_UNAVAILABLE, ERR_SYNTAX,
 * ERR_INVALID when it speaks for another issuer. */
int oidc_discover(struct arena *a, const struct oidc_client *client, int64_t now,
                  struct oidc_provider *out, struct err *err);
/* Forgets what is in memory, and reads everything anew: how many keys can verify signatures. */
int oidc_check(struct arena *a, const struct oidc_client *client, int64_t now,
               struct oidc_provider *out, size_t *keys, struct err *err);

struct oidc_attempt {
    struct str state, nonce, verifier; /* 256 random bits each, made by us */
    bool again; /* the person shall prove anew who they are, though the provider knows them */
};
void oidc_attempt_make(struct arena *a, struct oidc_attempt *out);
/* Where to send the person. */
struct str oidc_authorize_url(struct arena *a, const struct oidc_client *client,
                              const struct oidc_provider *provider,
                              const struct oidc_attempt *attempt);
/* Where to sign out there too; "" when the provider has no such page. */
struct str oidc_sign_out_url(struct arena *a, const struct oidc_client *client,
                             const struct oidc_provider *provider);

struct oidc_person {
    struct str subject;
    struct str email; /* "" unless the provider says that it is verified */
    struct str name;  /* or login there, or e-mail: for showing */
    struct opt_int auth_time;
};
/* Exchanges the code for an ID token and verifies it. ERR_AUTH (the provider refuses the code, or
 * the token is not for us, not signed by the provider, not of this attempt, too old),
 * ERR_UNAVAILABLE, ERR_SYNTAX. */
int oidc_finish(struct arena *a, const struct oidc_client *client,
                const struct oidc_provider *provider, const struct oidc_attempt *attempt,
                struct str code, int64_t now, struct oidc_person *out, struct err *err);

/* Of oidc_finish, for tests: verifies an ID token (section 3.1.3.7). */
int oidc_verify(struct arena *a, const struct oidc_client *client,
                const struct oidc_provider *provider, const struct oidc_attempt *attempt,
                struct str id_token, int64_t now, struct oidc_person *out, struct err *err);

#endif
