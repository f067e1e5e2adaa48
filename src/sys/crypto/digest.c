/* OpenSSL has a type with the name of one of our errors. */
#define ERR_STATE openssl_err_state
#include <openssl/evp.h>
#undef ERR_STATE

#include "sys/crypto/digest.h"

#include <sodium.h>

struct digest {
    crypto_generichash_state blake; /* aligned to 64 bytes */
    EVP_MD_CTX *sha;
};

static void begin(struct digest *d)
{
    if (EVP_DigestInit_ex(d->sha, EVP_sha256(), NULL) != 1)
        die("the library of OpenSSL has no SHA-256");
    crypto_generichash_init(&d->blake, NULL, 0, DIGEST_BYTES);
}

struct digest *digest_new(void)
{
    struct digest *d = aligned_alloc(_Alignof(struct digest), sizeof(*d));

    if (d == NULL || (d->sha = EVP_MD_CTX_new()) == NULL)
        die("out of memory for a digest");
    begin(d);
    return d;
}

void digest_update(struct digest *d, struct str data)
{
    if (data.len == 0)
        return;
    EVP_DigestUpdate(d->sha, data.ptr, data.len);
    crypto_generichash_update(&d->blake, (const unsigned char *)data.ptr, data.len);
}

void digest_final(struct digest *d, uint8_t sha256[DIGEST_BYTES], uint8_t blake2b[DIGEST_BYTES])
{
    uint8_t ignored[DIGEST_BYTES];

    EVP_DigestFinal_ex(d->sha, sha256 != NULL ? sha256 : ignored, NULL);
    crypto_generichash_final(&d->blake, blake2b != NULL ? blake2b : ignored, DIGEST_BYTES);
    begin(d);
}

void digest_free(struct digest *d)
{
    if (d == NULL)
        return;
    EVP_MD_CTX_free(d->sha);
    free(d);
}

void digest_freep(struct digest **d)
{
    digest_free(*d);
    *d = NULL;
}
