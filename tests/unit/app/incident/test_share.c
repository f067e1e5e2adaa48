#include "support/visit.h"

#include "app/audit/audit.h"
#include "app/evidence/evidence.h"
#include "app/home/home.h"
#include "app/incident/incident.h"
#include "app/incident/merge.h"
#include "app/incident/share.h"
#include "app/observable/observable.h"
#include "app/org/org.h"
#include "app/search/search.h"
#include "app/web/web.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

#include <setjmp.h>
#include <cmocka.h>

/*
 * An incident of the health department and its partners: the department of finance (whose officer
 * is the province's stranger) and a police unit that helps.
 */
static struct province p;
static struct http_server *server;
static struct browser b;
static struct err err;
static struct actor police;
static int64_t incident, police_org;
static struct str code;

#define fmt(...) (str_printf(&p.t.arena, __VA_ARGS__).ptr)

static void make_police(void)
{
    struct org_new org = {
        .kind = STR("police"), .name = STR("Phòng An ninh mạng"), .parent_id = p.top};
    struct account_new who = {.login = STR("canh.sat"), .name = STR("canh.sat")};

    police = (struct actor){.login = who.login, .name = who.name, .address = STR("192.0.2.9")};
    assert_int_equal(db_begin(p.t.db, &err), 0);
    assert_int_equal(org_create(p.t.db, &p.t.arena, &org, NULL, p.now, &police_org, &err), 0);
    assert_int_equal(
        account_insert(p.t.db, &p.t.arena, &who, STR("*"), NULL, p.now, &police.id, &err), 0);
    assert_int_equal(account_grant(p.t.db, &p.t.arena, police.id, ROLE_responder, police_org,
                                   p.now - DAY_MS, NO_INT, STR("test"), NULL, p.now, &err),
                     0);
    assert_int_equal(db_commit(p.t.db, &err), 0);
}

/* Two of each kind: one that will bear the mark (CHUNG) and one that will not (RIENG). */
static void fill_incident(void)
{
    struct attachment_new file = {.incident_id = incident, .type = STR("text/plain")};
    struct str observables[] = {STR("domain chung.example.net"), STR("domain rieng.example.net")};
    int64_t id;

    testdb_sql(&p.t, fmt("UPDATE incident SET summary = 'RIENG tóm tắt', severity_why = 'RIENG' "
                         "WHERE id = %" PRId64,
                         incident));
    for (int i = 0; i < 2; i++) {
        const char *mark = i == 0 ? "CHUNG" : "RIENG";
        struct incident_task_new task = {.title = str_c(fmt("%s việc", mark)), .body = STR("")};
        struct incident_event_new event = {.at = p.now, .kind = STR("note")};

        assert_int_equal(incident_comment(p.t.db, &p.t.arena, incident,
                                          str_c(fmt("%s ý kiến", mark)), &p.coordinator, p.now,
                                          &err),
                         0);
        assert_int_equal(
            incident_task_add(p.t.db, &p.t.arena, incident, &task, &p.coordinator, p.now, &err), 0);
        event.text = str_c(fmt("%s diễn biến", mark));
        assert_int_equal(
            incident_add_event(p.t.db, &p.t.arena, incident, &event, &p.coordinator, p.now, &err),
            0);
        file.name = str_c(fmt("%s.txt", mark));
        assert_int_equal(
            blob_put(&evidence_store, str_c(fmt("%s nội dung", mark)), &file.blob, &err), 0);
        assert_int_equal(db_begin(p.t.db, &err), 0);
        assert_int_equal(evidence_attach(p.t.db, &p.t.arena, &file, p.now, &id, &err), 0);
        assert_int_equal(db_commit(p.t.db, &err), 0);
    }
    assert_int_equal(incident_add_observables(p.t.db, &p.t.arena, incident,
                                              &(struct form_values){observables, 2}, STR(""),
                                              &p.coordinator, p.now, &id, &err),
                     0);
}

static int share_begin(void **state)
{
    const struct http_route *const tables[] = {web_routes,        evidence_routes, incident_routes,
                                               observable_routes, home_routes,     search_routes};
    const size_t lens[] = {web_routes_len,        evidence_routes_len, incident_routes_len,
                           observable_routes_len, home_routes_len,     search_routes_len};

    visit_begin(&p, tables, lens, ARRAY_LEN(tables), &server, &b);
    incident = province_incident(&p, false, "amber", &code);
    make_police();
    fill_incident();
    return 0;
}

static int share_end(void **state)
{
    visit_end(&p, server, &b);
    return 0;
}

#define SHARE_TEST(f) cmocka_unit_test_setup_teardown(f, share_begin, share_end)

static void appear(const struct actor *who)
{
    visit_as(&p, &b, who);
    browser_get(&b, "/home"); /* for the token of forms */
}

static const char *at(const char *path)
{
    return fmt("/incidents/" STR_FMT "%s", STR_ARG(code), path);
}

static int share(int64_t org, const char *scope, const char *may, struct opt_int ends_at)
{
    const struct share_new new_ = {.org = str_c(fmt("%" PRId64, org)),
                                   .scope = str_c(scope),
                                   .may = str_c(may),
                                   .reason = STR("phối hợp điều tra"),
                                   .ends_at = ends_at};

    memset(&err, 0, sizeof(err));
    return share_add(p.t.db, &p.t.arena, incident, &new_, &p.coordinator, p.now, &err);
}

/* Marks everything that is called CHUNG, as the form would. */
static void mark_chung(void)
{
    struct share_items_rows rows;
    struct form_values shown, on = {0};
    int64_t changed;

    assert_int_equal(share_items(p.t.db, &p.t.arena, p.coordinator.id, incident, &rows, &err), 0);
    shown = (struct form_values){arena_array(&p.t.arena, struct str, rows.len), 0};
    on = (struct form_values){arena_array(&p.t.arena, struct str, rows.len), 0};
    for (size_t i = 0; i < rows.len; i++) {
        struct str item =
            str_printf(&p.t.arena, STR_FMT " %" PRId64, STR_ARG(rows.at[i].kind), rows.at[i].id);

        shown.at[shown.len++] = item;
        if (str_find(rows.at[i].label, STR("CHUNG")) >= 0 ||
            str_find(rows.at[i].label, STR("chung.")) >= 0)
            on.at[on.len++] = item;
    }
    assert_int_equal(share_set_marks(p.t.db, &p.t.arena, incident, &shown, &on, &p.coordinator,
                                     p.now, &changed, &err),
                     0);
    assert_int_equal(changed, on.len);
    assert_int_equal(on.len, 6); /* comment, task and its event, event, observable, file */
}

static int64_t file_id(const char *name, struct str *uuid)
{
    struct attachments files;

    assert_int_equal(
        evidence_of_incident(p.t.db, &p.t.arena, incident, p.coordinator.id, &files, &err), 0);
    for (size_t i = 0; i < files.len; i++) {
        if (str_is(files.at[i].name, name)) {
            *uuid = files.at[i].uuid;
            return files.at[i].id;
        }
    }
    fail();
    return 0;
}

/* Everything of an incident by every address: nothing is seen, nothing may be done. */
static void sees_nothing(const struct actor *who)
{
    static const char *const tabs[] = {"",         "/timeline", "/comments", "/observables",
                                       "/files",   "/history",  "/edit",     "/joint",
                                       "/sharing", "/merge",    "/split"};

    appear(who);
    for (size_t i = 0; i < ARRAY_LEN(tabs); i++) {
        browser_get(&b, at(tabs[i]));
        assert_true(b.page.status == 404 || b.page.status == 403);
    }
    browser_get(&b, "/incidents/shared");
    assert_false(browser_shows(&b, str_cdup(&p.t.arena, code)));
    browser_get(&b, fmt("/search?q=" STR_FMT, STR_ARG(code)));
    assert_true(b.page.status == 200);
}

static void test_the_owner_is_no_partner(void **state)
{
    assert_int_equal(share(p.health, "marked", "read", NO_INT), ERR_INVALID);
    assert_string_equal(err.field, "org");
    assert_int_equal(testdb_sql(&p.t, "SELECT COUNT(*) FROM incident_share"), 0);
}

static void test_partner_sees_only_what_is_marked(void **state)
{
    static const char *const tabs[] = {"",       "/timeline", "/comments", "/observables",
                                       "/files", "/history"};
    struct str shared, hidden;

    sees_nothing(&p.stranger);
    assert_int_equal(share(p.finance, "marked", "read", NO_INT), 0);
    appear(&p.stranger);
    browser_get(&b, at("/joint"));
    assert_int_equal(b.page.status, 200);
    assert_false(browser_shows(&b, "CHUNG")); /* the mark is off until somebody sets it */
    mark_chung();
    browser_get(&b, at("/joint"));
    assert_true(browser_shows(&b, "CHUNG ý kiến"));
    assert_true(browser_shows(&b, "CHUNG việc"));
    assert_true(browser_shows(&b, "CHUNG diễn biến"));
    assert_true(browser_shows(&b, "CHUNG.txt"));
    assert_true(browser_shows(&b, "chung.example"));
    assert_false(browser_shows(&b, "RIENG"));
    assert_false(browser_shows(&b, "rieng.example"));
    /* The full page and its tabs lead to the partner's page. */
    for (size_t i = 0; i < ARRAY_LEN(tabs); i++) {
        browser_get(&b, at(tabs[i]));
        assert_int_equal(b.page.status, 303);
        assert_true(str_ends(browser_location(&b), STR("/joint")));
    }
    /* Nor is there another way to what is not marked. */
    file_id("CHUNG.txt", &shared);
    file_id("RIENG.txt", &hidden);
    browser_get(&b, fmt("/files/" STR_FMT, STR_ARG(hidden)));
    assert_int_equal(b.page.status, 404);
    browser_get(&b, fmt("/files/" STR_FMT, STR_ARG(shared)));
    assert_int_equal(b.page.status, 200);
    browser_post(&b, fmt("/files/" STR_FMT "/download", STR_ARG(shared)), "reason=giam+dinh");
    assert_true(str_is(b.page.body, "CHUNG nội dung"));
    browser_get(&b, "/observables/domain/chung.example.net");
    assert_true(browser_shows(&b, str_cdup(&p.t.arena, code)));
    browser_get(&b, "/observables/domain/rieng.example.net");
    assert_false(browser_shows(&b, str_cdup(&p.t.arena, code)));
    browser_get(&b, "/search?q=rieng");
    assert_false(browser_shows(&b, str_cdup(&p.t.arena, code)));
    browser_get(&b, "/search?q=rieng.example.net");
    assert_false(browser_shows(&b, str_cdup(&p.t.arena, code)));
    browser_get(&b, "/search?q=chung.example.net");
    assert_true(browser_shows(&b, str_cdup(&p.t.arena, code)));
    browser_get(&b, "/incidents?state=all");
    assert_true(browser_shows(&b, "/incidents/shared"));
    assert_false(browser_shows(&b, "tóm tắt"));
    browser_get(&b, "/incidents/shared");
    assert_true(browser_shows(&b, str_cdup(&p.t.arena, code)));
    /* Read only: nothing may be added. */
    browser_post(&b, at("/joint/comments"), "body=them");
    assert_int_equal(b.page.status, 403);
    browser_post(&b, at("/comments"), "body=them");
    assert_int_equal(b.page.status, 404);
}

static void test_partner_who_works(void **state)
{
    int64_t hidden = testdb_sql(&p.t, "SELECT id FROM task WHERE title = 'RIENG việc'");
    int64_t task = testdb_sql(&p.t, "SELECT id FROM task WHERE title = 'CHUNG việc'");

    assert_int_equal(share(p.finance, "marked", "work", NO_INT), 0);
    mark_chung();
    appear(&p.stranger);
    browser_get(&b, at("/joint"));
    browser_post(&b, at("/joint/comments"), "body=TUDOITAC");
    assert_int_equal(b.page.status, 303);
    browser_post(&b, at("/joint/timeline"), "at=22/11/2026+09:00&text=DOITACBAO");
    assert_int_equal(b.page.status, 303);
    browser_post(&b, at("/joint/observables"), "text=hxxp://doitac.example.org/x");
    assert_int_equal(b.page.status, 303);
    browser_post(&b, fmt("%s/%" PRId64, at("/joint/tasks"), hidden), "");
    assert_int_equal(b.page.status, 404);
    browser_post(&b, fmt("%s/%" PRId64, at("/joint/tasks"), task), "");
    assert_int_equal(b.page.status, 303);
    assert_int_equal(testdb_sql(&p.t, fmt("SELECT done_by FROM task WHERE id = %" PRId64, task)),
                     p.stranger.id);
    browser_get(&b, at("/joint"));
    assert_true(browser_shows(&b, "TUDOITAC"));
    assert_true(browser_shows(&b, "DOITACBAO"));
    assert_true(browser_shows(&b, "doitac.example"));
    /* But no more than that. */
    browser_post(&b, at("/state"), "state=verifying&version=1");
    assert_int_equal(b.page.status, 404);
    browser_post(&b, at("/recognise"), "text=x");
    assert_int_equal(b.page.status, 404);
    appear(&p.coordinator);
    browser_get(&b, at("/comments"));
    assert_true(browser_shows(&b, "TUDOITAC"));
}

static void test_shared_whole(void **state)
{
    assert_int_equal(share(p.finance, "all", "work", NO_INT), 0);
    appear(&p.stranger);
    browser_get(&b, at(""));
    assert_int_equal(b.page.status, 200);
    assert_true(browser_shows(&b, "RIENG tóm tắt"));
    browser_post(&b, at("/comments"), "body=them");
    assert_int_equal(b.page.status, 303);
    browser_get(&b, at("/sharing"));
    assert_int_equal(b.page.status, 403); /* sharing on is for whoever manages it */
}

static void test_ends_by_time_and_by_revoking(void **state)
{
    int64_t id;

    assert_int_equal(share(p.finance, "marked", "read", opt_int(p.now)), ERR_INVALID);
    assert_string_equal(err.field, "ends_at");
    assert_int_equal(share(p.finance, "marked", "read", opt_int(p.now + HOUR_MS)), 0);
    appear(&p.stranger);
    browser_get(&b, at("/joint"));
    assert_int_equal(b.page.status, 200);
    clock_set(p.now + HOUR_MS);
    browser_get(&b, at("/joint"));
    assert_int_equal(b.page.status, 404);
    clock_set(p.now);
    browser_get(&b, at("/joint"));
    assert_int_equal(b.page.status, 200);
    id = testdb_sql(&p.t, "SELECT MAX(id) FROM incident_share");
    assert_int_equal(
        share_revoke(p.t.db, &p.t.arena, incident, id, STR("xong việc"), &p.stranger, p.now, &err),
        ERR_NOT_FOUND);
    assert_int_equal(share_revoke(p.t.db, &p.t.arena, incident, id, STR("xong việc"),
                                  &p.coordinator, p.now, &err),
                     0);
    sees_nothing(&p.stranger);
    /* What was shared and ended stays on the page and in the log. */
    appear(&p.coordinator);
    browser_get(&b, at("/sharing"));
    assert_true(browser_shows(&b, "xong việc"));
    assert_int_equal(
        testdb_sql(&p.t, "SELECT COUNT(*) FROM audit WHERE action = 'incident.unshare'"), 1);
}

/* Another share with the same organisation takes the place of the former. */
static void test_shared_anew(void **state)
{
    assert_int_equal(share(p.finance, "all", "read", NO_INT), 0);
    assert_int_equal(share(p.finance, "marked", "read", NO_INT), 0);
    appear(&p.stranger);
    browser_get(&b, at(""));
    assert_int_equal(b.page.status, 303);
    assert_int_equal(
        testdb_sql(&p.t, "SELECT COUNT(*) FROM incident_share WHERE revoked_at IS NULL"), 1);
}

static void test_police_sees_what_is_marked(void **state)
{
    assert_int_equal(share(police_org, "all", "read", NO_INT), ERR_INVALID);
    assert_string_equal(err.field, "scope");
    /* Brought in to help, it is a partner; those above do not get a reach through it either. */
    assert_int_equal(incident_add_party(p.t.db, &p.t.arena, incident, police_org, "helper",
                                        &p.coordinator, p.now, &err),
                     0);
    mark_chung();
    appear(&police);
    browser_get(&b, at(""));
    assert_int_equal(b.page.status, 303);
    browser_get(&b, at("/joint"));
    assert_true(browser_shows(&b, "CHUNG ý kiến"));
    assert_false(browser_shows(&b, "RIENG"));
    browser_post(&b, at("/joint/comments"), "body=CONGAN");
    assert_int_equal(b.page.status, 303);
    assert_int_equal(incident_remove_party(p.t.db, &p.t.arena, incident, police_org, &p.coordinator,
                                           p.now, &err),
                     0);
    sees_nothing(&police);
    /* As the one that is hit it sees its own incident whole. */
    assert_int_equal(incident_add_party(p.t.db, &p.t.arena, incident, police_org, "affected",
                                        &p.coordinator, p.now, &err),
                     0);
    appear(&police);
    browser_get(&b, at(""));
    assert_int_equal(b.page.status, 200);
}

static void test_red_is_for_named_people(void **state)
{
    assert_int_equal(share(p.finance, "all", "read", NO_INT), 0);
    testdb_sql(&p.t, fmt("UPDATE incident SET tlp = 'red' WHERE id = %" PRId64, incident));
    sees_nothing(&p.stranger);
    assert_int_equal(share(p.finance, "marked", "read", NO_INT), ERR_STATE);
    appear(&p.coordinator);
    browser_get(&b, at("/sharing"));
    browser_post(&b, at("/sharing"),
                 fmt("org=%" PRId64 "&scope=marked&may=read&reason=phoi+hop", p.finance));
    assert_int_equal(b.page.status, 400);
}

/* A mark belongs to the incident it was set in: merged into another, nothing gets to its partners.
 */
static void test_marks_do_not_travel(void **state)
{
    struct str other_code;
    int64_t other = province_incident(&p, false, "amber", &other_code), merge;

    mark_chung();
    assert_int_equal(
        incident_merge(p.t.db, &p.t.arena, incident, other, &p.coordinator, p.now, &merge, &err),
        0);
    incident = other;
    code = other_code;
    assert_int_equal(share(p.finance, "marked", "read", NO_INT), 0);
    appear(&p.stranger);
    browser_get(&b, at("/joint"));
    assert_int_equal(b.page.status, 200);
    assert_false(browser_shows(&b, "CHUNG"));
    assert_false(browser_shows(&b, "chung.example"));
}

static void test_by_the_form(void **state)
{
    int64_t checked;

    appear(&p.coordinator);
    browser_get(&b, at("/sharing"));
    assert_int_equal(b.page.status, 200);
    browser_post(&b, at("/sharing"),
                 fmt("org=%" PRId64 "&scope=all&may=read&reason=phoi+hop", police_org));
    assert_int_equal(b.page.status, 400);
    assert_true(browser_shows(&b, "is-invalid") || browser_shows(&b, "field-error"));
    browser_post(&b, at("/sharing"), fmt("org=%" PRId64 "&scope=marked&may=read", p.finance));
    assert_int_equal(b.page.status, 400); /* without a reason */
    browser_post(&b, at("/sharing"),
                 fmt("org=%" PRId64 "&scope=marked&may=read&reason=phoi+hop", p.finance));
    assert_int_equal(b.page.status, 303);
    browser_get(&b, at(""));
    assert_true(browser_shows(&b, "Sở Tài chính"));
    assert_int_equal(audit_verify(p.t.db, &checked, &err), 0);
}

/* What is ticked when "Share" is pressed is what the partner sees, saved before or not. */
static void test_sharing_takes_the_ticks_along(void **state)
{
    int64_t comment, checked;

    assert_int_equal(incident_comment(p.t.db, &p.t.arena, incident, STR("Gửi nhật ký giúp"),
                                      &p.coordinator, p.now, &err),
                     0);
    comment = testdb_sql(&p.t, "SELECT MAX(id) FROM comment");
    appear(&p.coordinator);
    browser_get(&b, at("/sharing"));
    browser_post(&b, at("/sharing"),
                 fmt("org=%" PRId64 "&scope=marked&may=read&shown=comment+%" PRId64
                     "&on=comment+%" PRId64,
                     p.finance, comment, comment));
    assert_int_equal(b.page.status, 400); /* without a reason: the tick is still there */
    assert_true(browser_shows(&b, fmt("value=\"comment %" PRId64 "\" checked", comment)));
    assert_int_equal(testdb_sql(&p.t, "SELECT COUNT(*) FROM comment WHERE shared_in <> 0"), 0);
    browser_post(&b, at("/sharing"),
                 fmt("org=%" PRId64 "&scope=marked&may=read&reason=phoi+hop&shown=comment+%" PRId64
                     "&on=comment+%" PRId64,
                     p.finance, comment, comment));
    assert_int_equal(b.page.status, 303);
    browser_get(&b, at("/sharing"));
    assert_true(browser_shows(&b, "Đối tác xem được 1 mục đã đánh dấu."));
    browser_post(&b, at("/sharing/marks"), fmt("shown=comment+%" PRId64, comment));
    browser_get(&b, at("/sharing"));
    assert_true(browser_shows(&b, "Đối tác chưa xem được mục nào"));
    assert_int_equal(testdb_sql(&p.t, "SELECT COUNT(*) FROM audit WHERE action = 'incident.mark'"),
                     2);
    assert_int_equal(audit_verify(p.t.db, &checked, &err), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {SHARE_TEST(test_the_owner_is_no_partner),
                                       SHARE_TEST(test_partner_sees_only_what_is_marked),
                                       SHARE_TEST(test_partner_who_works),
                                       SHARE_TEST(test_shared_whole),
                                       SHARE_TEST(test_ends_by_time_and_by_revoking),
                                       SHARE_TEST(test_shared_anew),
                                       SHARE_TEST(test_police_sees_what_is_marked),
                                       SHARE_TEST(test_red_is_for_named_people),
                                       SHARE_TEST(test_marks_do_not_travel),
                                       SHARE_TEST(test_by_the_form),
                                       SHARE_TEST(test_sharing_takes_the_ticks_along)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
