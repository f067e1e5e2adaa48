#include "support/signer.h"

#define ERR_STATE openssl_err_state
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#undef ERR_STATE

void signer_init(struct signer *s, enum jose_alg alg, const char *kid, int rsa_bits)
{
    s->alg = alg;
    s->kid = kid;
    s->key = alg == JOSE_RS256 ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)rsa_bits)
                               : EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    if (s->key == NULL)
        die("OpenSSL makes no key");
}

void signer_release(struct signer *s)
{
    EVP_PKEY_free(s->key);
    s->key = NULL;
}

static struct str number(struct arena *a, const struct signer *s, const char *name, int pad)
{
    BIGNUM *n = NULL;
    unsigned char bytes[1024];
    int len;

    if (!EVP_PKEY_get_bn_param(s->key, name, &n))
        die("OpenSSL tells no %s", name);
    len = BN_bn2binpad(n, bytes, pad > 0 ? pad : BN_num_bytes(n));
    BN_free(n);
    return jose_base64_text(a, bytes, (size_t)len);
}

struct str signer_jwk(struct arena *a, const struct signer *s)
{
    if (s->alg == JOSE_RS256)
        return str_printf(a,
                          "{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"%s\","
                          "\"n\":\"%s\",\"e\":\"%s\"}",
                          s->kid, number(a, s, OSSL_PKEY_PARAM_RSA_N, 0).ptr,
                          number(a, s, OSSL_PKEY_PARAM_RSA_E, 0).ptr);
    return str_printf(a,
                      "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}",
                      s->kid, number(a, s, OSSL_PKEY_PARAM_EC_PUB_X, 32).ptr,
                      number(a, s, OSSL_PKEY_PARAM_EC_PUB_Y, 32).ptr);
}

static struct str raw_ecdsa(struct arena *a, const unsigned char *der, size_t len)
{
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);
    unsigned char raw[64];

    BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + 32, 32);
    ECDSA_SIG_free(sig);
    return jose_base64_text(a, raw, sizeof raw);
}

struct str signer_token(struct arena *a, const struct signer *s, const char *header,
                        struct str payload)
{
    struct str signed_ = str_printf(a, "%s.%s", jose_base64_text(a, header, strlen(header)).ptr,
                                    jose_base64_text(a, payload.ptr, payload.len).ptr);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned char out[1024];
    size_t len = sizeof out;
    struct str signature;

    if (EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, s->key) != 1 ||
        EVP_DigestSign(ctx, out, &len, (const unsigned char *)signed_.ptr, signed_.len) != 1)
        die("OpenSSL does not sign");
    EVP_MD_CTX_free(ctx);
    signature = s->alg == JOSE_RS256 ? jose_base64_text(a, out, len) : raw_ecdsa(a, out, len);
    return str_printf(a, "%s.%s", signed_.ptr, signature.ptr);
}

struct str signer_sign(struct arena *a, const struct signer *s, struct str payload)
{
    return signer_token(a, s,
                        str_printf(a, "{\"alg\":\"%s\",\"kid\":\"%s\"}",
                                   s->alg == JOSE_RS256 ? "RS256" : "ES256", s->kid)
                            .ptr,
                        payload);
}
