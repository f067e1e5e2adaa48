#include "apitest.h"

#include "app/post/post.h"
#include "base/clock.h"

/* The administrator's desk over the API. */

#define ANY "If-Match: *\r\n"

/* An administrator of an organisation. */
static struct actor admin_of(struct apitest *t, int64_t org, const char *login)
{
    struct account_new new_ = {.login = str_c(login),
                               .name = str_c(login),
                               .email = STR("quantri@example.vn"),
                               .phone = STR(""),
                               .position = STR("")};
    struct actor out = {.login = new_.login, .name = new_.name};
    struct err err = {0};

    if (db_begin(t->p.t.db, &err) < 0 ||
        account_insert(t->p.t.db, &t->p.t.arena, &new_, STR("*"), NULL, t->p.now, &out.id, &err) <
            0 ||
        account_grant(t->p.t.db, &t->p.t.arena, out.id, ROLE_admin, org, t->p.now - DAY_MS, NO_INT,
                      STR("thử"), NULL, t->p.now, &err) < 0 ||
        db_commit(t->p.t.db, &err) < 0)
        fail_msg("%s", err.what);
    return out;
}

/* A session with its CSRF token: what asks for a fresh confirmation takes no API token. */
static const char *csrf_of(struct apitest *t, const struct actor *who)
{
    sit_down(t, who);
    call(t, "GET", "/api/v1/me", NULL, NULL);
    return with(t, "X-CSRF-Token: ", member(t, "csrf"), "\r\n");
}

static const char *tag(struct apitest *t)
{
    return with(t, "If-Match: ", answered(t, "ETag"), "\r\n");
}

static void test_mail(void **state)
{
    static const char path[] = "/api/v1/settings/mail";
    struct apitest *t = *state;
    struct actor admin = admin_of(t, t->p.top, "quantri");
    struct actor below = admin_of(t, t->p.health, "quantri.syt");
    struct post_settings s;
    struct err err = {0};
    const char *match;

    as(t, &t->p.coordinator);
    call(t, "GET", path, NULL, NULL);
    assert_answer(t, 403, "FORBIDDEN");
    as(t, &admin);
    call(t, "GET", path, NULL, NULL);
    assert_answer(t, 200, "\"smtp_security\":\"starttls\"");
    assert_answer(t, 200, "\"smtp_password_set\":false");
    match = tag(t);
    call(t, "PATCH", path, "{\"signature\":\"x\"}", NULL);
    assert_answer(t, 428, "VERSION_NEEDED");
    call(t, "PATCH", path, "{\"smtp_host\":\"smtp.example.vn\"}", match);
    assert_answer(t, 400, "\"pointer\":\"#/from\"");
    call(t, "PATCH", path, "{\"smtp_host\":\"smtp example\",\"from\":\"a@example.vn\"}", match);
    assert_answer(t, 400, "\"pointer\":\"#/smtp_host\"");
    call(t, "PATCH", path,
         "{\"smtp_host\":\"smtp.example.vn\",\"from\":\"site@example.vn\",\"smtp_user\":\"site\","
         "\"smtp_password\":\"mat-khau-bi-mat\",\"digest_hour\":6}",
         match);
    assert_answer(t, 200, "\"smtp_password_set\":true");
    assert_answer(t, 200, "\"digest_hour\":6");
    assert_int_equal(count_of(t, "mat-khau"), 0);
    /* Whoever saw the settings of before changes nothing. */
    call(t, "PATCH", path, "{\"signature\":\"Đội ứng cứu\"}", match);
    assert_answer(t, 412, "\"action\":\"setting.mail\"");
    call(t, "GET", path, NULL, NULL);
    match = tag(t);
    call(t, "PATCH", path, "{\"signature\":\"Đội ứng cứu\",\"digest_hour\":null}", match);
    assert_answer(t, 200, "\"digest_hour\":null");
    assert_answer(t, 200, "\"from\":\"site@example.vn\"");
    assert_int_equal(post_settings_load(t->p.t.db, &t->p.t.arena, &s, &err), 0);
    assert_true(str_is(s.smtp_password, "mat-khau-bi-mat"));
    /* The password goes to no other server than the one it was typed in for. */
    call(t, "PATCH", path, "{\"smtp_host\":\"smtp.example.com\"}", ANY);
    assert_answer(t, 400, "\"pointer\":\"#/smtp_password\"");
    call(t, "PATCH", path, "{\"smtp_security\":\"none\"}", ANY);
    assert_answer(t, 400, "\"pointer\":\"#/smtp_password\"");
    call(t, "PATCH", path, "{\"smtp_host\":\"smtp.example.com\",\"smtp_user\":null}", ANY);
    assert_answer(t, 200, "\"smtp_password_set\":false");
    assert_int_equal(audited(t, "setting.mail"), 3);
    /* It holds for everybody: no matter for an administrator of a part. */
    as(t, &below);
    call(t, "PATCH", path, "{\"signature\":\"y\"}", ANY);
    assert_answer(t, 403, "FORBIDDEN");
    as(t, &admin);
    call(t, "POST", "/api/v1/settings/mail/test", "{\"to\":\"nobody\"}", NULL);
    assert_answer(t, 400, "\"pointer\":\"#/to\"");
    call(t, "PATCH", path,
         "{\"smtp_host\":\"127.0.0.1\",\"smtp_port\":1,\"smtp_security\":\"none\"}", ANY);
    call(t, "POST", "/api/v1/settings/mail/test", "{\"to\":\"canbo@example.vn\"}", NULL);
    assert_answer(t, 200, "\"good\":false");
}

static void test_page_of_mail_tells_of_others(void **state)
{
    struct apitest *t = *state;
    struct actor admin = admin_of(t, t->p.top, "quantri");
    struct str seen;

    sit_down(t, &admin);
    browser_get(&t->b, "/settings/mail");
    seen = str_dup(&t->p.t.arena, browser_between(&t->b, "name=\"version\" value=\"", "\""));
    assert_true(seen.len > 0);
    as(t, &admin);
    call(t, "PATCH", "/api/v1/settings/mail", "{\"signature\":\"Chữ ký mới\"}", ANY);
    assert_int_equal(t->b.page.status, 200);
    as_visitor(t);
    browser_post(
        &t->b, "/settings/mail",
        with(t, "from_name=Tinh&signature=&smtp_security=starttls&imap_security=tls&version=", seen,
             ""));
    assert_int_equal(t->b.page.status, 400);
    assert_true(browser_shows(&t->b, "Chữ ký mới"));
    assert_true(browser_shows(&t->b, "value=\"Tinh\""));
    assert_int_equal(audited(t, "setting.mail"), 1);
    seen = str_dup(&t->p.t.arena, browser_between(&t->b, "name=\"version\" value=\"", "\""));
    browser_post(
        &t->b, "/settings/mail",
        with(t, "from_name=Tinh&signature=&smtp_security=starttls&imap_security=tls&version=", seen,
             ""));
    assert_int_equal(t->b.page.status, 303);
    assert_int_equal(audited(t, "setting.mail"), 2);
}

static void test_sent_and_jobs(void **state)
{
    struct apitest *t = *state;
    struct actor admin = admin_of(t, t->p.top, "quantri");
    struct str id, job, next;
    int seen = 0;

    for (int i = 0; i < 3; i++)
        testdb_sql(&t->p.t,
                   str_printf(&t->p.t.arena,
                              "INSERT INTO mail (message_id, kind, state, sender, to_list, "
                              "cc_list, subject, body, tlp, in_reply_to, refs, stop, lang, "
                              "automatic, secret, by_name, at, answer) VALUES "
                              "('%d@x', 'notice', '%s', '', 'canbo%d@example.vn', '', 'bí mật', "
                              "'bí mật', '', '', '', '', 'vi', 0, 0, '', %d, '550 no')",
                              i, i == 2 ? "failed" : "sent", i, i)
                       .ptr);
    as(t, &t->p.coordinator);
    call(t, "GET", "/api/v1/settings/sent", NULL, NULL);
    assert_answer(t, 403, "FORBIDDEN");
    as(t, &admin);
    next = STR("/api/v1/settings/sent?limit=2");
    while (next.len > 0) {
        call(t, "GET", next.ptr, NULL, NULL);
        assert_answer(t, 200, "\"items\":[{");
        assert_int_equal(count_of(t, "bí mật"), 0);
        seen += count_of(t, "\"kind\"");
        next = browser_shows(&t->b, "\"next\":null") ? STR_EMPTY
                                                     : str_dup(&t->p.t.arena, member(t, "next"));
    }
    assert_int_equal(seen, 3);
    call(t, "GET", "/api/v1/settings/sent?q=canbo1", NULL, NULL);
    assert_int_equal(count_of(t, "\"kind\""), 1);
    call(t, "GET", "/api/v1/settings/sent?state=failed", NULL, NULL);
    assert_answer(t, 200, "canbo2@example.vn");
    id = str_dup(&t->p.t.arena, member(t, "id"));
    call(t, "GET", with(t, "/api/v1/settings/sent/", id, ""), NULL, NULL);
    assert_answer(t, 200, "\"attempts\":[]");
    assert_int_equal(count_of(t, "bí mật"), 0);
    call(t, "POST", with(t, "/api/v1/settings/sent/", id, "/again"), NULL, NULL);
    assert_answer(t, 200, "\"state\":\"queued\"");
    call(t, "POST", with(t, "/api/v1/settings/sent/", id, "/again"), NULL, NULL);
    assert_answer(t, 409, "\"code\":\"STATE\"");
    call(t, "GET", "/api/v1/settings/sent/999999", NULL, NULL);
    assert_int_equal(t->b.page.status, 404);

    call(t, "GET", "/api/v1/settings/jobs?state=waiting", NULL, NULL);
    assert_answer(t, 200, "\"kind\":\"mail\"");
    testdb_sql(&t->p.t, "UPDATE job SET state = 'failed', error = 'hỏng' WHERE kind = 'mail'");
    call(t, "GET", "/api/v1/settings/jobs", NULL, NULL);
    assert_answer(t, 200, "\"error\":\"hỏng\"");
    job = str_dup(&t->p.t.arena, member(t, "id"));
    call(t, "POST", with(t, "/api/v1/settings/jobs/", job, "/retry"), NULL, NULL);
    assert_int_equal(t->b.page.status, 204);
    call(t, "DELETE", with(t, "/api/v1/settings/jobs/", job, ""), NULL, NULL);
    assert_true(t->b.page.status == 404 || t->b.page.status == 409); /* it waits again */
    testdb_sql(&t->p.t, "UPDATE job SET state = 'failed' WHERE kind = 'mail'");
    call(t, "DELETE", with(t, "/api/v1/settings/jobs/", job, ""), NULL, NULL);
    assert_int_equal(t->b.page.status, 204);
    assert_int_equal(audited(t, "setting.job_retry") + audited(t, "setting.job_drop"), 2);
}

static void test_sign_in(void **state)
{
    static const char path[] = "/api/v1/settings/sign-in";
    struct apitest *t = *state;
    struct actor admin = admin_of(t, t->p.top, "quantri");
    struct actor below = admin_of(t, t->p.health, "quantri.syt");
    const char *csrf;

    as(t, &admin);
    call(t, "GET", path, NULL, NULL);
    assert_answer(t, 200, "\"roles\":[]");
    call(t, "PUT", path, "{\"roles\":[\"officer\"]}", NULL); /* no token confirms who it is */
    assert_answer(t, 403, "\"code\":\"");
    call(t, "POST", "/api/v1/settings/sign-in/test", NULL, NULL);
    assert_answer(t, 409, "\"code\":\"STATE\"");
    csrf = csrf_of(t, &below);
    call(t, "PUT", path, "{\"roles\":[\"officer\"]}", csrf);
    assert_answer(t, 403, "FORBIDDEN");
    csrf = csrf_of(t, &admin);
    call(t, "PUT", path, "{\"roles\":[\"emperor\"]}", csrf);
    assert_int_equal(t->b.page.status, 400);
    call(t, "PUT", path, "{\"roles\":[\"officer\",\"head\"]}", csrf);
    assert_answer(t, 200, "{\"name\":\"officer\"}");
    call(t, "PUT", path, "{\"roles\":[]}", csrf);
    assert_answer(t, 200, "\"roles\":[]");
    assert_int_equal(audited(t, "setting.change"), 2);
}

static void test_health(void **state)
{
    struct apitest *t = *state;
    struct actor admin = admin_of(t, t->p.top, "quantri");

    as(t, &t->p.officer);
    call(t, "GET", "/api/v1/settings/health", NULL, NULL);
    assert_answer(t, 403, "FORBIDDEN");
    as(t, &admin);
    call(t, "GET", "/api/v1/settings/health", NULL, NULL);
    assert_answer(t, 200, "\"check\":\"database\",\"level\":\"");
    call(t, "POST", "/api/v1/settings/health", NULL, NULL);
    assert_answer(t, 200, "\"level\":\"advice\"");
}

static void test_retention(void **state)
{
    static const char path[] = "/api/v1/settings/retention";
    struct apitest *t = *state;
    struct actor admin = admin_of(t, t->p.top, "quantri");
    struct actor below = admin_of(t, t->p.health, "quantri.syt");
    const char *csrf;

    call(t, "POST", "/api/v1/public/reports", "{\"kind\":\"phishing\",\"body\":\"rác\"}", NULL);
    assert_int_equal(t->b.page.status, 201);
    testdb_sql(&t->p.t, "UPDATE report SET state = 'spam', decided_at = 1, received_at = 1");
    as(t, &admin);
    call(t, "GET", path, NULL, NULL);
    assert_answer(t, 200, "\"count\":null");
    call(t, "PUT", "/api/v1/settings/retention/spam", "{\"days\":10}", NULL);
    assert_answer(t, 403, "\"code\":\"");
    csrf = csrf_of(t, &below);
    call(t, "PUT", "/api/v1/settings/retention/spam", "{\"days\":10}", csrf);
    assert_answer(t, 403, "FORBIDDEN");
    csrf = csrf_of(t, &admin);
    call(t, "PUT", "/api/v1/settings/retention/spam", "{\"days\":0}", csrf);
    assert_answer(t, 400, "\"pointer\":\"#/days\"");
    call(t, "PUT", "/api/v1/settings/retention/gold", "{\"days\":10}", csrf);
    assert_int_equal(t->b.page.status, 404);
    call(t, "PUT", "/api/v1/settings/retention/spam", "{\"days\":10}", csrf);
    assert_answer(t, 200, "\"days\":10");
    call(t, "GET", "/api/v1/settings/retention?count=1", NULL, NULL);
    assert_answer(t, 200, "\"total\":1");
    call(t, "POST", "/api/v1/settings/retention/run", "{\"confirm\":2}", csrf);
    assert_answer(t, 400, "\"pointer\":\"#/confirm\"");
    assert_int_equal(audited(t, "setting.retention"), 0);
    call(t, "POST", "/api/v1/settings/retention/run", "{\"confirm\":1}", csrf);
    assert_answer(t, 200, "\"detail\":{\"spam\":1");
    call(t, "GET", "/api/v1/settings/retention?count=1", NULL, NULL);
    assert_answer(t, 200, "\"total\":0");
    call(t, "PUT", "/api/v1/settings/retention/spam", "{\"days\":null}", csrf);
    assert_answer(t, 200, "\"days\":null");
}

static void test_persons(void **state)
{
    struct apitest *t = *state;
    struct actor admin = admin_of(t, t->p.top, "quantri");
    struct actor below = admin_of(t, t->p.health, "quantri.syt");
    const char *csrf;

    as(t, &below);
    call(t, "GET", "/api/v1/persons?q=canbo", NULL, NULL);
    assert_answer(t, 403, "FORBIDDEN");
    as(t, &admin);
    call(t, "GET", "/api/v1/persons?q=canbo", NULL, NULL);
    assert_answer(t, 200, "\"key\":\"canbo.khac\"");
    call(t, "GET", "/api/v1/persons/canbo.khac", NULL, NULL);
    assert_answer(t, 200, "\"held\":\"\"");
    assert_int_equal(audited(t, "person.look"), 1);
    call(t, "GET", "/api/v1/persons/nobody", NULL, NULL);
    assert_int_equal(t->b.page.status, 404);
    call(t, "POST", "/api/v1/persons/canbo.khac/export", NULL, NULL); /* no token */
    assert_answer(t, 403, "\"code\":\"");
    csrf = csrf_of(t, &admin);
    call(t, "POST", "/api/v1/persons/canbo.khac/export", NULL, csrf);
    assert_answer(t, 200, "canbo.khac");
    assert_int_equal(audited(t, "person.export"), 1);
    call(t, "POST", "/api/v1/persons/canbo.khac/erase",
         "{\"reason\":\"Đơn số 5\",\"confirm\":\"canbo\"}", csrf);
    assert_answer(t, 400, "\"pointer\":\"#/confirm\"");
    call(t, "POST", "/api/v1/persons/canbo.khac/erase", "{\"confirm\":\"canbo.khac\"}", csrf);
    assert_answer(t, 400, "\"pointer\":\"#/reason\"");
    call(t, "POST", "/api/v1/persons/canbo.khac/erase",
         "{\"reason\":\"Đơn số 5\",\"confirm\":\"canbo.khac\"}", csrf);
    assert_int_equal(t->b.page.status, 204);
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM account WHERE login = 'canbo.khac'"),
                     0);
    assert_int_equal(audited(t, "person.erase"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        API_TEST(test_mail),          API_TEST(test_page_of_mail_tells_of_others),
        API_TEST(test_sent_and_jobs), API_TEST(test_sign_in),
        API_TEST(test_health),        API_TEST(test_retention),
        API_TEST(test_persons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
