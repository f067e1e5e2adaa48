#include "test.h"
#include "support/testdb.h"
#include "support/testreq.h"
#include "app/demo/demo.h"
#include "app/home/home.h"
#include "app/search/search.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

/* 22/11/2026 17:46 in Viet Nam, as in testreq. */
#define NOW INT64_C(1795344360000)

static struct testdb t;
static struct testreq r;

static int open_sample(void **unused)
{
    struct demo_summary s;
    struct err err = {0};

    clock_set(NOW);
    testdb_open(&t);
    if (demo_create(t.pool, &t.arena, 2026, NOW, &s, &err) < 0 ||
        site_load(t.pool, STR("/dir"), &err) < 0)
        fail_msg("%s", err.what);
    return 0;
}

static int close_sample(void **unused)
{
    testdb_close(&t);
    clock_set(0);
    return 0;
}

/* A page as the account of the sample with this role gets it. */
static struct str get(const char *target, const char *login, enum role role)
{
    char sql[100];
    struct err err = {0};
    const struct http_route *route =
        str_starts(str_c(target), STR("/search")) ? &search_routes[0] : &home_routes[0];

    testreq_get(&r, target);
    snprintf(sql, sizeof(sql), "SELECT id FROM account WHERE login = '%s'", login);
    r.actor.id = testdb_sql(&t, sql);
    r.actor.name = str_c(login);
    for (int p = 0; p < PERM_COUNT; p++)
        r.actor.anywhere[p] = role_may(role, (enum permission)p);
    assert_int_equal(route->handler(r.req, &r.res, &err), 0);
    return buf_str(&r.res.body);
}

static bool has(struct str page, const char *what)
{
    return str_find(page, str_c(what)) >= 0;
}

static void test_the_coordinator_sees_the_whole_province(void **unused)
{
    struct str page = get("/home", "dieuphoi", ROLE_coordinator);
    char tile[200];

    snprintf(tile, sizeof(tile), "Sự cố đang mở</span><span class=\"tile-number\">%d</span>",
             (int)testdb_sql(&t, "SELECT COUNT(*) FROM incident WHERE state <> 'closed'"));
    assert_true(has(page, tile));
    snprintf(tile, sizeof(tile), "Tin báo mới</span><span class=\"tile-number\">%d</span>",
             (int)testdb_sql(&t, "SELECT COUNT(*) FROM report WHERE state = 'new'"));
    assert_true(has(page, tile));
    assert_true(has(page, "Chào buổi chiều, dieuphoi"));
    assert_true(has(page, "Chủ nhật, 22/11/2026."));
    testreq_end(&r);
}

#define ORG_OF_OFFICER                                                                             \
    "(SELECT g.org_id FROM role_grant g JOIN account a ON a.id = g.account_id WHERE a.login = "    \
    "'canbo')"

/* Gives the officer's organisation exactly one incident, open and not TLP:RED; its code. */
static struct str leave_one(void)
{
    static char code[24];
    int64_t id =
        testdb_sql(&t, "SELECT MIN(id) FROM incident WHERE state <> 'closed' AND tlp <> 'red'");
    char sql[200];

    testdb_sql(&t, "DELETE FROM incident_member");
    testdb_sql(&t, "DELETE FROM incident_reach WHERE org_id = " ORG_OF_OFFICER);
    snprintf(sql, sizeof(sql),
             "INSERT INTO incident_reach (org_id, incident_id) VALUES (" ORG_OF_OFFICER ", %" PRId64
             ")",
             id);
    testdb_sql(&t, sql);
    snprintf(sql, sizeof(sql), "UPDATE incident SET code = 'SC-2026-7777' WHERE id = %" PRId64, id);
    testdb_sql(&t, sql);
    snprintf(code, sizeof(code), "SC-2026-7777");
    return str_c(code);
}

static size_t count(struct str page, struct str what)
{
    size_t n = 0;
    ptrdiff_t at;

    while ((at = str_find(page, what)) >= 0) {
        page = str_from(page, (size_t)at + 1);
        n++;
    }
    return n;
}

/* Counts, lists and links keep to what is in reach. */
static void test_an_officer_sees_their_own(void **unused)
{
    struct str code = leave_one();
    struct str page = get("/home", "canbo", ROLE_officer);

    assert_true(has(page, "Sự cố đang mở</span><span class=\"tile-number\">1</span>"));
    assert_true(count(page, STR("href=\"/incidents/SC-")) > 0);
    assert_int_equal(
        count(page, STR("href=\"/incidents/SC-")),
        count(page, str_printf(&test_arena, "href=\"/incidents/" STR_FMT, STR_ARG(code))));
    testreq_end(&r);
}

static void test_roles_without_cases_are_told_so(void **unused)
{
    struct str page = get("/home", "quantri", ROLE_admin);

    assert_true(has(page, "Vai trò của bạn không bao gồm sự cố và tin báo."));
    assert_false(has(page, "class=\"tile\""));
    testreq_end(&r);
}

static void test_a_code_opens_its_record(void **unused)
{
    static const struct {
        const char *target, *to;
    } cases[] = {
        {"/search?q=SC-2026-0001", "/incidents/SC-2026-0001"},
        {"/search?q=%20sc-2026-1%20", "/incidents/SC-2026-0001"},
        {"/search?q=tb-2026-2", "/reports/TB-2026-0002"},
        {"/search?q=HT-0003", "/systems/HT-0003"},
        {"/search?q=dv-4", "/orgs/DV-0004"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        get(cases[i].target, "dieuphoi", ROLE_coordinator);
        assert_int_equal(r.res.status, 303);
        assert_str(testreq_sent(&r, "Location"), cases[i].to);
        testreq_end(&r);
    }
}

/* What may not be seen is not found, and whether it exists is not told. */
static void test_search_keeps_to_the_reach(void **unused)
{
    struct str there, nowhere;

    leave_one();
    get("/search?q=SC-2026-7777", "canbo", ROLE_officer);
    assert_int_equal(r.res.status, 303);
    testreq_end(&r);
    there = str_dup(&test_arena, get("/search?q=SC-2026-0001", "canbo", ROLE_officer));
    assert_int_equal(r.res.status, 200);
    testreq_end(&r);
    nowhere = get("/search?q=SC-2099-0001", "canbo", ROLE_officer);
    assert_int_equal(there.len, nowhere.len);
    assert_false(has(there, "href=\"/incidents/SC-"));
    testreq_end(&r);
}

static void test_words_are_found_without_accents(void **unused)
{
    struct str page = get("/search?q=ma+hoa", "dieuphoi", ROLE_coordinator);

    assert_true(has(page, "<mark>mã</mark> <mark>hóa</mark>"));
    assert_true(has(page, "href=\"/incidents/SC-"));
    testreq_end(&r);
    page = get("/search?q=%25", "dieuphoi", ROLE_coordinator);
    assert_false(has(page, "href=\"/incidents/SC-"));
    testreq_end(&r);
    page = get("/search?q=khong+co+gi+nhu+the", "dieuphoi", ROLE_coordinator);
    assert_true(has(page, "Không tìm thấy gì"));
    testreq_end(&r);
}

static void test_every_text_is_translated(void **unused)
{
    size_t before = i18n_missing();

    get("/home", "ungcuu", ROLE_responder);
    testreq_end(&r);
    get("/search", "ungcuu", ROLE_responder);
    testreq_end(&r);
    assert_int_equal(i18n_missing(), before);
}

int main(void)
{
    /* The sample is made once; the tests that take something away from it stand last. */
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_the_coordinator_sees_the_whole_province),
        ARENA_TEST(test_roles_without_cases_are_told_so),
        ARENA_TEST(test_a_code_opens_its_record),
        ARENA_TEST(test_words_are_found_without_accents),
        ARENA_TEST(test_every_text_is_translated),
        ARENA_TEST(test_an_officer_sees_their_own),
        ARENA_TEST(test_search_keeps_to_the_reach),
    };

    return cmocka_run_group_tests(tests, open_sample, close_sample);
}
