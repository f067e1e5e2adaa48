#ifndef SUPPORT_SIGNER_H
#define SUPPORT_SIGNER_H

#include "base/base.h"
#include "sys/crypto/jose.h"

/* Keys of a provider, and tokens signed with them. */
struct signer {
    void *key; /* EVP_PKEY */
    enum jose_alg alg;
    const char *kid;
};

void signer_init(struct signer *s, enum jose_alg alg, const char *kid, int rsa_bits);
void signer_release(struct signer *s);
/* The public half as a JWK object. */
struct str signer_jwk(struct arena *a, const struct signer *s);
/* header.payload.signature; both are JSON texts. */
struct str signer_token(struct arena *a, const struct signer *s, const char *header,
                        struct str payload);
/* With the header that belongs to the key. */
struct str signer_sign(struct arena *a, const struct signer *s, struct str payload);

#endif
