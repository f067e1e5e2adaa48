#include "../api/apitest.h"
#include "test.h"

#include "app/report/report.h"

static struct str report;

/* A report of health's, a template and a text of the whole province, and a server for mails. */
static int begin(void **state)
{
    struct report_new new_ = {.channel = "public",
                              .title = STR("Thư lạ"),
                              .body = STR("Có người gửi thư lạ."),
                              .reporter_name = STR("Chị Lan"),
                              .reporter_email = STR("lan@example.vn")};
    struct report_receipt receipt;
    struct err err = {0};
    struct apitest *t;

    if (apitest_setup(state) != 0)
        return -1;
    t = *state;
    new_.org_id = t->p.health;
    new_.detected_at = opt_int(t->p.now);
    new_.received_at = t->p.now;
    assert_int_equal(db_begin(t->p.t.db, &err), 0);
    assert_int_equal(report_create(t->p.t.db, &t->p.t.arena, &new_, &receipt, &err), 0);
    assert_int_equal(db_commit(t->p.t.db, &err), 0);
    report = str_dup(&t->p.t.arena, receipt.code);
    testdb_sql(&t->p.t, "INSERT INTO setting (key, value) VALUES ('mail.smtp_host', '192.0.2.25'), "
                        "('mail.from', 'ungcuu@example.vn')");
    sit_down(t, &t->p.coordinator);
    browser_get(&t->b, "/templates/incident/new");
    return 0;
}

#define TEMPLATE_TEST(f) cmocka_unit_test_setup_teardown(f, begin, apitest_teardown)

static const char *at(struct apitest *t, const char *behind)
{
    return str_printf(&t->p.t.arena, "/reports/" STR_FMT "%s", STR_ARG(report), behind).ptr;
}

static int64_t make_template(struct apitest *t)
{
    browser_post(&t->b, "/templates/incident/new",
                 str_printf(&t->p.t.arena,
                            "name=Lua+dao&org=%" PRId64 "&title=Mau&kind=phishing&severity=4&"
                            "tlp=green&summary=Hoi+nguoi+nhan.&tasks=Goi+ngan+hang&version=0.",
                            t->p.top)
                     .ptr);
    assert_int_equal(t->b.page.status, 303);
    return testdb_sql(&t->p.t, "SELECT MAX(id) FROM incident_template");
}

static int64_t make_text(struct apitest *t, const char *used_for)
{
    browser_post(&t->b, "/templates/text/new",
                 str_printf(&t->p.t.arena,
                            "name=Tra+loi&org=%" PRId64 "&used_for=%s&body=Ve+%%7Bcode%%7D%%2C+"
                            "%%7Btitle%%7D&version=0.",
                            t->p.top, used_for)
                     .ptr);
    assert_int_equal(t->b.page.status, 303);
    return testdb_sql(&t->p.t, "SELECT MAX(id) FROM text_template");
}

static void test_a_template_fills_in_the_decision_and_brings_its_tasks(void **state)
{
    struct apitest *t = *state;
    int64_t id = make_template(t);
    struct str code;

    browser_get(&t->b, at(t, ""));
    assert_true(browser_shows(&t->b, "Lua dao</option>"));
    browser_post(&t->b, at(t, "/open"),
                 str_printf(&t->p.t.arena,
                            "version=1&template=%" PRId64 "&fill=1&title=Da+go&org=%" PRId64, id,
                            t->p.health)
                     .ptr);
    assert_int_equal(t->b.page.status, 200);
    assert_true(browser_shows(&t->b, "value=\"Da go\""));
    assert_true(browser_shows(&t->b, "value=\"4\" selected"));
    assert_true(browser_shows(&t->b, "value=\"green\" selected"));
    /* What was narrower and more severe stays so. */
    browser_post(&t->b, at(t, "/open"),
                 str_printf(&t->p.t.arena,
                            "version=1&template=%" PRId64
                            "&fill=1&title=Da+go&tlp=amber%%2Bstrict&severity=4&org=%" PRId64,
                            id, t->p.health)
                     .ptr);
    assert_true(browser_shows(&t->b, "value=\"amber+strict\" selected"));
    assert_false(browser_shows(&t->b, "value=\"green\" selected"));
    assert_true(browser_shows(&t->b, "Phạm vi chia sẻ không rộng hơn trước"));
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM incident"), 0);
    browser_post(&t->b, at(t, "/open"),
                 str_printf(&t->p.t.arena,
                            "version=1&template=%" PRId64 "&title=Da+go&org=%" PRId64
                            "&kind=phishing&severity=4&tlp=green&detected_at=01%%2F01%%2F2020+"
                            "08%%3A00",
                            id, t->p.health)
                     .ptr);
    assert_int_equal(t->b.page.status, 303);
    code = browser_location(&t->b);
    assert_true(str_starts(code, STR("/incidents/SC-")));
    browser_get(&t->b, str_cdup(&t->p.t.arena, code));
    assert_true(browser_shows(&t->b, "Goi ngan hang"));
    assert_true(browser_shows(&t->b, "Có người gửi thư lạ."));
    assert_true(browser_shows(&t->b, "Hoi nguoi nhan."));
}

static void test_a_template_out_of_reach_adds_nothing(void **state)
{
    struct apitest *t = *state;
    int64_t id = make_template(t);

    testdb_sql(&t->p.t, "UPDATE incident_template SET removed_at = 1");
    browser_get(&t->b, at(t, ""));
    assert_false(browser_shows(&t->b, "name=\"template\""));
    browser_post(&t->b, at(t, "/open"),
                 str_printf(&t->p.t.arena,
                            "version=1&template=%" PRId64 "&title=Da+go&org=%" PRId64
                            "&kind=phishing&severity=2&tlp=amber&detected_at=01%%2F01%%2F2020+"
                            "08%%3A00",
                            id, t->p.health)
                     .ptr);
    assert_int_equal(t->b.page.status, 303);
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM task"), 4);
}

static void test_a_text_is_put_into_a_mail_and_nothing_is_lost(void **state)
{
    struct apitest *t = *state;
    struct str code;
    const char *paths[2];

    make_text(t, "answer");
    province_incident(&t->p, false, "amber", &code);
    paths[0] = str_printf(&t->p.t.arena, "/incidents/" STR_FMT "/mail", STR_ARG(code)).ptr;
    paths[1] = at(t, "/mail");
    browser_get(&t->b, paths[0]);
    assert_true(browser_shows(&t->b, "name=\"subject\""));
    assert_false(browser_shows(&t->b, "id=\"mail-text\"")); /* only those for mails */
    testdb_sql(&t->p.t, "UPDATE text_template SET used_for = 'mail'");
    browser_get(&t->b, paths[0]);
    assert_true(browser_shows(&t->b, "id=\"mail-text\""));
    for (int i = 0; i < 2; i++) {
        struct str filled = i == 0 ? code : report;

        browser_post(&t->b, paths[i],
                     "insert=1&text=1&to=khac%40example.org&subject=&body=Kinh+gui%2C");
        assert_int_equal(t->b.page.status, 200);
        assert_true(browser_shows(&t->b, "value=\"khac@example.org\""));
        assert_true(browser_shows(
            &t->b, str_printf(&t->p.t.arena, "Kinh gui,\n\nVe " STR_FMT, STR_ARG(filled)).ptr));
        assert_false(browser_shows(&t->b, "invalid-feedback"));
    }
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM mail"), 0);
}

static void test_one_editor_serves_both(void **state)
{
    struct apitest *t = *state;
    const char *paths[2];

    paths[0] =
        str_printf(&t->p.t.arena, "/templates/incident/%" PRId64 "/edit", make_template(t)).ptr;
    paths[1] =
        str_printf(&t->p.t.arena, "/templates/text/%" PRId64 "/edit", make_text(t, "both")).ptr;
    for (int i = 0; i < 2; i++) {
        browser_get(&t->b, paths[i]);
        assert_int_equal(t->b.page.status, 200);
        browser_post(&t->b, paths[i], "name=&version=1.");
        assert_int_equal(t->b.page.status, 400);
        assert_true(browser_shows(&t->b, "invalid-feedback"));
    }
    /* Somebody was faster. */
    testdb_sql(&t->p.t, "UPDATE text_template SET version = 2, name = 'Cua nguoi khac'");
    browser_post(&t->b, paths[1],
                 str_printf(&t->p.t.arena,
                            "name=Cua+toi&org=%" PRId64 "&used_for=both&body=x&version=1.",
                            t->p.top)
                     .ptr);
    assert_int_equal(t->b.page.status, 400);
    assert_true(browser_shows(&t->b, "value=\"Cua toi\""));
    browser_get(&t->b, "/templates/incident/999/edit");
    assert_int_equal(t->b.page.status, 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEMPLATE_TEST(test_a_template_fills_in_the_decision_and_brings_its_tasks),
        TEMPLATE_TEST(test_a_template_out_of_reach_adds_nothing),
        TEMPLATE_TEST(test_a_text_is_put_into_a_mail_and_nothing_is_lost),
        TEMPLATE_TEST(test_one_editor_serves_both),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
