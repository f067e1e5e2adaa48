#include "people.h"

#include "../../sys/http/client.h"

#include <signal.h>
#include <sys/wait.h>

/* The guard in front of a real server, with routes that tell who was let in. */

static int tell(struct http_request *req, struct http_response *res, struct err *e)
{
    const struct actor *actor = actor_of(req);

    res->type = "text/plain; charset=utf-8";
    buf_printf(&res->body, "login=" STR_FMT "\ncsrf=" STR_FMT "\nlang=%d\n", STR_ARG(actor->login),
               STR_ARG(actor->csrf), (int)req->lang);
    return 0;
}

static const struct http_route routes[] = {
    {HTTP_GET, "/open", "public", tell, .scope = "none"},
    {HTTP_POST, "/open", "public", tell, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/other", "public", tell, .scope = "none"},
    {HTTP_GET, "/mine", "session", tell, .scope = "none"},
    {HTTP_POST, "/mine", "self", tell, HTTP_BODY_FORM, .scope = "none"},
    {HTTP_GET, "/orgs", "org.read", tell, .scope = "none"},
    {HTTP_GET, "/audit", "audit.read", tell, .scope = "none"},
    {HTTP_GET, "/account/password", "self", tell, .scope = "none"},
    {HTTP_GET, "/account/second", "self", tell, .fresh = true, .scope = "none"},
    {HTTP_GET, "/account/confirm", "self", tell, .scope = "none"},
    {HTTP_GET, "/danger", "org.read", tell, .fresh = true, .scope = "none"},
    {HTTP_POST, "/danger", "org.read", tell, HTTP_BODY_FORM, .fresh = true, .scope = "none"},
    {HTTP_GET, "/api/v1/danger", "org.read", tell, .fresh = true, .scope = "none"},
    {HTTP_POST, "/hook", "public", tell, HTTP_BODY_FORM, .no_csrf = true},
    {HTTP_GET, "/api/v1/me", "session", tell, .scope = "none"},
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

static int guard_begin(void **state)
{
    struct http_options options = {
        .host = "127.0.0.1", .spool_dir = t.dir, .guard = account_guard, .error = show_error};

    people_begin(state);
    options.ctx = t.pool;
    assert_ok(http_start(&server, &options, tables, lens, 1, &err));
    return 0;
}

static int guard_end(void **state)
{
    http_stop(server, 5);
    return people_end(state);
}

/* ---- talking to it ------------------------------------------------------------------------------
 */

static struct str cookie_of(struct str token)
{
    return str_printf(&t.arena, "Cookie: ungcuu_session=" STR_FMT "\r\n", STR_ARG(token));
}

static struct reply ask(const char *path, struct str fields)
{
    return get(http_port(server), &t.arena, path, str_cdup(&t.arena, fields));
}

static struct reply post(const char *path, struct str fields, struct str body)
{
    struct str bytes = str_printf(&t.arena,
                                  "POST %s HTTP/1.1\r\nHost: localhost\r\n" STR_FMT
                                  "Content-Type: application/x-www-form-urlencoded\r\n"
                                  "Content-Length: %zu\r\n\r\n" STR_FMT,
                                  path, STR_ARG(fields), body.len, STR_ARG(body));

    return talk(http_port(server), &t.arena, bytes);
}

static struct str line_of(const struct reply *r, const char *name)
{
    struct str rest = r->body, line, key = str_printf(&t.arena, "%s=", name);

    while (str_line(&rest, &line)) {
        if (str_starts(line, key))
            return str_from(line, key.len);
    }
    return STR_EMPTY;
}

static struct str csrf_field(const struct reply *r)
{
    return str_printf(&t.arena, "csrf=" STR_FMT, STR_ARG(line_of(r, "csrf")));
}

/* ---- who comes in -------------------------------------------------------------------------------
 */

static void test_visitors_see_what_is_public(void **state)
{
    struct reply r = ask("/open", STR(""));

    assert_int_equal(r.status, 200);
    assert_str(line_of(&r, "login"), "");
    assert_true(line_of(&r, "csrf").len > 0);
    assert_int_equal(reply_header(&r, "Set-Cookie").len, 0);
}

static void test_visitors_are_sent_to_sign_in_and_back(void **state)
{
    struct reply r = ask("/mine", STR(""));

    assert_int_equal(r.status, 303);
    assert_str(reply_header(&r, "Location"), "/sign-in?next=%2Fmine");
    r = ask("/orgs?q=b%E1%BB%87nh&sort=-name", STR(""));
    assert_str(reply_header(&r, "Location"),
               "/sign-in?next=%2Forgs%3Fq%3Db%25E1%25BB%2587nh%26sort%3D-name");
    r = ask("/api/v1/me", STR(""));
    assert_int_equal(r.status, 401);
    r = ask("/mine", STR("HX-Request: true\r\n"));
    assert_int_equal(r.status, 200);
    assert_str(reply_header(&r, "HX-Redirect"), "/sign-in?next=%2Fmine");
}

static void test_a_lost_form_leads_back_to_its_page(void **state)
{
    struct reply r =
        post("/mine", STR("Referer: https://ungcuu.example.vn/mine?tab=2\r\n"), STR(""));

    assert_int_equal(r.status, 303);
    assert_str(reply_header(&r, "Location"), "/sign-in?next=%2Fmine%3Ftab%3D2");
    r = post("/mine", STR("Referer: https://evil.example.com//evil.example.com\r\n"), STR(""));
    assert_str(reply_header(&r, "Location"), "/sign-in");
}

static void test_a_session_opens_what_its_roles_allow(void **state)
{
    struct str lan = cookie_of(sign_in_as(person("lan", ROLE_officer, HOSPITAL), T0));
    struct reply r = ask("/mine", lan);

    assert_int_equal(r.status, 200);
    assert_str(line_of(&r, "login"), "lan");
    assert_int_equal(ask("/orgs", lan).status, 200);
    assert_int_equal(ask("/audit", lan).status, 403);
    /* public pages know who is there */
    r = ask("/open", lan);
    assert_str(line_of(&r, "login"), "lan");
}

static void test_a_broken_cookie_is_no_session(void **state)
{
    assert_int_equal(ask("/mine", cookie_of(STR("zzz"))).status, 303);
    assert_int_equal(ask("/open", cookie_of(STR("zzz"))).status, 200);
}

static void test_revocation_holds_at_the_next_request(void **state)
{
    int64_t id = person("lan", ROLE_officer, HOSPITAL);
    struct str lan = cookie_of(sign_in_as(id, T0));

    assert_int_equal(ask("/orgs", lan).status, 200);
    testdb_sql(&t, "UPDATE role_grant SET revoked_at = 1");
    assert_int_equal(ask("/orgs", lan).status, 403);
    assert_int_equal(ask("/mine", lan).status, 200);
    testdb_sql(&t, "UPDATE session SET revoked_at = 1");
    assert_int_equal(ask("/mine", lan).status, 303);
}

static void test_time_ends_a_session(void **state)
{
    struct str lan = cookie_of(sign_in_as(person("lan", ROLE_officer, HOSPITAL), T0));

    clock_set(T0 + SESSION_IDLE - 1);
    assert_int_equal(ask("/mine", lan).status, 200);
    clock_set(T0 + 2 * SESSION_IDLE);
    assert_int_equal(ask("/mine", lan).status, 303);
}

static void test_a_given_password_must_be_changed_first(void **state)
{
    struct str lan = cookie_of(sign_in_as(person("lan", ROLE_officer, HOSPITAL), T0));
    struct reply r;

    testdb_sql(&t, "UPDATE account SET must_change = 1");
    r = ask("/orgs", lan);
    assert_int_equal(r.status, 303);
    assert_str(reply_header(&r, "Location"), "/account/password");
    assert_int_equal(ask("/mine", lan).status, 303);
    assert_int_equal(ask("/account/password", lan).status, 200);
    assert_int_equal(ask("/open", lan).status, 200);
    assert_int_equal(ask("/api/v1/me", lan).status, 401);
}

static void test_a_role_asks_for_a_second_factor_first(void **state)
{
    struct str lan = cookie_of(sign_in_as(person("lan", ROLE_officer, HOSPITAL), T0));
    struct reply r;

    testdb_sql(&t, "INSERT INTO role_rule (role, second_factor) VALUES ('officer', 1)");
    r = ask("/orgs", lan);
    assert_int_equal(r.status, 303);
    assert_str(reply_header(&r, "Location"), "/account/second");
    assert_int_equal(ask("/mine", lan).status, 303);
    assert_int_equal(ask("/account/second", lan).status, 200);
    assert_int_equal(ask("/account/confirm", lan).status, 200);
    assert_int_equal(ask("/api/v1/me", lan).status, 401);
    testdb_sql(&t, "INSERT INTO second_factor (account_id, secret, created_at, confirmed_at, "
                   "last_step) SELECT id, '', 0, 1, 0 FROM account");
    assert_int_equal(ask("/orgs", lan).status, 200);
}

static void test_what_is_dangerous_asks_again(void **state)
{
    struct str lan = cookie_of(sign_in_as(person("lan", ROLE_officer, HOSPITAL), T0));
    struct reply page = ask("/danger", lan), r;

    assert_int_equal(page.status, 200);
    clock_set(T0 + 15 * MINUTE_MS);
    r = ask("/danger?x=1", lan);
    assert_int_equal(r.status, 303);
    assert_str(reply_header(&r, "Location"), "/account/confirm?next=%2Fdanger%3Fx%3D1");
    /* a form opened in time is taken a while longer */
    assert_int_equal(post("/danger", lan, csrf_field(&page)).status, 200);
    clock_set(T0 + 30 * MINUTE_MS);
    assert_int_equal(post("/danger", lan, csrf_field(&page)).status, 303);
    testdb_sql(&t, "UPDATE session SET confirmed_at = created_at + 1800000");
    assert_int_equal(ask("/danger", lan).status, 200);
    assert_int_equal(ask("/mine", lan).status, 200);
}

static void test_an_api_token_is_never_fresh(void **state)
{
    struct str scope = STR("org.read"), token;
    struct token_new new_ = {STR("x"), {&scope, 1}, STR_EMPTY, T0 + DAY_MS};

    assert_ok(account_token_create(t.db, &t.arena, person("lan", ROLE_officer, HOSPITAL), &new_,
                                   NULL, T0, &token, &err));
    assert_int_equal(
        ask("/api/v1/danger",
            str_printf(&t.arena, "Authorization: Bearer " STR_FMT "\r\n", STR_ARG(token)))
            .status,
        403);
}

static void test_the_account_chooses_the_language(void **state)
{
    struct str lan = cookie_of(sign_in_as(person("lan", ROLE_officer, HOSPITAL), T0));
    struct reply r;

    testdb_sql(&t, "UPDATE account SET lang = 'en'");
    r = ask("/mine", lan);
    assert_str(line_of(&r, "lang"), "1");
    r = ask("/mine?lang=vi", lan);
    assert_str(line_of(&r, "lang"), "0");
}

/* ---- forms --------------------------------------------------------------------------------------
 */

static void test_a_form_needs_the_token_of_its_session(void **state)
{
    struct str lan = cookie_of(sign_in_as(person("lan", ROLE_officer, HOSPITAL), T0));
    struct str mai = cookie_of(sign_in_as(person("mai", ROLE_officer, HOSPITAL), T0));
    struct reply page = ask("/mine", lan), other = ask("/mine", mai), again = ask("/mine", lan);

    assert_false(str_eq(line_of(&page, "csrf"), line_of(&again, "csrf")));
    assert_int_equal(post("/mine", lan, csrf_field(&page)).status, 200);
    assert_int_equal(post("/mine", lan, csrf_field(&again)).status, 200);
    assert_int_equal(post("/mine", lan, STR("")).status, 403);
    assert_int_equal(post("/mine", lan, STR("csrf=0")).status, 403);
    assert_int_equal(post("/mine", lan, csrf_field(&other)).status, 403);
    assert_int_equal(post("/mine",
                          str_printf(&t.arena, STR_FMT "X-CSRF-Token: " STR_FMT "\r\n",
                                     STR_ARG(lan), STR_ARG(line_of(&page, "csrf"))),
                          STR(""))
                         .status,
                     200);
}

static void test_a_visitors_form_needs_the_token_of_its_page(void **state)
{
    struct reply page = ask("/open", STR("")), other = ask("/other", STR(""));

    assert_int_equal(post("/open", STR(""), csrf_field(&page)).status, 200);
    assert_int_equal(post("/open", STR(""), STR("")).status, 403);
    assert_int_equal(post("/open", STR(""), csrf_field(&other)).status, 403);
    clock_set(T0 + DAY_MS + 1);
    assert_int_equal(post("/open", STR(""), csrf_field(&page)).status, 403);
}

static void test_a_form_opened_before_signing_in_is_not_lost(void **state)
{
    struct reply page = ask("/open", STR(""));
    struct str lan = cookie_of(sign_in_as(person("lan", ROLE_officer, HOSPITAL), T0));

    assert_int_equal(post("/open", lan, csrf_field(&page)).status, 200);
    /* but it is good for public routes only */
    assert_int_equal(post("/mine", lan, csrf_field(&page)).status, 403);
}

static void test_another_sites_form_is_refused_even_with_a_token(void **state)
{
    struct reply page = ask("/open", STR(""));
    struct str field = csrf_field(&page);

    assert_int_equal(post("/open", STR("Sec-Fetch-Site: same-origin\r\n"), field).status, 200);
    assert_int_equal(post("/open", STR("Sec-Fetch-Site: none\r\n"), field).status, 200);
    assert_int_equal(post("/open", STR("Sec-Fetch-Site: cross-site\r\n"), field).status, 403);
    assert_int_equal(post("/open", STR("Sec-Fetch-Site: same-site\r\n"), field).status, 403);
}

static void test_a_route_may_go_without_when_it_says_so(void **state)
{
    assert_int_equal(post("/hook", STR(""), STR("")).status, 200);
}

/* ---- without a server ---------------------------------------------------------------------------
 */

static void test_only_local_paths_are_followed(void **state)
{
    static const char *const local[] = {"/", "/incidents", "/incidents?q=a%20b#x", "/a//b"};
    static const char *const not_local[] = {
        "",     "incidents", "//evil.example.com", "/\\evil", "https://evil.example.com", "/a\r\nb",
        "/a b", "/a\\b",     "javascript:alert(1)"};

    for (size_t i = 0; i < ARRAY_LEN(local); i++)
        assert_str(account_local_path(str_c(local[i])), local[i]);
    for (size_t i = 0; i < ARRAY_LEN(not_local); i++)
        assert_str(account_local_path(str_c(not_local[i])), "/");
}

static int exit_of_check(const char *permission)
{
    struct http_route bad[] = {{HTTP_GET, "/x", permission, tell, .scope = "none"}};
    const struct http_route *const bad_tables[] = {bad};
    const size_t bad_lens[] = {1};
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        fclose(stderr);
        account_check_routes(bad_tables, bad_lens, 1);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void test_a_route_without_a_known_permission_stops_the_program(void **state)
{
    assert_int_equal(exit_of_check("public"), 0);
    assert_int_equal(exit_of_check("incident.read"), 0);
    assert_int_equal(exit_of_check("incident.raed"), -SIGABRT);
    assert_int_equal(exit_of_check(""), -SIGABRT);
    assert_int_equal(exit_of_check(NULL), -SIGABRT);
}

#define GUARD_TEST(f) cmocka_unit_test_setup_teardown(f, guard_begin, guard_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        GUARD_TEST(test_visitors_see_what_is_public),
        GUARD_TEST(test_visitors_are_sent_to_sign_in_and_back),
        GUARD_TEST(test_a_lost_form_leads_back_to_its_page),
        GUARD_TEST(test_a_session_opens_what_its_roles_allow),
        GUARD_TEST(test_a_broken_cookie_is_no_session),
        GUARD_TEST(test_revocation_holds_at_the_next_request),
        GUARD_TEST(test_time_ends_a_session),
        GUARD_TEST(test_a_given_password_must_be_changed_first),
        GUARD_TEST(test_a_role_asks_for_a_second_factor_first),
        GUARD_TEST(test_what_is_dangerous_asks_again),
        GUARD_TEST(test_an_api_token_is_never_fresh),
        GUARD_TEST(test_the_account_chooses_the_language),
        GUARD_TEST(test_a_form_needs_the_token_of_its_session),
        GUARD_TEST(test_a_visitors_form_needs_the_token_of_its_page),
        GUARD_TEST(test_a_form_opened_before_signing_in_is_not_lost),
        GUARD_TEST(test_another_sites_form_is_refused_even_with_a_token),
        GUARD_TEST(test_a_route_may_go_without_when_it_says_so),
        cmocka_unit_test(test_only_local_paths_are_followed),
        cmocka_unit_test(test_a_route_without_a_known_permission_stops_the_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
