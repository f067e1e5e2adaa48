#include "sys/oidc/oidc.h"

#include "base/random.h"
#include "sys/fetch/fetch.h"
#include "sys/html/html.h"
#include "sys/oidc/inner.h"

#include <sodium.h>

enum { RANDOM = 32, SECONDS = 15, ANSWER_MAX = 128 * 1024 };
#define SKEW   MINUTE_MS
#define OLDEST (10 * MINUTE_MS) /* an ID token is used at once */

static struct str random_text(struct arena *a)
{
    uint8_t bytes[RANDOM];

    random_bytes(bytes, sizeof bytes);
    return jose_base64_text(a, bytes, sizeof bytes);
}

void oidc_attempt_make(struct arena *a, struct oidc_attempt *out)
{
    *out = (struct oidc_attempt){random_text(a), random_text(a), random_text(a), false};
}

/* ---- going there -------------------------------------------------------------------------------
 */

static void add_field(struct buf *out, const char *name, struct str value)
{
    if (out->len > 0 && out->ptr[out->len - 1] != '?')
        buf_add_char(out, '&');
    buf_add_c(out, name);
    buf_add_char(out, '=');
    html_url_part(out, value);
}

static struct buf url_begin(struct arena *a, struct str url)
{
    struct buf out = buf_make(a);

    buf_add(&out, url);
    buf_add_char(&out, str_find_char(url, '?') >= 0 ? '&' : '?');
    return out;
}

struct str oidc_authorize_url(struct arena *a, const struct oidc_client *client,
                              const struct oidc_provider *provider,
                              const struct oidc_attempt *attempt)
{
    struct buf out = url_begin(a, provider->authorization);
    uint8_t hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const uint8_t *)attempt->verifier.ptr, attempt->verifier.len);
    buf_add_c(&out, "response_type=code");
    add_field(&out, "client_id", client->id);
    add_field(&out, "redirect_uri", client->redirect_uri);
    add_field(&out, "scope", STR("openid email profile"));
    add_field(&out, "state", attempt->state);
    add_field(&out, "nonce", attempt->nonce);
    add_field(&out, "code_challenge", jose_base64_text(a, hash, sizeof hash));
    add_field(&out, "code_challenge_method", STR("S256"));
    if (attempt->again) {
        add_field(&out, "prompt", STR("login"));
        add_field(&out, "max_age", STR("0"));
    }
    return buf_str(&out);
}

struct str oidc_sign_out_url(struct arena *a, const struct oidc_client *client,
                             const struct oidc_provider *provider)
{
    struct buf out;

    if (provider->end_session.len == 0)
        return STR_EMPTY;
    out = url_begin(a, provider->end_session);
    buf_add_c(&out, "client_id=");
    html_url_part(&out, client->id);
    return buf_str(&out);
}

/* ---- coming back -------------------------------------------------------------------------------
 */

/* RFC 6749 section 2.3.1: both parts are form-encoded before they are joined. */
static struct str basic(struct arena *a, const struct oidc_client *client)
{
    struct buf pair = buf_make(a);
    size_t size;
    char *text;

    html_url_part(&pair, client->id);
    buf_add_char(&pair, ':');
    html_url_part(&pair, client->secret);
    size = sodium_base64_encoded_len(pair.len, sodium_base64_VARIANT_ORIGINAL);
    text = arena_alloc(a, size);
    sodium_bin2base64(text, size, (const unsigned char *)pair.ptr, pair.len,
                      sodium_base64_VARIANT_ORIGINAL);
    return str_printf(a, "Authorization: Basic %s", text);
}

static int exchange(struct arena *a, const struct oidc_client *client,
                    const struct oidc_provider *provider, const struct oidc_attempt *attempt,
                    struct str code, struct str *id_token, struct err *err)
{
    bool in_header = client->secret.len > 0 && !provider->secret_in_body;
    struct str headers[3] = {STR("Content-Type: application/x-www-form-urlencoded"),
                             STR("Accept: application/json")};
    struct fetch_answer answer = {0};
    struct buf body = buf_make(a);
    struct str why;
    int r;

    add_field(&body, "grant_type", STR("authorization_code"));
    add_field(&body, "code", code);
    add_field(&body, "redirect_uri", client->redirect_uri);
    add_field(&body, "code_verifier", attempt->verifier);
    if (in_header)
        headers[2] = basic(a, client);
    else
        add_field(&body, "client_id", client->id);
    if (!in_header && client->secret.len > 0)
        add_field(&body, "client_secret", client->secret);
    r = fetch(a,
              &(struct fetch_request){.method = "POST",
                                      .url = provider->token,
                                      .headers = headers,
                                      .headers_len = in_header ? 3 : 2,
                                      .body = buf_str(&body),
                                      .allow_internal = true,
                                      .seconds = SECONDS,
                                      .limit = ANSWER_MAX},
              &answer, err);
    if (r < 0)
        return r;
    if (answer.status >= 500)
        return err_set(err, ERR_UNAVAILABLE, "the provider answers %d", answer.status);
    if (answer.status != 200) {
        oidc_member(a, answer.body, "error", &why);
        return err_set(err, ERR_AUTH, "the provider refuses the code: %d \"" STR_FMT "\"",
                       answer.status, STR_ARG(str_sub(why, 0, 60)));
    }
    if (!oidc_member(a, answer.body, "id_token", id_token) || id_token->len == 0)
        return err_set(err, ERR_SYNTAX, "the provider's answer holds no ID token");
    return 0;
}

/* The keys in memory first; a name they do not know is looked up anew. */
static int check_signature(struct arena *a, const struct oidc_client *client,
                           const struct oidc_provider *provider, const struct jwt *token,
                           int64_t now, struct err *err)
{
    struct err first = {0};
    struct jwk_set keys;
    int r = oidc_keys(a, client, provider, now, false, &keys, err);

    if (r < 0)
        return r;
    r = jwt_verify(a, token, &keys, &first);
    if (r == 0)
        return 0;
    if ((r = oidc_keys(a, client, provider, now, true, &keys, err)) < 0)
        return r;
    r = jwt_verify(a, token, &keys, err);
    return r == ERR_NOT_FOUND ? err_set(err, ERR_AUTH, "the provider has no key of this token") : r;
}

static bool has_audience(const struct jwt_claims *c, struct str id)
{
    for (size_t i = 0; i < c->aud.len; i++) {
        if (str_eq(c->aud.at[i], id))
            return true;
    }
    return false;
}

static const char *wrong_with(const struct jwt_claims *c, const struct oidc_client *client,
                              const struct oidc_attempt *attempt, int64_t now)
{
    if (!str_eq(c->iss, client->issuer))
        return "it is from another issuer";
    if (!has_audience(c, client->id))
        return "it is for somebody else";
    if ((c->aud.len > 1 || c->azp.len > 0) && !str_eq(c->azp, client->id))
        return "it was made for another party";
    if (!c->exp.has || c->exp.v <= now - SKEW)
        return "it has expired";
    if (!c->iat.has || c->iat.v > now + SKEW || c->iat.v < now - OLDEST)
        return "it was not made just now";
    if (c->nbf.has && c->nbf.v > now + SKEW)
        return "it does not hold yet";
    if (c->nonce.len == 0 || !str_eq(c->nonce, attempt->nonce))
        return "it does not belong to this attempt";
    if (c->sub.len == 0 || c->sub.len > 255)
        return "it names nobody";
    if (attempt->again && (!c->auth_time.has || c->auth_time.v < now - OLDEST))
        return "the provider did not ask again who this is";
    return NULL;
}

int oidc_verify(struct arena *a, const struct oidc_client *client,
                const struct oidc_provider *provider, const struct oidc_attempt *attempt,
                struct str id_token, int64_t now, struct oidc_person *out, struct err *err)
{
    struct jwt_claims c;
    struct jwt token;
    const char *wrong;
    int r;

    if ((r = jwt_parse(a, id_token, &token, err)) < 0)
        return r;
    if ((r = check_signature(a, client, provider, &token, now, err)) < 0 ||
        (r = jwt_claims(a, token.payload, &c, err)) < 0)
        return r;
    wrong = wrong_with(&c, client, attempt, now);
    if (wrong != NULL)
        return err_set(err, ERR_AUTH, "the ID token is not taken: %s", wrong);
    *out = (struct oidc_person){.subject = c.sub,
                                .email = c.email_verified ? c.email : STR_EMPTY,
                                .auth_time = c.auth_time};
    out->name = c.name.len > 0       ? c.name
                : c.username.len > 0 ? c.username
                : c.email.len > 0    ? c.email
                                     : c.sub;
    return 0;
}

int oidc_finish(struct arena *a, const struct oidc_client *client,
                const struct oidc_provider *provider, const struct oidc_attempt *attempt,
                struct str code, int64_t now, struct oidc_person *out, struct err *err)
{
    struct str id_token;
    int r = exchange(a, client, provider, attempt, code, &id_token, err);

    return r < 0 ? r : oidc_verify(a, client, provider, attempt, id_token, now, out, err);
}
