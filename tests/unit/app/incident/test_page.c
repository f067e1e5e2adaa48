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

static void hides(const char *text)
{
    if (browser_shows(&b, text))
        fail_msg("the page shows \"%s\"", text);
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

static void post(const char *path, const char *fields)
{
    browser_post(&b, fmt("/incidents/" STR_FMT "%s", STR_ARG(code), path), fields);
    assert_int_equal(b.page.status, 303);
    browser_get(&b, fmt("/incidents/" STR_FMT, STR_ARG(code)));
}

/* Whoever owned it before goes on seeing it: said, and a click away from being changed. */
static void test_a_new_owner_leaves_the_former_one_in_sight(void **state)
{
    struct str seen;

    open_as(&p.coordinator, "/facts/org");
    seen = browser_between(&b, "name=\"version\" value=\"", "\"");
    browser_post(&b, fmt("/incidents/" STR_FMT "/facts/org", STR_ARG(code)),
                 fmt("org=%" PRId64 "&version=" STR_FMT, p.finance, STR_ARG(seen)));
    assert_int_equal(b.page.status, 303);
    browser_get(&b, fmt("/incidents/" STR_FMT, STR_ARG(code)));
    shows("Đã lưu. Sở Y tế vẫn là bên bị ảnh hưởng và vẫn xem được sự cố này.");
    shows(fmt("name=\"undo\" value=\"%" PRId64 "\"", p.health));
    shows("Đưa ra khỏi sự cố</button>");
    post("/parties", fmt("undo=%" PRId64, p.health));
    assert_int_equal(testdb_sql(&p.t, "SELECT COUNT(*) FROM incident_party"), 1);
    visit_as(&p, &b, &p.officer);
    browser_get(&b, fmt("/incidents/" STR_FMT, STR_ARG(code)));
    assert_int_equal(b.page.status, 404);
    /* Another fact says no more than before. */
    open_as(&p.coordinator, "/facts/title");
    seen = browser_between(&b, "name=\"version\" value=\"", "\"");
    post("/facts/title", fmt("title=T%%C3%%AAn&version=" STR_FMT, STR_ARG(seen)));
    shows("Đã lưu.");
    hides("vẫn là bên bị ảnh hưởng và");
}

static void test_a_system_is_taken_off_and_back(void **state)
{
    const char *linked = "SELECT COUNT(*) FROM incident_system";

    testdb_sql(&p.t, "DELETE FROM incident_system");
    open_as(&p.responder, "?ask=system");
    shows("<option value=\"\">Chọn hệ thống</option>");
    post("/systems", "system=");
    shows("Chưa có gì thay đổi: hãy chọn hệ thống trước.");
    assert_int_equal(testdb_sql(&p.t, linked), 0);
    post("/systems", fmt("system=%" PRId64, p.health_system));
    assert_int_equal(testdb_sql(&p.t, linked), 1);
    open_as(&p.responder, "?ask=system"); /* no longer on offer */
    hides(fmt("<option value=\"%" PRId64 "\">", p.health_system));
    post("/systems", fmt("system=%" PRId64 "&remove=1", p.health_system));
    assert_int_equal(testdb_sql(&p.t, linked), 0);
    shows("Đã bỏ gắn hệ thống.");
    post("/systems", fmt("undo=%" PRId64, p.health_system));
    assert_int_equal(testdb_sql(&p.t, linked), 1);
    open_as(&p.auditor, "");
    hides("Bỏ gắn");
}

/* Who may be chosen, and in which order. */
static void test_people_stand_in_groups(void **state)
{
    const char *auditor = fmt("<option value=\"%" PRId64 "\">", p.auditor.id);
    const char *officer = fmt("<option value=\"%" PRId64 "\">", p.officer.id);
    struct str html;

    open_as(&p.coordinator, "?ask=lead");
    html = b.page.body;
    assert_true(str_find(html, STR("<optgroup label=\"Thành viên của sự cố\">")) <
                str_find(html, STR("<optgroup label=\"Điều phối và đội ứng cứu\">")));
    assert_true(str_find(html, STR("<optgroup label=\"Điều phối và đội ứng cứu\">")) <
                str_find(html, STR("<optgroup label=\"Sở Y tế\">")));
    assert_true(str_find(html, STR("<optgroup label=\"Sở Y tế\">")) <
                str_find(html, str_c(officer)));
    shows("Chọn người</option>");
    hides(auditor);
    open_as(&p.coordinator, "?ask=task-1");
    hides(auditor);
    open_as(&p.coordinator, "?ask=member"); /* to read TLP:RED */
    shows("<optgroup label=\"Chỉ được xem\">");
    shows(auditor);
    open_as(&p.coordinator, "?ask=watcher");
    post("/watch", "account=");
    shows("Chưa có gì thay đổi: hãy chọn một người trước.");
    assert_int_equal(testdb_sql(&p.t, "SELECT COUNT(*) FROM incident_watcher"), 0);
}

/* Asked first: who sees more, by name, people too; and which TLP holds afterwards. */
static void test_merging_says_who_sees_what_under_which_mark(void **state)
{
    struct str other;

    province_incident(&p, false, "amber+strict", &other);
    open_as(&p.coordinator, "/merge");
    browser_post(&b, fmt("/incidents/" STR_FMT "/merge", STR_ARG(code)),
                 fmt("from=" STR_FMT, STR_ARG(other)));
    assert_int_equal(b.page.status, 200);
    shows("Trước khi gộp");
    shows("Không ai xem được thêm so với trước.");
    shows("Sau khi gộp: <span class=\"badge tlp tlp-amber\">TLP:AMBER+STRICT</span>");
    hides("Sẽ có thêm người xem");
    testdb_sql(&p.t, fmt("INSERT INTO incident_member (incident_id, account_id, added_at) "
                         "VALUES (%" PRId64 ", %" PRId64 ", 1)",
                         incident, p.stranger.id));
    browser_post(&b, fmt("/incidents/" STR_FMT "/merge", STR_ARG(code)),
                 fmt("from=" STR_FMT, STR_ARG(other)));
    shows("Sẽ có thêm người xem");
    shows(fmt(STR_FMT " sẽ xem được nội dung của " STR_FMT, STR_ARG(p.stranger.name),
              STR_ARG(other)));
}

/* What is written about the case is true, said once, and in the words of the screen everywhere. */
static void test_the_words_of_a_case(void **state)
{
    int64_t task = testdb_sql(&p.t, "SELECT MIN(id) FROM task");
    struct str html;

    testdb_sql(&p.t, "UPDATE incident SET tlp = 'amber+strict'");
    testdb_sql(&p.t, "DELETE FROM incident_system");
    MUST(incident_set_system(p.t.db, &p.t.arena, incident, p.health_system, true, &p.responder,
                             p.now, &err));
    open_as(&p.responder, "");
    shows("Vừa tiếp nhận, xong 0/4 việc.");
    hides("Đang làm");
    MUST(incident_task_set(p.t.db, &p.t.arena, incident, task, STR("doing"), STR(""), &p.responder,
                           p.now, &err));
    clock_set(p.now + HOUR_MS);
    open_as(&p.responder, "");
    clock_set(p.now);
    shows("Đã tiếp nhận từ 1 giờ trước, xong 0/4 việc.");
    shows("</svg>\nĐang làm</span>");
    /* Nobody pressed a button when it was discovered. */
    html = browser_between(&b, "<b>Phát hiện</b>", "</li>");
    assert_int_equal(str_find(html, p.coordinator.name), -1);
    html = browser_between(&b, "<b>Hệ thống bị ảnh hưởng</b>", "</li>");
    assert_int_equal(str_find(html, STR("<span")), str_find(html, STR("</a>")) + 5);
    open_as(&p.responder, "/text");
    shows("**TLP 2.0:** TLP:AMBER+STRICT");
    html = browser_between(&b, "Hệ thống bị ảnh hưởng ", "(");
    assert_true(html.len > 0 && html.len < 60);
}

static int64_t unread_of(const struct actor *who)
{
    return testdb_sql(&p.t, fmt("SELECT COUNT(*) FROM notice WHERE read_at IS NULL AND in_app = 1 "
                                "AND account_id = %" PRId64,
                                who->id));
}

/* The bell counts what one has not seen: whoever opened the page has seen what was told of it. */
static void test_opening_a_case_reads_what_was_told_of_it(void **state)
{
    const struct actor *people[] = {&p.responder, &p.coordinator};
    struct str other_code;
    int64_t cases[] = {incident, province_incident(&p, false, "amber", &other_code)};

    testdb_sql(&p.t, "DELETE FROM notice");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        testdb_sql(&p.t, fmt("INSERT INTO notice_event (at, event, incident_id, by_name, detail, "
                             "mark) VALUES (1, 'incident.comment', %" PRId64 ", '', '', '')",
                             cases[i]));
        for (size_t k = 0; k < ARRAY_LEN(people); k++)
            testdb_sql(&p.t, fmt("INSERT INTO notice (event_id, account_id, at, in_app, digest) "
                                 "SELECT MAX(id), %" PRId64 ", 1, 1, 0 FROM notice_event",
                                 people[k]->id));
    }
    assert_int_equal(unread_of(&p.responder), 2);
    open_as(&p.responder, "/timeline");
    assert_int_equal(unread_of(&p.responder), 1); /* the other case's is left */
    assert_int_equal(unread_of(&p.coordinator), 2);
    open_as(&p.responder, "");
    assert_int_equal(unread_of(&p.responder), 1);
    assert_int_equal(testdb_sql(&p.t, fmt("SELECT COUNT(*) FROM notice n JOIN notice_event e ON "
                                          "e.id = n.event_id WHERE n.read_at IS NULL AND "
                                          "n.account_id = %" PRId64 " AND e.incident_id = %" PRId64,
                                          p.responder.id, cases[1])),
                     1);
}

/* Within the shift too; the list says until when and why. */
static void test_put_off_for_an_hour(void **state)
{
    open_as(&p.responder, "");
    shows(" placeholder=\"Ngày/tháng/năm giờ:phút\"");
    post("/follow-up", "hours=1&note=ch%E1%BB%9D+nh%C3%A0+m%E1%BA%A1ng");
    shows(fmt("Đã hẹn xem lại lúc " STR_FMT ".",
              STR_ARG(i18n_time(&p.t.arena, LANG_VI, p.now + HOUR_MS))));
    browser_get(&b, "/incidents?state=later");
    shows(fmt("Hẹn xem lại " STR_FMT ": chờ nhà mạng",
              STR_ARG(i18n_time(&p.t.arena, LANG_VI, p.now + HOUR_MS))));
    post("/follow-up", "days=0");
    browser_post(&b, "/incidents/bulk", fmt("id=" STR_FMT "&do=later-4h", STR_ARG(code)));
    assert_int_equal(testdb_sql(&p.t, "SELECT follow_up_at FROM incident"), p.now + 4 * HOUR_MS);
}

#define PAGE_TEST(f) cmocka_unit_test_setup_teardown(f, page_begin, page_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAGE_TEST(test_the_clock_says_what_is_due),
        PAGE_TEST(test_a_new_owner_leaves_the_former_one_in_sight),
        PAGE_TEST(test_a_system_is_taken_off_and_back),
        PAGE_TEST(test_people_stand_in_groups),
        PAGE_TEST(test_merging_says_who_sees_what_under_which_mark),
        PAGE_TEST(test_the_words_of_a_case),
        PAGE_TEST(test_opening_a_case_reads_what_was_told_of_it),
        PAGE_TEST(test_put_off_for_an_hour),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
