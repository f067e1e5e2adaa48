#include "test.h"

#include "base/clock.h"
#include "base/json.h"
#include "support/signer.h"
#include "sys/http/http.h"
#include "sys/oidc/oidc.h"

/* A provider of our own on this machine: what it may say and what must not be taken from it. */
#define NOW    ((int64_t)1790000000000)
#define CLIENT "ungcuu"

static struct arena arena;
static struct err err;
static struct http_server *server;
static struct signer first, second;
static struct oidc_client client = {
    .id = STR_INIT(CLIENT),
    .secret = STR_INIT("bí mật & co"),
    .redirect_uri = STR_INIT("https://ungcuu.example.vn/sign-in/provider/back")};
static struct oidc_attempt attempt;
static struct oidc_provider provider;
static struct str issuer, keys, id_token, asked_with, authorization;
static int documents, key_reads, token_status;

/* ---- the provider -------------------------------------------------------------------------------
 */

static int discovery(struct http_request *req, struct http_response *res, struct err *e)
{
    documents++;
    res->type = "application/json";
    buf_printf(&res->body,
               "{\"issuer\":\"%s\",\"authorization_endpoint\":\"%s/auth?x=1\",\"token_endpoint\":"
               "\"%s/token\",\"jwks_uri\":\"%s/keys\",\"claims_supported\":[\"sub\",{\"a\":[]}]}",
               issuer.ptr, client.issuer.ptr, client.issuer.ptr, client.issuer.ptr);
    return 0;
}

static int show_keys(struct http_request *req, struct http_response *res, struct err *e)
{
    key_reads++;
    buf_add(&res->body, keys);
    return 0;
}

static int token(struct http_request *req, struct http_response *res, struct err *e)
{
    asked_with = str_dup(&arena, http_field(req, "code_verifier"));
    authorization = str_dup(&arena, http_header(req, "Authorization"));
    res->status = token_status;
    if (token_status == 200)
        buf_printf(&res->body, "{\"access_token\":\"x\",\"id_token\":\"%s\"}", id_token.ptr);
    else
        buf_add_c(&res->body, "{\"error\":\"invalid_grant\"}");
    return 0;
}

static const struct http_route routes[] = {
    {HTTP_GET, "/.well-known/openid-configuration", "public", discovery, .scope = "none"},
    {HTTP_GET, "/keys", "public", show_keys, .scope = "none"},
    {HTTP_POST, "/token", "public", token, HTTP_BODY_FORM, .no_csrf = true, .scope = "none"},
};
static const struct http_route *const tables[] = {routes};
static const size_t lens[] = {ARRAY_LEN(routes)};

static struct str set_of(const struct signer *a, const struct signer *b)
{
    return str_printf(&arena, "{\"keys\":[%s%s%s]}", signer_jwk(&arena, a).ptr,
                      b != NULL ? "," : "", b != NULL ? signer_jwk(&arena, b).ptr : "");
}

static int group_begin(void **state)
{
    static char dir[] = "/tmp";
    const struct http_options options = {.host = "127.0.0.1", .spool_dir = dir};

    signer_init(&first, JOSE_RS256, "r1", 2048);
    signer_init(&second, JOSE_ES256, "e1", 0);
    return http_start(&server, &options, tables, lens, 1, &err);
}

static int group_end(void **state)
{
    http_stop(server, 5);
    signer_release(&first);
    signer_release(&second);
    arena_release(&arena);
    return 0;
}

static int begin(void **state)
{
    size_t n;

    client.issuer = issuer = str_printf(&arena, "http://127.0.0.1:%d", http_port(server));
    keys = set_of(&first, NULL);
    token_status = 200;
    oidc_attempt_make(&arena, &attempt);
    err_clear(&err);
    if (oidc_check(&arena, &client, NOW, &provider, &n, &err) < 0)
        fail_msg("%s", err.what);
    documents = key_reads = 0;
    return 0;
}

/* What a right ID token says, with one member replaced or, with NULL, left out. */
static struct str claims(const char *name, const char *value)
{
    const struct {
        const char *name;
        struct str value;
    } members[] = {
        {"iss", str_printf(&arena, "\"%s\"", client.issuer.ptr)},
        {"sub", STR("\"nguoi-42\"")},
        {"aud", STR("\"" CLIENT "\"")},
        {"azp", STR_EMPTY},
        {"nonce", str_printf(&arena, "\"%s\"", attempt.nonce.ptr)},
        {"exp", str_printf(&arena, "%lld", (long long)NOW / 1000 + 300)},
        {"iat", str_printf(&arena, "%lld", (long long)NOW / 1000)},
        {"nbf", STR_EMPTY},
        {"auth_time", STR_EMPTY},
        {"email", STR("\"lan@example.vn\"")},
        {"email_verified", STR("true")},
    };
    struct buf out = buf_make(&arena);

    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        struct str v = strcmp(members[i].name, name) == 0 ? str_c(value) : members[i].value;
        if (v.len > 0)
            buf_printf(&out, "%s\"%s\":" STR_FMT, out.len > 0 ? "," : "{", members[i].name,
                       STR_ARG(v));
    }
    buf_add_char(&out, '}');
    return buf_str(&out);
}

static struct oidc_person person;

static int verify(struct str text)
{
    err_clear(&err);
    return oidc_verify(&arena, &client, &provider, &attempt, text, NOW, &person, &err);
}

static int says(const char *name, const char *value)
{
    return verify(signer_sign(&arena, &first, claims(name, value)));
}

static const char *seconds(int64_t n)
{
    return str_printf(&arena, "%lld", (long long)(NOW / 1000 + n)).ptr;
}

/* ---- tests --------------------------------------------------------------------------------------
 */

static void test_the_url_carries_what_it_must(void **state)
{
    struct str url = oidc_authorize_url(&arena, &client, &provider, &attempt);

    assert_true(str_find(url, STR("/auth?x=1&response_type=code&client_id=ungcuu&redirect_uri="
                                  "https%3A%2F%2Fungcuu.example.vn%2Fsign-in%2Fprovider%2Fback&")) >
                0);
    assert_true(str_find(url, attempt.state) > 0);
    assert_true(str_find(url, attempt.nonce) > 0);
    assert_true(str_find(url, STR("code_challenge_method=S256")) > 0);
    assert_true(str_find(url, attempt.verifier) < 0);
    assert_int_equal(attempt.verifier.len, 43);
    attempt.again = true;
    url = oidc_authorize_url(&arena, &client, &provider, &attempt);
    assert_true(str_find(url, STR("prompt=login&max_age=0")) > 0);
}

static void test_a_code_becomes_a_person(void **state)
{
    id_token = signer_sign(&arena, &first, claims("", NULL));
    assert_int_equal(
        oidc_finish(&arena, &client, &provider, &attempt, STR("abc"), NOW, &person, &err), 0);
    assert_str(person.subject, "nguoi-42");
    assert_str(person.email, "lan@example.vn");
    assert_str(asked_with, attempt.verifier.ptr);
    /* ungcuu:b%C3%AD%20m%E1%BA%ADt%20%26%20co */
    assert_str(authorization, "Basic dW5nY3V1OmIlQzMlQUQlMjBtJUUxJUJBJUFEdCUyMCUyNiUyMGNv");
    token_status = 400;
    assert_int_equal(
        oidc_finish(&arena, &client, &provider, &attempt, STR("abc"), NOW, &person, &err),
        ERR_AUTH);
    token_status = 503;
    assert_int_equal(
        oidc_finish(&arena, &client, &provider, &attempt, STR("abc"), NOW, &person, &err),
        ERR_UNAVAILABLE);
}

static void test_what_an_id_token_must_say(void **state)
{
    assert_int_equal(says("", NULL), 0);
    assert_int_equal(says("iss", "\"https://other.example.vn\""), ERR_AUTH);
    assert_int_equal(says("iss", NULL), ERR_AUTH);
    assert_int_equal(says("aud", "\"other\""), ERR_AUTH);
    assert_int_equal(says("aud", "[\"other\",\"" CLIENT "\"]"), ERR_AUTH); /* without azp */
    assert_int_equal(says("aud", "[\"" CLIENT "\"]"), 0);
    assert_int_equal(says("aud", NULL), ERR_AUTH);
    assert_int_equal(says("azp", "\"other\""), ERR_AUTH);
    assert_int_equal(says("azp", "\"" CLIENT "\""), 0);
    assert_int_equal(says("nonce", "\"x\""), ERR_AUTH);
    assert_int_equal(says("nonce", NULL), ERR_AUTH);
    assert_int_equal(says("sub", NULL), ERR_AUTH);
    assert_int_equal(says("sub", "\"\""), ERR_AUTH);
}

static void test_times(void **state)
{
    assert_int_equal(says("exp", seconds(-61)), ERR_AUTH);
    assert_int_equal(says("exp", seconds(-30)), 0); /* a clock that is a little late */
    assert_int_equal(says("exp", NULL), ERR_AUTH);
    assert_int_equal(says("iat", seconds(120)), ERR_AUTH);
    assert_int_equal(says("iat", seconds(30)), 0);
    assert_int_equal(says("iat", seconds(-3600)), ERR_AUTH);
    assert_int_equal(says("iat", NULL), ERR_AUTH);
    assert_int_equal(says("nbf", seconds(120)), ERR_AUTH);
    assert_int_equal(says("nbf", seconds(-10)), 0);
    attempt.again = true;
    assert_int_equal(says("", NULL), ERR_AUTH);
    assert_int_equal(says("auth_time", seconds(-3600)), ERR_AUTH);
    assert_int_equal(says("auth_time", seconds(-5)), 0);
}

static void test_an_address_counts_only_when_verified(void **state)
{
    assert_int_equal(says("email_verified", "false"), 0);
    assert_str(person.email, "");
    assert_int_equal(says("email_verified", NULL), 0);
    assert_str(person.email, "");
    assert_str(person.name, "lan@example.vn"); /* to be shown it is good enough */
}

static void test_signatures(void **state)
{
    struct str good = signer_sign(&arena, &first, claims("", NULL));
    struct str other = signer_sign(&arena, &first, claims("sub", "\"ai-khac\""));
    ptrdiff_t a = str_rfind_char(good, '.'), b = str_rfind_char(other, '.');

    assert_int_equal(verify(good), 0);
    assert_int_equal(
        verify(str_printf(&arena, STR_FMT STR_FMT, STR_ARG(str_sub(other, 0, (size_t)b)),
                          STR_ARG(str_from(good, (size_t)a)))),
        ERR_AUTH);
    assert_int_equal(verify(signer_token(&arena, &first, "{\"alg\":\"none\"}", claims("", NULL))),
                     ERR_UNSUPPORTED);
    assert_int_equal(verify(signer_sign(&arena, &second, claims("", NULL))), ERR_AUTH);
}

static void test_new_keys_are_found_when_they_are_used(void **state)
{
    struct str by_new = signer_sign(&arena, &second, claims("", NULL));

    assert_int_equal(says("", NULL), 0);
    assert_int_equal(key_reads, 0); /* from memory */
    keys = set_of(&second, NULL);
    /* not at once: who sends wrong tokens must not make us ask all the time */
    assert_int_equal(verify(by_new), ERR_AUTH);
    assert_int_equal(key_reads, 0);
    assert_int_equal(
        oidc_verify(&arena, &client, &provider, &attempt, by_new, NOW + MINUTE_MS, &person, &err),
        0);
    assert_int_equal(key_reads, 1);
    /* the old key is gone */
    assert_int_equal(oidc_verify(&arena, &client, &provider, &attempt,
                                 signer_sign(&arena, &first, claims("", NULL)), NOW + 2 * MINUTE_MS,
                                 &person, &err),
                     ERR_AUTH);
}

static void test_the_document_is_read_once_an_hour(void **state)
{
    assert_int_equal(oidc_discover(&arena, &client, NOW + MINUTE_MS, &provider, &err), 0);
    assert_int_equal(documents, 0);
    assert_int_equal(oidc_discover(&arena, &client, NOW + HOUR_MS, &provider, &err), 0);
    assert_int_equal(documents, 1);
    issuer = STR("https://other.example.vn");
    assert_int_equal(oidc_discover(&arena, &client, NOW + 3 * HOUR_MS, &provider, &err),
                     ERR_INVALID);
}

static void test_issuers(void **state)
{
    assert_true(oidc_issuer_good(STR("https://id.example.vn/realms/tinh")));
    assert_true(oidc_issuer_good(STR("http://127.0.0.1:8080")));
    assert_true(oidc_issuer_good(STR("http://localhost/x")));
    assert_false(oidc_issuer_good(STR("http://id.example.vn")));
    assert_false(oidc_issuer_good(STR("http://127.0.0.1.example.vn")));
    assert_false(oidc_issuer_good(STR("https://id.example.vn?x=1")));
    assert_false(oidc_issuer_good(STR("ftp://id.example.vn")));
    assert_false(oidc_issuer_good(STR("")));
}

#define OIDC_TEST(f) cmocka_unit_test_setup(f, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OIDC_TEST(test_the_url_carries_what_it_must),
        OIDC_TEST(test_a_code_becomes_a_person),
        OIDC_TEST(test_what_an_id_token_must_say),
        OIDC_TEST(test_times),
        OIDC_TEST(test_an_address_counts_only_when_verified),
        OIDC_TEST(test_signatures),
        OIDC_TEST(test_new_keys_are_found_when_they_are_used),
        OIDC_TEST(test_the_document_is_read_once_an_hour),
        cmocka_unit_test(test_issuers),
    };

    return cmocka_run_group_tests(tests, group_begin, group_end);
}
