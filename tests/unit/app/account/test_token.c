#include "people.h"

#include "../../sys/http/client.h"

/* API tokens in front of a real server: what they open, what they never open, when they end. */

static int tell(struct http_request *req, struct http_response *res, struct err *e)
{
    const struct actor *actor = actor_of(req);

    res->type = "text/plain; charset=utf-8";
    buf_printf(&res->body, STR_FMT " %d %d", STR_ARG(actor->login), actor_can(actor, PERM_ORG_READ),
               actor_can(actor, PERM_REPORT_CREATE));
    return 0;
}

static int asks_sql(struct http_request *req, struct http_response *res, struct err *e)
{
    _cleanup_(db_releasep) struct db *db = NULL;
    int r = db_acquire(t.pool, &db, e);

    if (r < 0 ||
        (r = actor_require(db, actor_of(req), PERM_ORG_CONTACT, HOSPITAL, req->now, e)) < 0)
        return r;
    return tell(req, res, e);
}

static const struct http_route routes[] = {
    {HTTP_GET, "/orgs", "org.read", tell, .scope = "none"},
    {HTTP_GET, "/api/v1/me", "session", tell, .scope = "none"},
    {HTTP_GET, "/api/v1/orgs", "org.read", tell, .scope = "none"},
    {HTTP_GET, "/api/v1/reports", "report.read", tell, .scope = "none"},
    {HTTP_POST, "/api/v1/orgs", "org.read", tell, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/api/v1/contact", "org.read", asks_sql, .scope = "none"},
};
static const struct http_route *const tables[] = {routes};
static const size_t lens[] = {ARRAY_LEN(routes)};

static void show_error(struct http_request *req, struct http_response *res, const struct err *e,
                       void *ctx)
{
    if (account_error_redirect(req, res, e))
        return;
    res->status = err_http_status(e->code);
    buf_add_c(&res->body, err_name(e->code));
}

static struct http_server *server;
static int64_t lan;

static int token_begin(void **state)
{
    struct http_options options = {
        .host = "127.0.0.1", .spool_dir = t.dir, .guard = account_guard, .error = show_error};

    people_begin(state);
    options.ctx = t.pool;
    assert_ok(http_start(&server, &options, tables, lens, 1, &err));
    lan = person("lan", ROLE_officer, HOSPITAL);
    return 0;
}

static int token_end(void **state)
{
    http_stop(server, 5);
    return people_end(state);
}

static struct token_new wish(const char *const *scope, size_t n)
{
    struct token_new new_ = {.name = STR("Giám sát"), .expires_at = T0 + DAY_MS};

    new_.scope.at = arena_array(&t.arena, struct str, n);
    for (size_t i = 0; i < n; i++)
        new_.scope.at[new_.scope.len++] = str_c(scope[i]);
    return new_;
}

static const char *const org_read[] = {"org.read"};

static struct str make(const struct token_new *new_)
{
    struct str token;

    assert_ok(account_token_create(t.db, &t.arena, lan, new_, NULL, T0, &token, &err));
    return token;
}

static struct str org_token(void)
{
    struct token_new new_ = wish(org_read, 1);

    return make(&new_);
}

static struct str bearer(struct str token)
{
    return str_printf(&t.arena, "Authorization: Bearer " STR_FMT "\r\n", STR_ARG(token));
}

static struct reply ask(const char *path, struct str fields)
{
    return get(http_port(server), &t.arena, path, str_cdup(&t.arena, fields));
}

static struct reply post(const char *path, struct str fields)
{
    return talk(http_port(server), &t.arena,
                str_printf(&t.arena,
                           "POST %s HTTP/1.1\r\nHost: localhost\r\n" STR_FMT
                           "Content-Type: application/x-www-form-urlencoded\r\n"
                           "Content-Length: 0\r\n\r\n",
                           path, STR_ARG(fields)));
}

/* ---- using --------------------------------------------------------------------------------------
 */

static void test_a_token_opens_what_scope_and_roles_allow(void **state)
{
    struct str header = bearer(org_token());
    struct reply r = ask("/api/v1/orgs", header);

    assert_int_equal(r.status, 200);
    assert_str(r.body, "lan 1 0");
    assert_int_equal(ask("/api/v1/me", header).status, 200);
    /* the role may, the token may not */
    assert_int_equal(ask("/api/v1/reports", header).status, 403);
    testdb_sql(&t, "UPDATE role_grant SET revoked_at = 1");
    assert_int_equal(ask("/api/v1/orgs", header).status, 403);
}

static void test_sql_does_not_widen_a_token(void **state)
{
    static const char *const both[] = {"org.read", "org.contact"};
    struct token_new new_ = wish(both, 2);

    assert_int_equal(ask("/api/v1/contact", bearer(org_token())).status, 403);
    assert_int_equal(ask("/api/v1/contact", bearer(make(&new_))).status, 200);
}

static void test_a_token_is_for_the_api_only(void **state)
{
    struct reply r = ask("/orgs", bearer(org_token()));

    assert_int_equal(r.status, 303);
    assert_str(reply_header(&r, "Location"), "/sign-in?next=%2Forgs");
}

static void test_a_token_needs_no_csrf_and_ignores_cookies(void **state)
{
    struct str header = bearer(org_token());
    struct str cookie = str_printf(&t.arena, "Cookie: ungcuu_session=" STR_FMT "\r\n",
                                   STR_ARG(sign_in_as(lan, T0)));

    assert_int_equal(post("/api/v1/orgs", header).status, 200);
    assert_int_equal(post("/api/v1/orgs", cookie).status, 403);
    /* a session beside it does not mend a token that does not hold */
    assert_int_equal(
        ask("/api/v1/orgs",
            str_printf(&t.arena, STR_FMT "Authorization: Bearer uc_wrong\r\n", STR_ARG(cookie)))
            .status,
        401);
}

static void test_refusals_say_how_to_come_in(void **state)
{
    struct reply r = ask("/api/v1/orgs", STR(""));

    assert_int_equal(r.status, 401);
    assert_str(reply_header(&r, "WWW-Authenticate"), "Bearer realm=\"ungcuu\"");
    r = ask("/api/v1/orgs", bearer(STR("uc_0123456789012345678901234567890123456789")));
    assert_int_equal(r.status, 401);
    assert_str(reply_header(&r, "WWW-Authenticate"),
               "Bearer realm=\"ungcuu\", error=\"invalid_token\"");
}

static void test_tokens_end(void **state)
{
    struct str a = bearer(org_token()), b = bearer(org_token());

    testdb_sql(&t, "UPDATE account SET state = 'disabled'");
    assert_int_equal(ask("/api/v1/orgs", a).status, 401);
    testdb_sql(&t, "UPDATE account SET state = 'active'");
    assert_int_equal(ask("/api/v1/orgs", a).status, 200);
    assert_ok(account_token_revoke(t.db, &t.arena, testdb_sql(&t, "SELECT MIN(id) FROM api_token"),
                                   NULL, T0, &err));
    assert_int_equal(ask("/api/v1/orgs", a).status, 401);
    assert_int_equal(ask("/api/v1/orgs", b).status, 200);
    clock_set(T0 + DAY_MS);
    assert_int_equal(ask("/api/v1/orgs", b).status, 401);
}

static void test_addresses_may_be_restricted(void **state)
{
    struct token_new new_ = wish(org_read, 1);

    new_.networks = STR("192.0.2.0/24, 2001:db8::/32");
    assert_int_equal(ask("/api/v1/orgs", bearer(make(&new_))).status, 403);
    new_.networks = STR("192.0.2.0/24 127.0.0.0/8");
    assert_int_equal(ask("/api/v1/orgs", bearer(make(&new_))).status, 200);
}

static void test_a_flood_is_stopped_for_that_token_only(void **state)
{
    struct str flood = org_token(), other = org_token();
    struct actor actor = {0};
    enum lang lang;
    int r = 0;

    for (int i = 0; i < 700 && r == 0; i++)
        r = token_find(t.db, &t.arena, flood, STR("192.0.2.1"), T0, &actor, &lang, &err);
    assert_int_equal(r, ERR_LIMIT);
    assert_int_equal(ask("/api/v1/orgs", bearer(flood)).status, 429);
    assert_int_equal(ask("/api/v1/orgs", bearer(other)).status, 200);
    clock_set(T0 + MINUTE_MS);
    assert_int_equal(ask("/api/v1/orgs", bearer(flood)).status, 200);
}

static void test_use_is_noted_coarsely(void **state)
{
    struct str header = bearer(org_token());

    ask("/api/v1/orgs", header);
    assert_int_equal(testdb_sql(&t, "SELECT used_at FROM api_token"), T0);
    clock_set(T0 + MINUTE_MS);
    ask("/api/v1/orgs", header);
    assert_int_equal(testdb_sql(&t, "SELECT used_at FROM api_token"), T0);
    clock_set(T0 + HOUR_MS);
    ask("/api/v1/orgs", header);
    assert_int_equal(testdb_sql(&t, "SELECT used_at FROM api_token"), T0 + HOUR_MS);
    assert_int_equal(
        testdb_sql(&t, "SELECT COUNT(*) FROM api_token WHERE used_address = '127.0.0.1'"), 1);
}

/* ---- making -------------------------------------------------------------------------------------
 */

static int create(const struct token_new *new_, const struct actor *by)
{
    struct str token;

    err_clear(&err);
    return account_token_create(t.db, &t.arena, lan, new_, by, T0, &token, &err);
}

static void test_only_the_hash_is_kept(void **state)
{
    struct str token = org_token();

    assert_int_equal(token.len, 43);
    assert_true(str_starts(token, STR("uc_")));
    assert_int_equal(testdb_sql(&t, str_printf(&t.arena,
                                               "SELECT COUNT(*) FROM api_token WHERE hash = '%s' "
                                               "OR hint = '%s'",
                                               token.ptr, token.ptr)
                                        .ptr),
                     0);
    assert_int_equal(
        testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE action = 'account.token_create'"), 1);
}

static void test_a_token_carries_no_more_than_its_owner(void **state)
{
    static const char *const wide[] = {"org.read", "audit.read"}, *const odd[] = {"org.raed"};
    struct token_new new_ = wish(wide, 2);

    assert_int_equal(create(&new_, NULL), ERR_INVALID);
    assert_string_equal(err.field, "scope");
    new_ = wish(odd, 1);
    assert_int_equal(create(&new_, NULL), ERR_INVALID);
    new_ = wish(odd, 0);
    assert_int_equal(create(&new_, NULL), ERR_INVALID);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM api_token"), 0);
}

static void test_what_else_is_refused(void **state)
{
    struct actor mai = actor_for(person("mai", ROLE_admin, PROVINCE)), own = actor_for(lan);
    struct token_new new_ = wish(org_read, 1);

    assert_int_equal(create(&new_, &mai), ERR_FORBIDDEN);
    new_.expires_at = T0;
    assert_int_equal(create(&new_, &own), ERR_INVALID);
    assert_string_equal(err.field, "expires");
    new_.expires_at = T0 + TOKEN_LIFE_MAX + 1;
    assert_int_equal(create(&new_, &own), ERR_INVALID);
    new_.expires_at = T0 + DAY_MS;
    new_.networks = STR("192.0.2.0/33");
    assert_int_equal(create(&new_, &own), ERR_INVALID);
    assert_string_equal(err.field, "networks");
    new_.networks = STR_EMPTY;
    new_.name = STR("  ");
    assert_int_equal(create(&new_, &own), ERR_INVALID);
    new_.name = STR("x");
    for (int i = 0; i < TOKENS_MAX; i++)
        assert_int_equal(create(&new_, &own), 0);
    assert_int_equal(create(&new_, &own), ERR_LIMIT);
}

static void test_who_may_revoke(void **state)
{
    struct actor admin = actor_for(person("mai", ROLE_admin, PROVINCE)),
                 far = actor_for(person("bay", ROLE_admin, PROVIDER)), own = actor_for(lan);
    int64_t id;

    org_token();
    org_token();
    id = testdb_sql(&t, "SELECT MIN(id) FROM api_token");
    assert_fails(account_token_revoke(t.db, &t.arena, id, &far, T0, &err), ERR_NOT_FOUND);
    assert_ok(account_token_revoke(t.db, &t.arena, id, &admin, T0, &err));
    assert_ok(account_token_revoke(t.db, &t.arena, id + 1, &own, T0, &err));
    /* once more changes nothing and is not told twice */
    assert_ok(account_token_revoke(t.db, &t.arena, id, &own, T0, &err));
    assert_int_equal(
        testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE action = 'account.token_revoke'"), 2);
    assert_fails(account_token_revoke(t.db, &t.arena, id + 9, &own, T0, &err), ERR_NOT_FOUND);
}

#define TOKEN_TEST(f) cmocka_unit_test_setup_teardown(f, token_begin, token_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TOKEN_TEST(test_a_token_opens_what_scope_and_roles_allow),
        TOKEN_TEST(test_sql_does_not_widen_a_token),
        TOKEN_TEST(test_a_token_is_for_the_api_only),
        TOKEN_TEST(test_a_token_needs_no_csrf_and_ignores_cookies),
        TOKEN_TEST(test_refusals_say_how_to_come_in),
        TOKEN_TEST(test_tokens_end),
        TOKEN_TEST(test_addresses_may_be_restricted),
        TOKEN_TEST(test_a_flood_is_stopped_for_that_token_only),
        TOKEN_TEST(test_use_is_noted_coarsely),
        TOKEN_TEST(test_only_the_hash_is_kept),
        TOKEN_TEST(test_a_token_carries_no_more_than_its_owner),
        TOKEN_TEST(test_what_else_is_refused),
        TOKEN_TEST(test_who_may_revoke),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
