#include "../account/people.h"

#include "app/audit/audit.h"
#include "app/journal/journal.h"
#include "app/journal/view.h"
#include "support/testreq.h"

/* The pages of the audit log: what is shown to whom, filters, pages, CSV. */

static int64_t admin, auditor, ward_auditor, officer;

static void entry(int64_t actor, const char *name, const char *action, const char *kind,
                  const char *code, int64_t at, const char *detail)
{
    struct audit_entry e = {
        .at = at,
        .actor_id = actor,
        .actor_name = str_c(name),
        .action = action,
        .object_kind = kind,
        .object_id = 1,
        .object_code = str_c(code),
        .address = STR("192.0.2.7"),
        .detail = str_c(detail),
    };

    assert_ok(db_begin(t.db, &err));
    assert_ok(audit_write(t.db, &t.arena, &e, &err));
    assert_ok(db_commit(t.db, &err));
}

static int begin(void **state)
{
    people_begin(state);
    site = (struct site){.pool = t.pool, .dir = str_c(t.dir), .name = STR("Ứng Cứu"), .zone = 420};
    admin = person("admin", ROLE_admin, PROVINCE);
    auditor = person("auditor", ROLE_auditor, PROVINCE);
    ward_auditor = person("thanhtra", ROLE_auditor, COMMUNE);
    officer = person("canbo", ROLE_officer, COMMUNE);
    entry(officer, "Cán bộ xã", "report.receive", "report", "TB-2026-0001", T0 + HOUR_MS,
          "{\"title\":\"Máy chủ <b>lạ</b>\",\"count\":3}");
    entry(0, "", "report.receive", "report", "TB-2026-0002", T0 + 2 * DAY_MS, "");
    entry(admin, "Quản trị", "account.grant", "account", "canbo", T0 + 3 * DAY_MS,
          "{\"role\":\"officer\"}");
    return 0;
}

static struct str get(int64_t who, const char *target, struct testreq *r)
{
    const struct http_route *route = NULL;
    struct actor actor = actor_for(who);

    testreq_get(r, target);
    r->actor = actor;
    r->req->now = T0 + 4 * DAY_MS;
    for (size_t i = 0; i < journal_routes_len; i++) {
        if (str_is(r->req->path, journal_routes[i].pattern))
            route = &journal_routes[i];
    }
    assert_non_null(route);
    assert_ok(route->handler(r->req, &r->res, &err));
    return buf_str(&r->res.body);
}

static bool shows(int64_t who, const char *target, const char *what)
{
    struct testreq r;
    bool found = str_find(get(who, target, &r), str_c(what)) >= 0;

    testreq_end(&r);
    return found;
}

static void test_auditor_of_the_site_sees_all(void **state)
{
    assert_true(shows(auditor, "/audit", "TB-2026-0001"));
    assert_true(shows(auditor, "/audit", "TB-2026-0002"));
    assert_true(shows(auditor, "/audit", "/accounts/canbo"));
    assert_true(shows(auditor, "/audit", "Giao vai trò"));
    /* escaped, and as name and value */
    assert_true(shows(auditor, "/audit", "Máy chủ &lt;b&gt;lạ&lt;/b&gt;"));
    assert_true(shows(auditor, "/audit", "<span class=\"mono\">count</span> 3"));
}

static void test_others_see_what_their_people_did(void **state)
{
    assert_true(shows(ward_auditor, "/audit", "TB-2026-0001"));
    assert_false(shows(ward_auditor, "/audit", "TB-2026-0002"));
    assert_false(shows(ward_auditor, "/audit", "officer"));
    /* no right, no row: the guard stops them before, the statement holds by itself */
    assert_false(shows(officer, "/audit", "TB-2026-0001"));
}

static void test_administrator_sees_no_case_content(void **state)
{
    assert_true(shows(admin, "/audit", "TB-2026-0001"));
    assert_false(shows(admin, "/audit", "Máy chủ"));
    assert_true(shows(admin, "/audit", "<span class=\"mono\">role</span> officer"));
    assert_false(shows(admin, "/audit?object=TB-2026-0001", "Máy chủ"));
}

static void test_filters(void **state)
{
    assert_true(shows(auditor, "/audit?who=canbo", "TB-2026-0001"));
    assert_false(shows(auditor, "/audit?who=canbo", "TB-2026-0002"));
    assert_true(shows(auditor, "/audit?who=C%C3%A1n+b%E1%BB%99+x%C3%A3", "TB-2026-0001"));
    assert_false(shows(auditor, "/audit?action=account.", "TB-2026-0001"));
    assert_true(shows(auditor, "/audit?action=report.", "TB-2026-0002"));
    assert_false(shows(auditor, "/audit?action=report.receive&object=TB-2026-0002", "2026-0001<"));
    assert_true(shows(auditor, "/audit?object=NONE", "Không có mục nào phù hợp"));
}

static void test_dates_are_days_of_the_site(void **state)
{
    char url[128];
    struct str day = clock_rfc3339(&t.arena, T0 + 2 * DAY_MS, 420);

    snprintf(url, sizeof(url), "/audit?from=%.10s&to=%.10s", day.ptr, day.ptr);
    assert_true(shows(auditor, url, "TB-2026-0002"));
    assert_false(shows(auditor, url, "TB-2026-0001"));
    assert_true(shows(auditor, "/audit?from=hôm+qua", "hôm qua"));
    assert_true(shows(auditor, "/audit?from=hôm+qua", "TB-2026-0001"));
}

static void test_pages_go_on_where_the_last_ended(void **state)
{
    struct testreq first, second;
    struct str page, older, url;
    ptrdiff_t at;
    int rows = 0;

    for (int i = 0; i < 60; i++)
        entry(admin, "Quản trị", "account.change", "account", "canbo", T0, "");
    page = get(auditor, "/audit?who=admin", &first);
    at = str_find(page, STR("rel=\"next\" href=\""));
    assert_true(at > 0);
    older = str_from(page, (size_t)at + strlen("rel=\"next\" href=\""));
    older.len = (size_t)str_find_char(older, '"');
    assert_true(str_starts(older, STR("/audit?who=admin&amp;page=")));
    url = str_printf(&t.arena, "/audit?who=admin&page=" STR_FMT,
                     STR_ARG(str_from(older, strlen("/audit?who=admin&amp;page="))));
    /* What is written meanwhile moves nothing. */
    entry(admin, "Quản trị", "account.change", "account", "canbo", T0, "");
    page = get(auditor, url.ptr, &second);
    assert_int_equal(str_find(page, STR("rel=\"next\"")), -1);
    at = 0;
    for (struct str rest = page; (at = str_find(rest, STR("<tr>\n"))) >= 0;
         rest = str_from(rest, (size_t)at + 1))
        rows++;
    assert_int_equal(rows, 11);
    assert_true(str_find(page, STR("Giao vai trò<span")) > 0);
    testreq_end(&first);
    testreq_end(&second);
}

static void test_check(void **state)
{
    assert_true(shows(auditor, "/audit/check", "Nhật ký còn nguyên vẹn."));
    testdb_sql(&t, "UPDATE audit SET address = 'x' WHERE object_code = 'TB-2026-0002'");
    assert_true(shows(auditor, "/audit/check", "was edited"));
}

static void test_detail_of_any_form(void **state)
{
    struct audit_facts f = audit_facts_of(
        &t.arena, STR("{\"a\":\"x\",\"list\":[1,{\"b\":2}],\"none\":null,\"yes\":true,\"n\":1.5}"));

    assert_int_equal(f.len, 4);
    assert_str(f.at[1].value, "[1,{\"b\":2}]");
    assert_str(f.at[2].value, "true");
    assert_str(f.at[3].value, "1.5");
    f = audit_facts_of(&t.arena, STR("free text"));
    assert_int_equal(f.len, 1);
    assert_str(f.at[0].value, "free text");
    assert_int_equal(audit_facts_of(&t.arena, STR("{\"a\":")).len, 0);
    assert_int_equal(audit_facts_of(&t.arena, STR_EMPTY).len, 0);
}

#define PAGE_TEST(f) cmocka_unit_test_setup_teardown(f, begin, people_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAGE_TEST(test_auditor_of_the_site_sees_all),
        PAGE_TEST(test_others_see_what_their_people_did),
        PAGE_TEST(test_administrator_sees_no_case_content),
        PAGE_TEST(test_filters),
        PAGE_TEST(test_dates_are_days_of_the_site),
        PAGE_TEST(test_pages_go_on_where_the_last_ended),
        PAGE_TEST(test_check),
        PAGE_TEST(test_detail_of_any_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
