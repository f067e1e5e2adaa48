#include "../account/people.h"
#include "sys/i18n/i18n.h"

#include "app/people/people.h"
#include "app/web/web.h"
#include "support/browser.h"

/* The room's pages on a real server, as somebody who clicks through them. */

#define RIGHT       "thuyền ra cửa biển"
#define RIGHT_FIELD "password=thuy%E1%BB%81n+ra+c%E1%BB%ADa+bi%E1%BB%83n"

static struct arena hash_arena;
static struct str right_hash;
static struct http_server *server;
static struct browser b;

static int group_begin(void **state)
{
    return account_hash_password(&hash_arena, STR(RIGHT), &right_hash, &err);
}

static int group_end(void **state)
{
    arena_release(&hash_arena);
    return 0;
}

static int pages_begin(void **state)
{
    const struct http_route *const tables[] = {web_routes, people_routes, people_api_routes};
    const size_t lens[] = {web_routes_len, people_routes_len, people_api_routes_len};
    struct http_options options = {
        .host = "127.0.0.1", .spool_dir = t.dir, .guard = account_guard, .error = web_error};

    people_begin(state);
    assert_ok(site_load(t.pool, str_c(t.dir), &err));
    options.ctx = t.pool;
    account_check_routes(tables, lens, 3);
    assert_ok(http_start(&server, &options, tables, lens, 3, &err));
    b = (struct browser){.port = http_port(server), .arena = &t.arena};
    return 0;
}

static int pages_end(void **state)
{
    browser_close(&b);
    http_stop(server, 5);
    return people_end(state);
}

#define PAGES_TEST(f) cmocka_unit_test_setup_teardown(f, pages_begin, pages_end)

static int64_t member(const char *login, enum role role, int64_t org_id)
{
    int64_t id = person_with(login, right_hash);

    assert_ok(
        account_grant(t.db, &t.arena, id, role, org_id, T0, NO_INT, STR("test"), NULL, T0, &err));
    return id;
}

static void sign_in(const char *login, const char *password_field)
{
    browser_get(&b, "/sign-in");
    assert_int_equal(b.page.status, 200);
    browser_post(&b, "/sign-in",
                 str_printf(&t.arena, "login=%s&%s&next=/", login, password_field).ptr);
}

/* Signed in without the time of hashing. */
static void appear_as(int64_t id)
{
    browser_set_cookie(&b, STR(SESSION_COOKIE), sign_in_as(id, T0));
}

/* ---- signing in ---------------------------------------------------------------------------------
 */

static void test_sign_in_and_out(void **state)
{
    struct str token;

    member("lan", ROLE_officer, HOSPITAL);
    browser_get(&b, "/sign-in?next=%2Faccount");
    assert_true(browser_shows(&b, "value=\"/account\""));
    browser_post(&b, "/sign-in", "login=lan&next=%2Faccount&" RIGHT_FIELD);
    assert_int_equal(b.page.status, 303);
    assert_str(browser_location(&b), "/account");
    assert_true(str_find(b.set_cookie, STR("HttpOnly")) > 0);
    assert_true(str_find(b.set_cookie, STR("SameSite=Lax")) > 0);
    assert_true(str_find(b.set_cookie, STR("Path=/")) > 0);
    token = browser_cookie(&b, SESSION_COOKIE);
    assert_int_equal(token.len, 64);

    browser_get(&b, "/account");
    assert_int_equal(b.page.status, 200);
    assert_true(browser_shows(&b, "Cán bộ đầu mối"));
    browser_post(&b, "/sign-out", "");
    assert_int_equal(b.page.status, 303);
    assert_int_equal(browser_cookie(&b, SESSION_COOKIE).len, 0);
    browser_set_cookie(&b, STR(SESSION_COOKIE), token);
    browser_get(&b, "/account");
    assert_str(browser_location(&b), "/sign-in?next=%2Faccount");
}

static void test_a_wrong_password_is_told_and_nothing_more(void **state)
{
    member("lan", ROLE_officer, HOSPITAL);
    sign_in("lan", "password=sai+roi+nhe");
    assert_int_equal(b.page.status, 401);
    assert_true(browser_shows(&b, "Tên đăng nhập hoặc mật khẩu không đúng."));
    assert_true(browser_shows(&b, "value=\"lan\""));
    assert_false(browser_shows(&b, "sai roi nhe"));
    assert_int_equal(browser_cookie(&b, SESSION_COOKIE).len, 0);
    testdb_sql(&t, "UPDATE sign_in_failure SET failed = 24 WHERE address = '127.0.0.1'");
    browser_post(&b, "/sign-in", "login=lan&" RIGHT_FIELD);
    assert_int_equal(b.page.status, 429);
    assert_true(browser_shows(&b, "thử lại sau"));
}

static void test_sign_in_leads_to_this_site_only(void **state)
{
    member("lan", ROLE_officer, HOSPITAL);
    browser_get(&b, "/sign-in?next=https%3A%2F%2Fevil.example.com%2F");
    assert_false(browser_shows(&b, "value=\"https://evil.example.com/\""));
    assert_true(browser_shows(&b, "name=\"next\" value=\"/\""));
    browser_post(&b, "/sign-in", "login=lan&next=%2F%2Fevil.example.com&" RIGHT_FIELD);
    assert_str(browser_location(&b), "/");
}

static void test_signing_in_again_ends_the_session_before(void **state)
{
    struct str before, after;

    member("lan", ROLE_officer, HOSPITAL);
    sign_in("lan", RIGHT_FIELD);
    before = browser_cookie(&b, SESSION_COOKIE);
    browser_get(&b, "/account");
    browser_post(&b, "/sign-in", "login=lan&" RIGHT_FIELD);
    after = browser_cookie(&b, SESSION_COOKIE);
    assert_false(str_eq(before, after));
    assert_int_equal(actor_at(before, T0).id, 0);
    assert_int_not_equal(actor_at(after, T0).id, 0);
}

/* ---- own account --------------------------------------------------------------------------------
 */

static void test_own_details_are_changed(void **state)
{
    appear_as(member("lan", ROLE_officer, HOSPITAL));
    browser_get(&b, "/account");
    browser_post(&b, "/account", "email=lan%40example.vn&phone=0912345678&lang=en&theme=dark");
    assert_int_equal(b.page.status, 303);
    browser_get(&b, "/account");
    assert_true(browser_shows(&b, "lan@example.vn"));
    assert_true(browser_shows(&b, "data-theme=\"dark\""));
    assert_true(browser_shows(&b, "My roles"));
    browser_post(&b, "/account", "email=nonsense&phone=&lang=en&theme=dark");
    assert_int_equal(b.page.status, 400);
    assert_true(browser_shows(&b, "nonsense"));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE email = 'lan@example.vn'"),
                     1);
}

static void test_other_sessions_are_ended_from_the_page(void **state)
{
    int64_t lan = member("lan", ROLE_officer, HOSPITAL);
    struct str phone = sign_in_as(lan, T0), tablet = sign_in_as(lan, T0);
    int64_t mai = member("mai", ROLE_officer, HOSPITAL);
    struct str foreign = sign_in_as(mai, T0);

    appear_as(lan);
    browser_get(&b, "/account");
    browser_post(&b, "/account/sessions",
                 str_printf(&t.arena, "id=" STR_FMT, STR_ARG(session_id(&t.arena, phone))).ptr);
    assert_int_equal(b.page.status, 303);
    assert_int_equal(actor_at(phone, T0).id, 0);
    assert_int_equal(actor_at(tablet, T0).id, lan);
    browser_post(&b, "/account/sessions",
                 str_printf(&t.arena, "id=" STR_FMT, STR_ARG(session_id(&t.arena, foreign))).ptr);
    assert_int_equal(b.page.status, 404);
    browser_post(&b, "/account/sessions", "all=1");
    assert_int_equal(actor_at(tablet, T0).id, 0);
    assert_int_equal(actor_at(foreign, T0).id, mai);
    browser_get(&b, "/account");
    assert_int_equal(b.page.status, 200);
}

static void test_the_password_is_changed_by_who_knows_it(void **state)
{
    int64_t lan = member("lan", ROLE_officer, HOSPITAL);
    struct str phone = sign_in_as(lan, T0);

    appear_as(lan);
    testdb_sql(&t, "UPDATE account SET must_change = 1");
    browser_get(&b, "/account/password");
    assert_true(browser_shows(&b, "Mật khẩu này do người khác cấp cho bạn"));
    browser_post(&b, "/account/password",
                 "current=sai&password=khong+ai+doan+ra&repeat=khong+ai+doan+ra");
    assert_int_equal(b.page.status, 400);
    assert_true(browser_shows(&b, "Mật khẩu hiện tại không đúng."));
    browser_post(&b, "/account/password", "current=sai&password=matkhau123&repeat=matkhau123");
    assert_true(browser_shows(&b, "phổ biến nhất"));
    browser_post(&b, "/account/password",
                 "current=thuy%E1%BB%81n+ra+c%E1%BB%ADa+bi%E1%BB%83n&password=khong+ai+doan+ra&"
                 "repeat=khong+ai+doan+da");
    assert_true(browser_shows(&b, "không giống nhau"));
    browser_post(&b, "/account/password",
                 "current=thuy%E1%BB%81n+ra+c%E1%BB%ADa+bi%E1%BB%83n&password=khong+ai+doan+ra&"
                 "repeat=khong+ai+doan+ra");
    assert_int_equal(b.page.status, 303);
    assert_int_equal(actor_at(phone, T0).id, 0);
    browser_get(&b, "/account");
    assert_int_equal(b.page.status, 200);
    browser_post(&b, "/sign-out", "");
    sign_in("lan", "password=khong+ai+doan+ra");
    assert_int_equal(b.page.status, 303);
}

/* ---- administrators -----------------------------------------------------------------------------
 */

static void test_an_account_is_made_and_used(void **state)
{
    struct str password;

    appear_as(member("admin", ROLE_admin, DEPARTMENT));
    browser_get(&b, "/accounts/new");
    assert_true(browser_shows(&b, "value=\"DV-3\""));
    assert_false(browser_shows(&b, "value=\"DV-4\""));
    browser_post(&b, "/accounts/new",
                 "name=B%C3%A1c+s%C4%A9+A&login=bacsi&role=officer&org=DV-3&reason=Q%C4%90+12");
    assert_int_equal(b.page.status, 200);
    password = str_dup(&t.arena, browser_between(&b, "id=\"password\" class=\"mono\">", "<"));
    assert_int_equal(password.len, 19);
    browser_get(&b, "/accounts/bacsi");
    assert_int_equal(b.page.status, 200);
    assert_false(str_find(b.page.body, password) >= 0);

    browser_post(&b, "/sign-out", "");
    sign_in("bacsi", str_printf(&t.arena, "password=" STR_FMT, STR_ARG(password)).ptr);
    assert_int_equal(b.page.status, 303);
    browser_get(&b, "/account");
    assert_str(browser_location(&b), "/account/password");
}

static void test_a_form_with_errors_keeps_what_was_typed(void **state)
{
    appear_as(member("admin", ROLE_admin, DEPARTMENT));
    browser_get(&b, "/accounts/new");
    browser_post(&b, "/accounts/new", "name=Lan&login=ADMIN&role=officer&org=DV-3&reason=x");
    assert_int_equal(b.page.status, 400);
    assert_true(browser_shows(&b, "Tên đăng nhập này đã có người dùng."));
    assert_true(browser_shows(&b, "value=\"Lan\""));
    browser_post(&b, "/accounts/new", "name=Lan&login=lan&role=officer&org=DV-4&reason=x");
    assert_int_equal(b.page.status, 400);
    browser_post(&b, "/accounts/new", "name=&login=lan&role=officer&org=DV-3&reason=x");
    assert_int_equal(b.page.status, 400);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account"), 1);
}

static void test_roles_are_granted_and_revoked_from_the_page(void **state)
{
    int64_t grant;

    appear_as(member("admin", ROLE_admin, DEPARTMENT));
    member("nurse", ROLE_officer, HOSPITAL);
    browser_get(&b, "/accounts/nurse");
    browser_post(&b, "/accounts/nurse/grants",
                 "role=head&org=DV-2&from=&to=31%2F12%2F2026&reason=Thay+phi%C3%AAn");
    assert_int_equal(b.page.status, 303);
    /* the last day counts whole: until midnight at Ha Noi */
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM role_grant WHERE role = 'head' AND "
                                    "valid_to = 1798736400000"),
                     1);
    browser_get(&b, "/accounts/nurse");
    assert_true(browser_shows(&b, "31/12/2026"));
    browser_post(&b, "/accounts/nurse/grants", "role=head&org=DV-2&from=&to=&reason=x");
    assert_int_equal(b.page.status, 400);
    assert_true(browser_shows(&b, "đã giữ vai trò này"));

    grant = testdb_sql(&t, "SELECT id FROM role_grant WHERE role = 'head'");
    browser_post(&b, str_printf(&t.arena, "/accounts/nurse/grants/%d/revoke", (int)grant).ptr,
                 "reason=");
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM role_grant WHERE revoked_at IS NOT NULL"),
                     0);
    browser_post(&b, str_printf(&t.arena, "/accounts/nurse/grants/%d/revoke", (int)grant).ptr,
                 "reason=Xong");
    assert_int_equal(b.page.status, 303);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM role_grant WHERE revoked_at IS NOT NULL"),
                     1);
    /* a grant of somebody else under this account's address */
    grant = testdb_sql(&t, "SELECT MIN(id) FROM role_grant");
    browser_post(&b, str_printf(&t.arena, "/accounts/nurse/grants/%d/revoke", (int)grant).ptr,
                 "reason=Xong");
    assert_int_equal(b.page.status, 404);
}

static void test_an_account_is_disabled_and_its_password_reset(void **state)
{
    int64_t nurse = member("nurse", ROLE_officer, HOSPITAL);
    struct str token = sign_in_as(nurse, T0);

    appear_as(member("admin", ROLE_admin, DEPARTMENT));
    browser_get(&b, "/accounts/nurse");
    browser_post(&b, "/accounts/nurse/state", "state=disabled");
    assert_int_equal(b.page.status, 303);
    assert_int_equal(actor_at(token, T0).id, 0);
    browser_post(&b, "/accounts/nurse/state", "state=active");
    browser_post(&b, "/accounts/nurse/password", "");
    assert_int_equal(b.page.status, 200);
    assert_int_equal(browser_between(&b, "id=\"password\" class=\"mono\">", "<").len, 19);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE login = 'nurse' AND "
                                    "must_change = 1 AND state = 'active'"),
                     1);
}

static void test_an_edit_of_something_older_is_told(void **state)
{
    appear_as(member("admin", ROLE_admin, DEPARTMENT));
    member("nurse", ROLE_officer, HOSPITAL);
    browser_get(&b, "/accounts/nurse/edit");
    assert_true(browser_shows(&b, "name=\"version\""));
    browser_post(&b, "/accounts/nurse/edit", "name=Y+t%C3%A1&position=&email=&phone=&version=1");
    assert_int_equal(b.page.status, 303);
    browser_post(&b, "/accounts/nurse/edit", "name=Kh%C3%A1c&position=&email=&phone=&version=1");
    assert_int_equal(b.page.status, 409);
    assert_true(browser_shows(&b, "Người khác vừa sửa"));
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account WHERE name = 'Y tá'"), 1);
}

static void test_the_list_is_filtered_by_its_address(void **state)
{
    appear_as(member("admin", ROLE_admin, PROVINCE));
    member("nurse", ROLE_officer, HOSPITAL);
    member("clerk", ROLE_head, COMMUNE);
    browser_get(&b, "/accounts");
    assert_true(browser_shows(&b, "/accounts/nurse"));
    assert_true(browser_shows(&b, "/accounts/clerk"));
    browser_get(&b, "/accounts?role=head");
    assert_false(browser_shows(&b, "/accounts/nurse"));
    assert_true(browser_shows(&b, "/accounts/clerk"));
    browser_get(&b, "/accounts?org=DV-2");
    assert_true(browser_shows(&b, "/accounts/nurse"));
    assert_false(browser_shows(&b, "/accounts/clerk"));
    browser_get(&b, "/accounts?org=NO-SUCH");
    assert_false(browser_shows(&b, "/accounts/nurse"));
    browser_get(&b, "/accounts?q=NURS");
    assert_true(browser_shows(&b, "/accounts/nurse"));
    browser_get(&b, "/accounts.csv?role=officer");
    assert_int_equal(b.page.status, 200);
    assert_true(browser_shows(&b, "nurse,nurse,"));
    assert_false(browser_shows(&b, "clerk"));
}

static void test_what_is_out_of_reach_is_not_there(void **state)
{
    member("clerk", ROLE_head, COMMUNE);
    member("boss", ROLE_leader, PROVINCE);
    appear_as(member("admin", ROLE_admin, DEPARTMENT));
    browser_get(&b, "/accounts/clerk");
    assert_int_equal(b.page.status, 404);
    browser_get(&b, "/accounts/boss");
    assert_int_equal(b.page.status, 404);
    browser_get(&b, "/accounts/nobody");
    assert_int_equal(b.page.status, 404);
    browser_get(&b, "/accounts");
    assert_false(browser_shows(&b, "clerk"));
    browser_post(&b, "/accounts/clerk/password", "");
    assert_int_equal(b.page.status, 404);
    /* themselves they see, but not with the tools */
    browser_get(&b, "/accounts/admin");
    assert_int_equal(b.page.status, 200);
    assert_false(browser_shows(&b, "/accounts/admin/grants"));
    browser_post(&b, "/accounts/admin/state", "state=disabled");
    assert_int_equal(b.page.status, 403);
}

static void test_no_text_lacks_its_translation(void **state)
{
    static const char *const paths[] = {"/account",        "/account/password",
                                        "/accounts",       "/accounts/new",
                                        "/accounts/nurse", "/accounts/nurse/edit"};
    size_t missing = i18n_missing();

    member("nurse", ROLE_officer, HOSPITAL);
    browser_get(&b, "/sign-in");
    appear_as(member("admin", ROLE_admin, DEPARTMENT));
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        browser_get(&b, paths[i]);
        assert_int_equal(b.page.status, 200);
    }
    for (int r = 0; r < ROLE_COUNT; r++)
        assert_true(T(LANG_VI, role_label((enum role)r)).ptr != NULL);
    assert_int_equal(i18n_missing(), missing);
}

static void test_roles_have_one_vietnamese_name(void **state)
{
    static const char *const names[] = {
#define ROLE(name, vi, en) vi,
#include "app/account/roles.def"
#undef ROLE
    };

    for (int r = 0; r < ROLE_COUNT; r++)
        assert_str(T(LANG_VI, role_label((enum role)r)), names[r]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAGES_TEST(test_sign_in_and_out),
        PAGES_TEST(test_a_wrong_password_is_told_and_nothing_more),
        PAGES_TEST(test_sign_in_leads_to_this_site_only),
        PAGES_TEST(test_signing_in_again_ends_the_session_before),
        PAGES_TEST(test_own_details_are_changed),
        PAGES_TEST(test_other_sessions_are_ended_from_the_page),
        PAGES_TEST(test_the_password_is_changed_by_who_knows_it),
        PAGES_TEST(test_an_account_is_made_and_used),
        PAGES_TEST(test_a_form_with_errors_keeps_what_was_typed),
        PAGES_TEST(test_roles_are_granted_and_revoked_from_the_page),
        PAGES_TEST(test_an_account_is_disabled_and_its_password_reset),
        PAGES_TEST(test_an_edit_of_something_older_is_told),
        PAGES_TEST(test_the_list_is_filtered_by_its_address),
        PAGES_TEST(test_what_is_out_of_reach_is_not_there),
        PAGES_TEST(test_no_text_lacks_its_translation),
        cmocka_unit_test(test_roles_have_one_vietnamese_name),
    };

    return cmocka_run_group_tests(tests, group_begin, group_end);
}
