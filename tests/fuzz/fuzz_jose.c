#include "fuzz.h"

#include "sys/crypto/jose.h"

/* The text as a token, as a set of keys, and as claims; a token that parses is verified with the
 * keys of the next line. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct str text = str_make((const char *)data, size), first;
    struct jwt_claims claims;
    struct jwk_set keys;
    struct err err = {0};
    struct jwt token;
    struct str rest = text;

    if (!str_line(&rest, &first))
        return 0;
    if (jwk_set_parse(&a, rest, &keys, &err) == 0) {
        for (size_t i = 0; i < keys.len; i++)
            FUZZ_CHECK(keys.at[i].alg == JOSE_RS256 ? keys.at[i].n.len >= 256
                                                    : keys.at[i].x.len == 32);
        if (jwt_parse(&a, first, &token, &err) == 0)
            jwt_verify(&a, &token, &keys, &err);
    }
    if (jwt_parse(&a, first, &token, &err) == 0)
        jwt_claims(&a, token.payload, &claims, &err);
    jwt_claims(&a, text, &claims, &err);
    return 0;
}
