#include "sys/crypto/jose.h"

/* A name that OpenSSL's headers use for a type of their own. */
#define ERR_STATE openssl_err_state
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#undef ERR_STATE

enum { P256 = 32 };

static const unsigned char *bytes_of(struct str s)
{
    return (const unsigned char *)s.ptr;
}

static EVP_PKEY *key_from(const char *kind, OSSL_PARAM_BLD *build)
{
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
    EVP_PKEY *key = NULL;

    if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) <= 0 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) <= 0)
        key = NULL;
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    return key;
}

static EVP_PKEY *rsa_key(const struct jwk *k)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *n = BN_bin2bn(bytes_of(k->n), (int)k->n.len, NULL);
    BIGNUM *e = BN_bin2bn(bytes_of(k->e), (int)k->e.len, NULL);
    EVP_PKEY *key = NULL;

    if (build != NULL && n != NULL && e != NULL && BN_is_odd(n) && BN_is_odd(e) && !BN_is_one(e) &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
        key = key_from("RSA", build);
    BN_free(n);
    BN_free(e);
    OSSL_PARAM_BLD_free(build);
    return key;
}

static EVP_PKEY *ec_key(const struct jwk *k)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    unsigned char point[1 + 2 * P256] = {POINT_CONVERSION_UNCOMPRESSED};
    EVP_PKEY *key = NULL;

    memcpy(point + 1, k->x.ptr, P256);
    memcpy(point + 1 + P256, k->y.ptr, P256);
    if (build != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point))
        key = key_from("EC", build);
    OSSL_PARAM_BLD_free(build);
    return key;
}

/* RFC 7518 section 3.4: r and s behind each other; OpenSSL wants them in DER. */
static struct str der_of(struct arena *a, struct str signature)
{
    ECDSA_SIG *sig = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(bytes_of(signature), P256, NULL);
    BIGNUM *s = BN_bin2bn(bytes_of(signature) + P256, P256, NULL);
    struct str out = STR_EMPTY;
    unsigned char *der = NULL;
    int len;

    if (sig == NULL || r == NULL || s == NULL || !ECDSA_SIG_set0(sig, r, s)) {
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(sig);
        return out;
    }
    len = i2d_ECDSA_SIG(sig, &der);
    if (len > 0)
        out = str_dup(a, str_make((const char *)der, (size_t)len));
    OPENSSL_free(der);
    ECDSA_SIG_free(sig);
    return out;
}

static bool is_signed_by(struct arena *a, const struct jwt *token, const struct jwk *k)
{
    struct str signature = token->signature;
    EVP_PKEY *key;
    EVP_MD_CTX *ctx;
    bool right;

    if (token->alg == JOSE_ES256 && signature.len != (size_t)2 * P256)
        return false;
    key = token->alg == JOSE_RS256 ? rsa_key(k) : ec_key(k);
    if (key == NULL)
        return false;
    if (token->alg == JOSE_ES256)
        signature = der_of(a, signature);
    ctx = EVP_MD_CTX_new();
    right = ctx != NULL && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
            EVP_DigestVerify(ctx, bytes_of(signature), signature.len, bytes_of(token->signed_),
                             token->signed_.len) == 1;
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return right;
}

int jwt_verify(struct arena *a, const struct jwt *token, const struct jwk_set *keys,
               struct err *err)
{
    size_t tried = 0;

    for (size_t i = 0; i < keys->len; i++) {
        const struct jwk *k = &keys->at[i];
        if (k->alg != token->alg || (token->kid.len > 0 && !str_eq(k->kid, token->kid)))
            continue;
        tried++;
        if (is_signed_by(a, token, k))
            return 0;
    }
    if (tried == 0)
        return err_set(err, ERR_NOT_FOUND, "no key \"" STR_FMT "\" of the provider",
                       STR_ARG(str_sub(token->kid, 0, 60)));
    return err_set(err, ERR_AUTH, "the signature of the token is not right");
}
