#include "sys/oidc/inner.h"

#include "base/json.h"
#include "sys/fetch/fetch.h"

#include <pthread.h>

enum { DOCUMENT_MAX = 256 * 1024, SECONDS = 10 };
#define REMEMBER    HOUR_MS
#define KEYS_SELDOM MINUTE_MS

/* What was read last; one site has one provider. */
static struct {
    pthread_mutex_t lock;
    struct arena arena; /* of what is kept */
    struct str issuer, document, keys;
    int64_t document_at, keys_at;
} memory = {.lock = PTHREAD_MUTEX_INITIALIZER};

bool oidc_issuer_good(struct str issuer)
{
    static const char *const here[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};
    struct arena a = {0};
    bool good = fetch_url_good(&a, issuer) && str_find_char(issuer, '?') < 0 &&
                str_find_char(issuer, '#') < 0;

    arena_release(&a);
    if (!good || str_starts(issuer, STR("https://")))
        return good;
    for (size_t i = 0; i < ARRAY_LEN(here); i++) {
        struct str rest = str_from(issuer, strlen(here[i]));
        if (str_starts(issuer, str_c(here[i])) &&
            (rest.len == 0 || rest.ptr[0] == ':' || rest.ptr[0] == '/'))
            return true;
    }
    return false;
}

int oidc_get(struct arena *a, struct str url, struct str *body, struct err *err)
{
    static const struct str accept = STR_INIT("Accept: application/json");
    /* The administrator named the provider: it may well be inside. */
    const struct fetch_request request = {.url = url,
                                          .headers = &accept,
                                          .headers_len = 1,
                                          .allow_internal = true,
                                          .seconds = SECONDS,
                                          .limit = DOCUMENT_MAX};
    struct fetch_answer answer = {0};
    int r = fetch(a, &request, &answer, err);

    if (r < 0)
        return r;
    if (answer.status != 200)
        return err_set(err, ERR_UNAVAILABLE, STR_FMT " answers %d", STR_ARG(url), answer.status);
    *body = answer.body;
    return 0;
}

/* ---- reading the document ----------------------------------------------------------------------
 */

bool oidc_member(struct arena *a, struct str json, const char *name, struct str *out)
{
    bool found = false;
    struct json j;

    *out = STR_EMPTY;
    json_init(&j, json);
    if (json_next(&j) != JSON_OBJECT)
        return false;
    while (json_next(&j) == JSON_KEY) {
        bool wanted = str_is(json_string(&j, a), name) && !found;
        json_next(&j);
        if (wanted && j.type == JSON_STRING) {
            *out = json_string(&j, a);
            found = true;
        } else if ((j.type == JSON_OBJECT || j.type == JSON_ARRAY) && !json_skip(&j)) {
            return false;
        }
    }
    return j.type == JSON_OBJECT_END;
}

/* A list of texts or a truth value as its raw text: enough to look a word up in it. */
static bool member_says(struct str json, const char *name, const char *word)
{
    _cleanup_(arena_release) struct arena a = {0};
    bool found = false;
    struct json j;

    json_init(&j, json);
    if (json_next(&j) != JSON_OBJECT)
        return false;
    while (json_next(&j) == JSON_KEY) {
        bool wanted = str_is(json_string(&j, &a), name);
        json_next(&j);
        if (wanted && j.type == JSON_ARRAY) {
            while (json_next(&j) != JSON_ARRAY_END && j.type != JSON_ERROR && j.type != JSON_END)
                found |= j.type == JSON_STRING && str_is(json_string(&j, &a), word);
        } else if (wanted) {
            found |= j.type == JSON_TRUE && strcmp(word, "true") == 0;
        } else if ((j.type == JSON_OBJECT || j.type == JSON_ARRAY) && !json_skip(&j)) {
            return false;
        }
    }
    return found;
}

static int url_member(struct arena *a, struct str document, const char *name, bool needed,
                      struct str *out, struct err *err)
{
    ptrdiff_t query;

    if (!oidc_member(a, document, name, out))
        return err_set(err, ERR_SYNTAX, "the discovery document is no JSON object");
    if (out->len == 0 && !needed)
        return 0;
    query = str_find_char(*out, '?');
    if (!oidc_issuer_good(query < 0 ? *out : str_sub(*out, 0, (size_t)query)))
        return err_set(err, ERR_INVALID, "%s of the provider is no https URL: \"" STR_FMT "\"",
                       name, STR_ARG(str_sub(*out, 0, 100)));
    return 0;
}

static int read_provider(struct arena *a, const struct oidc_client *client, struct str document,
                         struct oidc_provider *out, struct err *err)
{
    struct str issuer;
    int r;

    *out = (struct oidc_provider){0};
    if (!oidc_member(a, document, "issuer", &issuer))
        return err_set(err, ERR_SYNTAX, "the discovery document is no JSON object");
    if (!str_eq(issuer, client->issuer))
        return err_set(err, ERR_INVALID,
                       "the discovery document speaks for \"" STR_FMT "\", not for \"" STR_FMT "\"",
                       STR_ARG(str_sub(issuer, 0, 100)), STR_ARG(client->issuer));
    if ((r = url_member(a, document, "authorization_endpoint", true, &out->authorization, err)) <
            0 ||
        (r = url_member(a, document, "token_endpoint", true, &out->token, err)) < 0 ||
        (r = url_member(a, document, "jwks_uri", true, &out->jwks, err)) < 0 ||
        (r = url_member(a, document, "end_session_endpoint", false, &out->end_session, err)) < 0)
        return r;
    out->secret_in_body =
        member_says(document, "token_endpoint_auth_methods_supported", "client_secret_post") &&
        !member_says(document, "token_endpoint_auth_methods_supported", "client_secret_basic");
    out->says_issuer =
        member_says(document, "authorization_response_iss_parameter_supported", "true");
    return 0;
}

/* ---- memory ------------------------------------------------------------------------------------
 */

static struct str remembered(struct arena *a, const struct oidc_client *client, bool keys,
                             int64_t newer_than)
{
    struct str out = STR_EMPTY;

    pthread_mutex_lock(&memory.lock);
    if (str_eq(memory.issuer, client->issuer) &&
        (keys ? memory.keys_at : memory.document_at) > newer_than)
        out = str_dup(a, keys ? memory.keys : memory.document);
    pthread_mutex_unlock(&memory.lock);
    return out;
}

/* Everything kept is copied together: the arena does not grow with the years. */
static void remember(const struct oidc_client *client, struct str document, struct str keys,
                     int64_t now)
{
    struct arena fresh = {0};
    bool same;

    pthread_mutex_lock(&memory.lock);
    same = str_eq(memory.issuer, client->issuer);
    memory.document = str_dup(&fresh, document.len > 0 || !same ? document : memory.document);
    memory.keys = str_dup(&fresh, keys.len > 0 || !same ? keys : memory.keys);
    memory.document_at = document.len > 0 ? now : same ? memory.document_at : 0;
    memory.keys_at = keys.len > 0 ? now : same ? memory.keys_at : 0;
    memory.issuer = str_dup(&fresh, client->issuer);
    arena_release(&memory.arena);
    memory.arena = fresh;
    pthread_mutex_unlock(&memory.lock);
}

static int discover(struct arena *a, const struct oidc_client *client, int64_t now, bool fresh,
                    struct oidc_provider *out, struct err *err)
{
    struct str document = fresh ? STR_EMPTY : remembered(a, client, false, now - REMEMBER), issuer;
    int r;

    if (document.len > 0)
        return read_provider(a, client, document, out, err);
    issuer = client->issuer;
    if (str_ends(issuer, STR("/")))
        issuer.len--;
    r = oidc_get(a, str_printf(a, STR_FMT "/.well-known/openid-configuration", STR_ARG(issuer)),
                 &document, err);
    if (r < 0 || (r = read_provider(a, client, document, out, err)) < 0)
        return r;
    remember(client, document, STR_EMPTY, now);
    return 0;
}

int oidc_discover(struct arena *a, const struct oidc_client *client, int64_t now,
                  struct oidc_provider *out, struct err *err)
{
    return discover(a, client, now, false, out, err);
}

static int read_keys(struct arena *a, const struct oidc_client *client,
                     const struct oidc_provider *provider, int64_t now, struct jwk_set *out,
                     struct err *err)
{
    struct str keys;
    int r = oidc_get(a, provider->jwks, &keys, err);

    if (r < 0 || (r = jwk_set_parse(a, keys, out, err)) < 0)
        return r;
    remember(client, STR_EMPTY, keys, now);
    return 0;
}

int oidc_keys(struct arena *a, const struct oidc_client *client,
              const struct oidc_provider *provider, int64_t now, bool fresh, struct jwk_set *out,
              struct err *err)
{
    struct str keys = remembered(a, client, true, now - (fresh ? KEYS_SELDOM : REMEMBER));

    if (keys.len > 0)
        return jwk_set_parse(a, keys, out, err);
    return read_keys(a, client, provider, now, out, err);
}

int oidc_check(struct arena *a, const struct oidc_client *client, int64_t now,
               struct oidc_provider *out, size_t *keys, struct err *err)
{
    struct jwk_set set = {0};
    int r = discover(a, client, now, true, out, err);

    if (r < 0 || (r = read_keys(a, client, out, now, &set, err)) < 0)
        return r;
    *keys = set.len;
    return 0;
}
