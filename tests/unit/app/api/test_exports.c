#include "apitest.h"

#include "app/evidence/evidence.h"
#include "app/notice/notice.h"
#include "app/org/inner.h"
#include "base/clock.h"

/* Every list leaves the site as a file: only for those who may see it, noted in the audit log, and
 * without anything that a spreadsheet would run. */

static int64_t noted(struct apitest *t, const char *action, const char *list)
{
    return testdb_sql(&t->p.t, str_printf(&t->p.t.arena,
                                          "SELECT COUNT(*) FROM audit WHERE action = '%s' AND "
                                          "detail LIKE '%%\"list\":\"%s\"%%'",
                                          action, list)
                                   .ptr);
}

/* In the three formats; CSV and JSON hold the text, each file has its entry. */
static void leaves(struct apitest *t, const char *path, const char *action, const char *list,
                   const char *text)
{
    static const char *const endings[] = {".csv", ".xlsx", ".json"};
    int64_t before = noted(t, action, list);

    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        browser_get(&t->b, with(t, path, STR(""), endings[i]));
        if (t->b.page.status != 200)
            fail_msg("%s%s: %d", path, endings[i], t->b.page.status);
        assert_true(str_find(answered(t, "Content-Disposition"), STR("attachment")) >= 0);
        if (i == 1)
            assert_true(str_starts(t->b.page.body, STR("PK")));
        else if (!browser_shows(&t->b, text))
            fail_msg("%s%s has no \"%s\"", path, endings[i], text);
    }
    assert_int_equal(noted(t, action, list), before + 3);
}

static void refused(struct apitest *t, const struct actor *who, const char *path, int status)
{
    sit_down(t, who);
    browser_get(&t->b, with(t, path, STR(".csv"), ""));
    if (t->b.page.status != status)
        fail_msg("%s.csv: %d", path, t->b.page.status);
}

/* The page leads to the files, with its filters. */
static void offers(struct apitest *t, const char *page, const char *link)
{
    browser_get(&t->b, page);
    assert_int_equal(t->b.page.status, 200);
    if (!browser_shows(&t->b, link))
        fail_msg("%s does not lead to %s", page, link);
}

/* Who sets up the site is one of the auditors here. */
static const struct actor *administrator(struct apitest *t)
{
    testdb_sql(&t->p.t, str_printf(&t->p.t.arena,
                                   "UPDATE role_grant SET role = 'admin' WHERE account_id = "
                                   "%" PRId64,
                                   t->p.auditor.id)
                            .ptr);
    return &t->p.auditor;
}

static void test_mails_and_jobs(void **state)
{
    struct apitest *t = *state;

    testdb_sql(
        &t->p.t,
        "INSERT INTO mail (message_id, kind, state, sender, to_list, cc_list, subject, body, "
        "tlp, in_reply_to, refs, stop, lang, automatic, secret, by_name, at, answer, fold) "
        "VALUES ('a@example.vn', 'notice', 'failed', '', '=cmd@example.vn', '', 'Kín', 'Kín', "
        "'', '', '', '', 'vi', 1, 0, '', 1, '550 no', '')");
    testdb_sql(&t->p.t,
               "INSERT INTO job (kind, ref, arg, state, due_at, lease, attempts, "
               "created_at, finished_at, error) VALUES ('mail', 0, '', 'failed', 1, '', 3, "
               "1, 1, '+SUM(1)')");
    refused(t, &t->p.coordinator, "/settings/sent", 403);
    refused(t, &t->p.coordinator, "/settings/jobs", 403);
    sit_down(t, administrator(t));
    leaves(t, "/settings/sent", "setting.export", "mails", "550 no");
    browser_get(&t->b, "/settings/sent.csv");
    assert_true(browser_shows(&t->b, "'=cmd@example.vn"));
    assert_false(browser_shows(&t->b, "Kín")); /* of what it says, nothing */
    browser_get(&t->b, "/settings/sent.csv?state=sent");
    assert_false(browser_shows(&t->b, "550 no"));
    leaves(t, "/settings/jobs", "setting.export", "jobs", "SUM(1)");
    browser_get(&t->b, "/settings/jobs.csv");
    assert_true(browser_shows(&t->b, "'+SUM(1)"));
    browser_get(&t->b, "/settings/jobs.csv?state=done");
    assert_false(browser_shows(&t->b, "SUM(1)"));
    offers(t, "/settings/sent?state=failed", "/settings/sent.csv?state=failed");
    offers(t, "/settings/jobs?state=done", "/settings/jobs.csv?state=done");
}

static void test_webhooks(void **state)
{
    struct apitest *t = *state;
    const char *messages;
    struct str uuid;

    as(t, &t->p.coordinator);
    call(t, "POST", "/api/v1/webhooks",
         "{\"name\":\"Phiếu\",\"org\":\"DV-0001\",\"url\":\"https://example.vn/hook\","
         "\"events\":[\"incident.opened\"]}",
         "Idempotency-Key: hook-0123456789ab\r\n");
    assert_int_equal(t->b.page.status, 201);
    uuid = str_dup(&t->p.t.arena, member(t, "uuid"));
    messages = with(t, "/settings/hooks/", uuid, "/messages");
    testdb_sql(&t->p.t, "INSERT INTO webhook_delivery (uuid, webhook_id, event, body, state, "
                        "attempts, at, answer) SELECT 'd', id, 'incident.opened', 'Kín', 'sent', "
                        "1, 1, '@204' FROM webhook");
    sit_down(t, &t->p.coordinator);
    leaves(t, "/settings/hooks", "setting.export", "webhooks", "Phiếu");
    leaves(t, messages, "setting.export", "webhook-messages", "@204");
    browser_get(&t->b, with(t, messages, STR(".csv"), ""));
    assert_true(browser_shows(&t->b, "'@204"));
    assert_false(browser_shows(&t->b, "Kín"));
    offers(t, "/settings/hooks", "/settings/hooks.csv");
    offers(t, with(t, "/settings/hooks/", uuid, ""), "/messages.csv");
    refused(t, &t->p.officer, "/settings/hooks", 403);
    refused(t, &t->p.officer, messages, 403);
}

static void test_what_is_ones_own(void **state)
{
    struct apitest *t = *state;
    struct str code;

    province_incident(&t->p, false, "amber", &code);
    as(t, &t->p.officer);
    call(t, "POST", "/api/v1/filters",
         "{\"list\":\"incidents\",\"name\":\"=Của tôi\",\"query\":\"severity=4\"}", NULL);
    assert_int_equal(t->b.page.status, 201);
    testdb_sql(&t->p.t, str_printf(&t->p.t.arena,
                                   "INSERT INTO notice_event (at, event, by_name, detail, mark) "
                                   "VALUES (1, 'account.token', 'x', '=1+1', '')")
                            .ptr);
    testdb_sql(&t->p.t,
               str_printf(&t->p.t.arena,
                          "INSERT INTO notice (event_id, account_id, at, in_app, digest) SELECT "
                          "id, %" PRId64 ", 1, 1, 0 FROM notice_event",
                          t->p.officer.id)
                   .ptr);
    sit_down(t, &t->p.officer);
    leaves(t, "/notices", "account.export", "notices", "=1+1");
    leaves(t, "/account/sessions", "account.export", "sessions", "192.0.2.1");
    leaves(t, "/account/tokens", "account.export", "tokens", "incident.read");
    leaves(t, "/filters", "filter.export", "filters", "Của tôi");
    browser_get(&t->b, "/filters.csv");
    assert_true(browser_shows(&t->b, "'=Của tôi"));
    browser_get(&t->b, "/notices.csv?group=incident");
    assert_false(browser_shows(&t->b, "=1+1"));
    offers(t, "/notices?show=unread", "/notices.csv?show=unread");
    offers(t, "/account", "/account/sessions.csv");
    offers(t, "/account/tokens", "/account/tokens.csv");
    offers(t, "/filters", "/filters.csv");
    /* Others have their own. */
    sit_down(t, &t->p.stranger);
    browser_get(&t->b, "/notices.csv");
    assert_false(browser_shows(&t->b, "=1+1"));
    browser_get(&t->b, "/filters.csv");
    assert_false(browser_shows(&t->b, "Của tôi"));
    /* An administrator sees where others are signed in, and it is told of whom. */
    sit_down(t, administrator(t));
    leaves(t, "/accounts/canbo/sessions", "account.export", "sessions", "192.0.2.1");
    leaves(t, "/accounts/canbo/tokens", "account.export", "tokens", "incident.read");
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM audit WHERE action = "
                                         "'account.export' AND object_code = 'canbo'"),
                     6);
    refused(t, &t->p.officer, "/accounts/canbo.khac/sessions", 403);
}

static void test_custody(void **state)
{
    struct apitest *t = *state;
    struct attachment_new new_ = {
        .name = STR("=cmd.log"), .type = STR("text/plain"), .by = &t->p.coordinator};
    struct attachments files = {0};
    struct err err = {0};
    const char *of_file, *of_case;
    struct str code;
    int64_t id;

    new_.incident_id = province_incident(&t->p, false, "amber", &code);
    code = str_dup(&t->p.t.arena, code);
    if (blob_put(&evidence_store, STR("nội dung"), &new_.blob, &err) < 0 ||
        db_begin(t->p.t.db, &err) < 0 ||
        evidence_attach(t->p.t.db, &t->p.t.arena, &new_, t->p.now, &id, &err) < 0 ||
        db_commit(t->p.t.db, &err) < 0 ||
        evidence_of_incident(t->p.t.db, &t->p.t.arena, new_.incident_id, t->p.coordinator.id,
                             &files, &err) < 0)
        fail_msg("%s", err.what);
    of_file = with(t, "/files/", files.at[0].uuid, "/custody");
    of_case = with(t, "/incidents/", code, "/custody");
    sit_down(t, &t->p.coordinator);
    leaves(t, of_file, "file.export", "custody", "dieuphoi");
    offers(t, of_file, "/custody.csv");
    for (int i = 0; i < 3; i++) {
        static const char *const endings[] = {".csv", ".xlsx", ".json"};

        browser_get(&t->b, with(t, of_case, STR(""), endings[i]));
        assert_int_equal(t->b.page.status, 200);
        if (i == 0)
            assert_true(browser_shows(&t->b, "'=cmd.log"));
        if (i == 2)
            assert_true(browser_shows(&t->b, "\"blake2b\":"));
    }
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM audit WHERE action = "
                                         "'incident.export' AND detail LIKE '%custody%'"),
                     3);
    offers(t, of_case, "/custody.csv");
    refused(t, &t->p.stranger, of_file, 404);
    refused(t, &t->p.stranger, of_case, 404);
}

static void test_templates(void **state)
{
    struct apitest *t = *state;

    as(t, &t->p.coordinator);
    call(t, "POST", "/api/v1/templates",
         "{\"name\":\"=Lừa đảo\",\"title\":\"Trang giả mạo\",\"kind\":\"phishing\","
         "\"severity\":2,\"tlp\":\"green\",\"org\":\"DV-0001\"}",
         "Idempotency-Key: template-0123456789\r\n");
    assert_answer(t, 201, "Trang giả mạo");
    call(t, "POST", "/api/v1/texts",
         "{\"name\":\"Chào\",\"used_for\":\"both\",\"body\":\"Cảm ơn đã báo\",\"org\":\"DV-0001\"}",
         "Idempotency-Key: text-012345678901\r\n");
    assert_int_equal(t->b.page.status, 201);
    sit_down(t, &t->p.coordinator);
    leaves(t, "/templates/incident", "template.export", "templates", "Trang giả mạo");
    leaves(t, "/templates/text", "template.export", "texts", "Cảm ơn đã báo");
    browser_get(&t->b, "/templates/incident.csv");
    assert_true(browser_shows(&t->b, "'=Lừa đảo"));
    offers(t, "/templates", "/templates/incident.csv");
    offers(t, "/templates", "/templates/text.xlsx");
    refused(t, &t->p.officer, "/templates/incident", 403);
}

/* The public directory: for whoever comes by, with the words of the page. */
static void test_contact_points(void **state)
{
    struct apitest *t = *state;
    struct org_contact_values shown = {
        .name = STR("Đầu mối ứng cứu"), .phone = STR("0900 000 002"), .is_public = true};
    struct org_contact_values hidden = {.name = STR("Trực đêm"), .phone = STR("0900 000 003")};
    struct err err = {0};

    if (org_contact_add(t->p.t.db, &t->p.t.arena, t->p.health, &shown, &t->p.coordinator, t->p.now,
                        &err) < 0 ||
        org_contact_add(t->p.t.db, &t->p.t.arena, t->p.health, &hidden, &t->p.coordinator, t->p.now,
                        &err) < 0)
        fail_msg("%s", err.what);
    as_visitor(t);
    offers(t, "/dau-moi", "/dau-moi.xlsx");
    browser_get(&t->b, "/dau-moi.csv");
    assert_answer(t, 200, "Đầu mối ứng cứu");
    assert_false(browser_shows(&t->b, "Trực đêm"));
    browser_get(&t->b, "/dau-moi.xlsx");
    assert_true(str_starts(t->b.page.body, STR("PK")));
    call(t, "GET", "/api/v1/public/contact-points?q=dau+moi+khong+co", NULL, NULL);
    assert_answer(t, 200, "\"items\":[]");
    call(t, "GET", "/api/v1/public/contact-points", NULL, NULL);
    assert_answer(t, 200, "\"phone\":\"0900 000 002\"");
    assert_false(browser_shows(&t->b, "Trực đêm"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        API_TEST(test_mails_and_jobs), API_TEST(test_webhooks),  API_TEST(test_what_is_ones_own),
        API_TEST(test_custody),        API_TEST(test_templates), API_TEST(test_contact_points),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
