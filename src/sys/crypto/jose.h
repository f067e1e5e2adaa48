#ifndef SYS_CRYPTO_JOSE_H
#define SYS_CRYPTO_JOSE_H

#include "base/base.h"

/*
 * Signed tokens of a provider: JWS in its compact form (RFC 7515), JWT (RFC 7519), keys as JWK sets
 * (RFC 7517). Two algorithms and no others: RS256 and ES256 (RFC 7518), verified by OpenSSL. What a
 * token says about itself chooses nothing but the key: an algorithm that does not belong to the key
 * is refused, as are `none`, `crit`, names that stand twice, and sloppy base64.
 */
enum jose_alg { JOSE_RS256, JOSE_ES256 };

struct jwt {
    enum jose_alg alg;
    struct str kid;       /* "" when the header names none */
    struct str signed_;   /* header and payload as they came: what the signature is over */
    struct str signature; /* bytes */
    struct str payload;   /* JSON */
};

/* Takes a token apart; nothing in it is to be believed yet. ERR_SYNTAX; ERR_UNSUPPORTED for another
 * algorithm; ERR_TOO_LARGE beyond 16 KiB. */
int jwt_parse(struct arena *a, struct str token, struct jwt *out, struct err *err);

struct jwk {
    enum jose_alg alg;
    struct str kid;
    struct str n, e; /* RSA, bytes */
    struct str x, y; /* P-256, bytes */
};
VEC_TYPE(jwk_set, struct jwk);

/* The keys of a set that can verify signatures; others (for encryption, other kinds, too short) are
 * left out. ERR_SYNTAX when it is no JWK set. */
int jwk_set_parse(struct arena *a, struct str json, struct jwk_set *out, struct err *err);

/* 0 when one of the keys made the signature. ERR_NOT_FOUND: no key of that name and algorithm (the
 * provider may have new ones); ERR_AUTH: the signature is not right. */
int jwt_verify(struct arena *a, const struct jwt *token, const struct jwk_set *keys,
               struct err *err);

/* Claims of OpenID Connect Core 1.0 sections 2 and 5.1; "" and NO_INT for what is not there. Times
 * in ms. */
struct jwt_claims {
    struct str iss, sub, azp, nonce;
    VEC(struct str) aud;
    struct opt_int exp, iat, nbf, auth_time;
    struct str email, name, username;
    bool email_verified;
};
int jwt_claims(struct arena *a, struct str payload, struct jwt_claims *out, struct err *err);

/* Without padding, and every bit accounted for. */
bool jose_base64(struct arena *a, struct str text, struct str *bytes);
struct str jose_base64_text(struct arena *a, const void *bytes, size_t n);

#endif
