#include "support/visit.h"

#include "app/incident/case.h"
#include "app/incident/share.h"
#include "app/observable/observable.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

#include <setjmp.h>
#include <cmocka.h>

/* The page of an incident as an officer on duty meets it who has never seen it before. */
static struct province p;
static struct http_server *server;
static struct browser b;
static struct err err;
static int64_t incident;
static struct str code;

#define fmt(...) (str_printf(&p.t.arena, __VA_ARGS__).ptr)

static void must(int r)
{
    if (r != 0)
        fail_msg("%d: %s", r, err.what);
}
#define MUST(call) must(call)

static int page_begin(void **state)
{
    const struct http_route *const tables[] = {web_routes, incident_routes};
    const size_t lens[] = {web_routes_len, incident_routes_len};

    visit_begin(&p, tables, lens, ARRAY_LEN(tables), &server, &b);
    incident = province_incident(&p, false, "amber", &code);
    code = str_dup(&p.t.arena, code);
    return 0;
}

static int page_end(void **state)
{
    visit_end(&p, server, &b);
    return 0;
}

static void open_as(const struct actor *who, const char *path)
{
    visit_as(&p, &b, who);
    browser_get(&b, fmt("/incidents/" STR_FMT "%s", STR_ARG(code), path));
    assert_int_equal(b.page.status, 200);
}

static void shows(const char *text)
{
    if (!browser_shows(&b, text))
        fail_msg("the page does not show \"%s\"", text);
}

static void test_the_clock_says_what_is_due(void **state)
{
    const struct incident_task_new task = {.title = STR("Gọi nhà mạng"),
                                           .due_at = opt_int(p.now + HOUR_MS)};

    open_as(&p.responder, "");
    shows("<b class=\"clock-what\">Bước 1:</b><span>còn 4 giờ</span>");
    shows("title=\"Bước 1. Tiếp nhận, phân tích, ứng cứu ban đầu và thông báo: ");
    MUST(incident_task_add(p.t.db, &p.t.arena, incident, &task, &p.responder, p.now, &err));
    open_as(&p.responder, "/timeline");
    shows("<b class=\"clock-what\">Gọi nhà mạng:</b><span>còn 1 giờ</span>");
    testdb_sql(&p.t, fmt("UPDATE task SET due_at = due_at - %" PRId64, (int64_t)DAY_MS));
    testdb_sql(&p.t,
               fmt("UPDATE incident SET next_due_at = next_due_at - %" PRId64, (int64_t)DAY_MS));
    open_as(&p.responder, "");
    shows("<b class=\"clock-what\">Gọi nhà mạng:</b><span>quá hạn 23 giờ</span>");
}

#define PAGE_TEST(f) cmocka_unit_test_setup_teardown(f, page_begin, page_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAGE_TEST(test_the_clock_says_what_is_due),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
