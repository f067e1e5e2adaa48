#include "sys/crypto/jose.h"

#include "base/clock.h"
#include "base/json.h"

#include <sodium.h>

enum { TOKEN_MAX = 16 * 1024, KEYS_MAX = 64, AUDIENCES_MAX = 32, P256 = 32 };
enum { RSA_BYTES_MIN = 256, RSA_BYTES_MAX = 1024, EXPONENT_MAX = 8 };

bool jose_base64(struct arena *a, struct str text, struct str *bytes)
{
    size_t len = 0;
    char *out = arena_alloc(a, text.len + 1);
    const char *end = NULL;

    if (text.len > 0 &&
        (sodium_base642bin((unsigned char *)out, text.len, text.ptr, text.len, NULL, &len, &end,
                           sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
         end != text.ptr + text.len))
        return false;
    out[len] = '\0';
    *bytes = str_make(out, len);
    return true;
}

struct str jose_base64_text(struct arena *a, const void *bytes, size_t n)
{
    size_t size = sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *out = arena_alloc(a, size);

    sodium_bin2base64(out, size, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_c(out);
}

/* ---- objects with known names ------------------------------------------------------------------
 */

enum kind { TEXT, SECONDS, TRUTH, LIST };

struct member {
    const char *name;
    enum kind kind;
    size_t offset;
};

VEC_TYPE(strings, struct str);

static bool read_list(struct json *j, struct arena *a, struct strings *out)
{
    if (j->type == JSON_STRING) {
        *vec_push(out, a) = json_string(j, a);
        return true;
    }
    if (j->type != JSON_ARRAY)
        return false;
    while (json_next(j) == JSON_STRING && out->len < AUDIENCES_MAX)
        *vec_push(out, a) = json_string(j, a);
    return j->type == JSON_ARRAY_END;
}

/* RFC 7519: a NumericDate may have a fraction. */
static bool read_seconds(const struct json *j, struct opt_int *out)
{
    double seconds;

    if (!json_double(j, &seconds) || !(seconds >= 0 && seconds < 1e11))
        return false;
    *out = opt_int((int64_t)(seconds * (double)SECOND_MS));
    return true;
}

static bool read_member(struct json *j, struct arena *a, const struct member *m, void *out)
{
    void *at = (char *)out + m->offset;

    switch (m->kind) {
    case TEXT:
        if (j->type != JSON_STRING)
            return false;
        *(struct str *)at = json_string(j, a);
        return true;
    case SECONDS:
        return read_seconds(j, at);
    case TRUTH:
        *(bool *)at = j->type == JSON_TRUE;
        return true;
    case LIST:
        return read_list(j, a, at);
    }
    return false;
}

static const struct member *member_of(const struct member *members, size_t len, struct str name)
{
    for (size_t i = 0; i < len; i++) {
        if (str_is(name, members[i].name))
            return &members[i];
    }
    return NULL;
}

static bool skip_value(struct json *j)
{
    return (j->type != JSON_OBJECT && j->type != JSON_ARRAY) || json_skip(j);
}

/* The reader stands at the object's beginning and afterwards at its end. A known name that stands
 * twice or has another type than it must is an error; unknown ones are passed over. */
static bool read_object(struct json *j, struct arena *a, const struct member *members, size_t len,
                        void *out)
{
    uint64_t seen = 0;

    if (j->type != JSON_OBJECT)
        return false;
    while (json_next(j) == JSON_KEY) {
        const struct member *m = member_of(members, len, json_string(j, a));
        json_next(j);
        if (m == NULL) {
            if (!skip_value(j))
                return false;
            continue;
        }
        if (seen & 1ull << (m - members))
            return false;
        seen |= 1ull << (m - members);
        if (j->type != JSON_NULL && !read_member(j, a, m, out))
            return false;
    }
    return j->type == JSON_OBJECT_END;
}

static bool read_document(struct arena *a, struct str text, const struct member *members,
                          size_t len, void *out)
{
    struct json j;

    json_init(&j, text);
    json_next(&j);
    return read_object(&j, a, members, len, out) && json_next(&j) == JSON_END;
}

/* ---- tokens ------------------------------------------------------------------------------------
 */

struct header {
    struct str alg, kid;
    struct strings crit;
};

static const struct member header_members[] = {
    {"alg", TEXT, offsetof(struct header, alg)},
    {"kid", TEXT, offsetof(struct header, kid)},
    {"crit", LIST, offsetof(struct header, crit)},
};

static bool alg_from_name(struct str name, enum jose_alg *out)
{
    if (!str_is(name, "RS256") && !str_is(name, "ES256"))
        return false;
    *out = str_is(name, "RS256") ? JOSE_RS256 : JOSE_ES256;
    return true;
}

int jwt_parse(struct arena *a, struct str token, struct jwt *out, struct err *err)
{
    ptrdiff_t first = str_find_char(token, '.'), last = str_rfind_char(token, '.');
    struct header header = {0};
    struct str text;

    *out = (struct jwt){0};
    if (token.len > TOKEN_MAX)
        return err_set(err, ERR_TOO_LARGE, "a token of %zu bytes", token.len);
    if (first < 0 || last <= first)
        return err_set(err, ERR_SYNTAX, "a token has three parts");
    out->signed_ = str_sub(token, 0, (size_t)last);
    if (!jose_base64(a, str_sub(token, 0, (size_t)first), &text) ||
        !jose_base64(a, str_sub(token, (size_t)first + 1, (size_t)(last - first) - 1),
                     &out->payload) ||
        !jose_base64(a, str_from(token, (size_t)last + 1), &out->signature))
        return err_set(err, ERR_SYNTAX, "a part of the token is not base64url");
    if (!read_document(a, text, header_members, ARRAY_LEN(header_members), &header))
        return err_set(err, ERR_SYNTAX, "the header of the token is not right");
    if (header.crit.len > 0 || !alg_from_name(header.alg, &out->alg))
        return err_set(err, ERR_UNSUPPORTED, "tokens signed with \"" STR_FMT "\" are not taken",
                       STR_ARG(str_sub(header.alg, 0, 20)));
    out->kid = header.kid;
    return 0;
}

static const struct member claim_members[] = {
    {"iss", TEXT, offsetof(struct jwt_claims, iss)},
    {"sub", TEXT, offsetof(struct jwt_claims, sub)},
    {"aud", LIST, offsetof(struct jwt_claims, aud)},
    {"azp", TEXT, offsetof(struct jwt_claims, azp)},
    {"nonce", TEXT, offsetof(struct jwt_claims, nonce)},
    {"exp", SECONDS, offsetof(struct jwt_claims, exp)},
    {"iat", SECONDS, offsetof(struct jwt_claims, iat)},
    {"nbf", SECONDS, offsetof(struct jwt_claims, nbf)},
    {"auth_time", SECONDS, offsetof(struct jwt_claims, auth_time)},
    {"email", TEXT, offsetof(struct jwt_claims, email)},
    {"email_verified", TRUTH, offsetof(struct jwt_claims, email_verified)},
    {"name", TEXT, offsetof(struct jwt_claims, name)},
    {"preferred_username", TEXT, offsetof(struct jwt_claims, username)},
};

int jwt_claims(struct arena *a, struct str payload, struct jwt_claims *out, struct err *err)
{
    *out = (struct jwt_claims){0};
    if (!read_document(a, payload, claim_members, ARRAY_LEN(claim_members), out))
        return err_set(err, ERR_SYNTAX, "the claims of the token are not right");
    return 0;
}

/* ---- keys --------------------------------------------------------------------------------------
 */

struct raw_key {
    struct str kty, use, alg, kid, crv, n, e, x, y;
};

static const struct member key_members[] = {
    {"kty", TEXT, offsetof(struct raw_key, kty)}, {"use", TEXT, offsetof(struct raw_key, use)},
    {"alg", TEXT, offsetof(struct raw_key, alg)}, {"kid", TEXT, offsetof(struct raw_key, kid)},
    {"crv", TEXT, offsetof(struct raw_key, crv)}, {"n", TEXT, offsetof(struct raw_key, n)},
    {"e", TEXT, offsetof(struct raw_key, e)},     {"x", TEXT, offsetof(struct raw_key, x)},
    {"y", TEXT, offsetof(struct raw_key, y)},
};

static struct str without_zeros(struct str n)
{
    while (n.len > 0 && n.ptr[0] == '\0')
        n = str_from(n, 1);
    return n;
}

static bool take_rsa(struct arena *a, const struct raw_key *raw, struct jwk *out)
{
    if (!str_is(raw->kty, "RSA") || !jose_base64(a, raw->n, &out->n) ||
        !jose_base64(a, raw->e, &out->e))
        return false;
    out->n = without_zeros(out->n);
    out->e = without_zeros(out->e);
    out->alg = JOSE_RS256;
    return out->n.len >= RSA_BYTES_MIN && out->n.len <= RSA_BYTES_MAX && out->e.len > 0 &&
           out->e.len <= EXPONENT_MAX && (raw->alg.len == 0 || str_is(raw->alg, "RS256"));
}

static bool take_ec(struct arena *a, const struct raw_key *raw, struct jwk *out)
{
    out->alg = JOSE_ES256;
    return str_is(raw->kty, "EC") && str_is(raw->crv, "P-256") && jose_base64(a, raw->x, &out->x) &&
           jose_base64(a, raw->y, &out->y) && out->x.len == P256 && out->y.len == P256 &&
           (raw->alg.len == 0 || str_is(raw->alg, "ES256"));
}

static bool read_key(struct json *j, struct arena *a, struct jwk_set *out)
{
    struct raw_key raw = {0};
    struct jwk key = {0};

    if (!read_object(j, a, key_members, ARRAY_LEN(key_members), &raw))
        return false;
    key.kid = raw.kid;
    if ((raw.use.len == 0 || str_is(raw.use, "sig")) && out->len < KEYS_MAX &&
        (take_rsa(a, &raw, &key) || take_ec(a, &raw, &key)))
        *vec_push(out, a) = key;
    return true;
}

static bool read_keys(struct json *j, struct arena *a, struct jwk_set *out)
{
    if (j->type != JSON_ARRAY)
        return false;
    while (json_next(j) == JSON_OBJECT) {
        if (!read_key(j, a, out))
            return false;
    }
    return j->type == JSON_ARRAY_END;
}

int jwk_set_parse(struct arena *a, struct str text, struct jwk_set *out, struct err *err)
{
    bool good = false;
    struct json j;

    *out = (struct jwk_set){0};
    json_init(&j, text);
    if (json_next(&j) != JSON_OBJECT)
        return err_set(err, ERR_SYNTAX, "a set of keys is a JSON object");
    while (json_next(&j) == JSON_KEY) {
        bool keys = str_is(json_string(&j, a), "keys") && !good;
        json_next(&j);
        if (!keys && !skip_value(&j))
            break;
        if (keys && !(good = read_keys(&j, a, out)))
            break;
    }
    if (!good || j.type != JSON_OBJECT_END || json_next(&j) != JSON_END)
        return err_set(err, ERR_SYNTAX, "the set of keys is not right");
    return 0;
}
