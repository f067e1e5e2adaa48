#include "apitest.h"

#include "app/evidence/evidence.h"
#include "app/notice/notice.h"
#include "base/clock.h"

/* What stands around the cases, over the API: files in custody, decisions on many reports, notices,
 * webhooks, sessions and tokens. */

/* A file of an open incident of health; its UUID. */
static struct str put_file(struct apitest *t, struct str *code)
{
    struct attachment_new new_ = {
        .name = STR("nhat-ky.txt"), .type = STR("text/plain"), .by = &t->p.coordinator};
    struct attachments files = {0};
    struct err err = {0};
    int64_t id;

    new_.incident_id = province_incident(&t->p, false, "amber", code);
    if (blob_put(&evidence_store, STR("nội dung"), &new_.blob, &err) < 0 ||
        db_begin(t->p.t.db, &err) < 0 ||
        evidence_attach(t->p.t.db, &t->p.t.arena, &new_, t->p.now, &id, &err) < 0 ||
        db_commit(t->p.t.db, &err) < 0 ||
        evidence_of_incident(t->p.t.db, &t->p.t.arena, new_.incident_id, t->p.coordinator.id,
                             &files, &err) < 0)
        fail_msg("%s", err.what);
    return files.at[0].uuid;
}

static void test_custody(void **state)
{
    struct apitest *t = *state;
    struct str code, uuid = put_file(t, &code), tag, hash;
    const char *path = with(t, "/api/v1/files/", uuid, "");

    as(t, &t->p.coordinator);
    call(t, "GET", path, NULL, NULL);
    assert_answer(t, 200, "\"kind\":\"");
    hash = str_sub(str_dup(&t->p.t.arena, member(t, "sha256")), 0, 8);
    tag = str_printf(&t->p.t.arena, "If-Match: " STR_FMT "\r\n", STR_ARG(answered(t, "ETag")));
    call(t, "PATCH", path, "{\"note\":\"Từ máy chủ thư\"}", NULL);
    assert_answer(t, 428, "VERSION_NEEDED");
    call(t, "PATCH", path, "{\"note\":\"Từ máy chủ thư\",\"kind\":\"log\"}", tag.ptr);
    assert_answer(t, 200, "Từ máy chủ thư");
    call(t, "PATCH", path, "{\"note\":\"bản cũ\"}", tag.ptr);
    assert_answer(t, 412, "file.facts");
    call(t, "POST", with(t, "/api/v1/files/", uuid, "/verify"), NULL, NULL);
    assert_answer(t, 200, "\"good\":true");
    call(t, "POST", with(t, "/api/v1/files/", uuid, "/download"), "{\"reason\":\"phân tích\"}",
         NULL);
    assert_answer(t, 200, "nội dung");
    call(t, "PUT", with(t, "/api/v1/files/", uuid, "/seal"), "{\"sealed\":true}", NULL);
    assert_answer(t, 200, "\"sealed_at\":\"20");
    call(t, "PATCH", path, "{\"note\":\"x\"}", "If-Match: *\r\n");
    assert_answer(t, 409, "\"code\":\"STATE\"");
    as(t, &t->p.officer); /* works on the incident, does not manage it */
    call(t, "PUT", with(t, "/api/v1/files/", uuid, "/seal"), "{\"sealed\":false}", NULL);
    assert_answer(t, 403, "FORBIDDEN");
    call(t, "POST", with(t, "/api/v1/files/", uuid, "/download"), "{\"reason\":\"xem thử\"}", NULL);
    assert_answer(t, 403, "sealed");
    as(t, &t->p.stranger);
    call(t, "GET", with(t, "/api/v1/files/", uuid, "/custody"), NULL, NULL);
    assert_int_equal(t->b.page.status, 404);
    as(t, &t->p.coordinator);
    call(t, "PUT", with(t, "/api/v1/files/", uuid, "/seal"), "{\"sealed\":false}", NULL);
    assert_answer(t, 200, "\"sealed_at\":null");
    call(t, "POST", with(t, "/api/v1/files/", uuid, "/remove"),
         "{\"reason\":\"hết hạn lưu\",\"confirm\":\"00000000\"}", NULL);
    assert_answer(t, 400, "\"pointer\":\"#/confirm\"");
    call(t, "POST", with(t, "/api/v1/files/", uuid, "/remove"),
         with(t, "{\"reason\":\"hết hạn lưu\",\"confirm\":\"", hash, "\"}"), NULL);
    assert_answer(t, 200, "\"removed_at\":\"20");
    call(t, "GET", with(t, "/api/v1/files/", uuid, "/custody"), NULL, NULL);
    assert_answer(t, 200, "\"action\":\"remove\"");
    assert_answer(t, 200, "\"reason\":\"phân tích\"");
    call(t, "POST", with(t, "/api/v1/files/", uuid, "/download"), "{\"reason\":\"phân tích\"}",
         NULL);
    assert_int_equal(t->b.page.status, 409);
    assert_int_equal(audited(t, "file.remove"), 1);
    call(t, "GET", with(t, "/api/v1/incidents/", code, "/custody"), NULL, NULL);
    assert_answer(t, 200, "\"reason\":\"phân tích\"");
    assert_answer(t, 200, "\"blake2b\":\"");
    as(t, &t->p.stranger);
    call(t, "GET", with(t, "/api/v1/incidents/", code, "/custody"), NULL, NULL);
    assert_int_equal(t->b.page.status, 404);
}

static void test_many_reports(void **state)
{
    struct apitest *t = *state;
    struct str number;

    for (int i = 0; i < 2; i++) {
        call(t, "POST", "/api/v1/public/reports",
             "{\"kind\":\"phishing\",\"body\":\"hssk.syt.example.vn\"}", NULL);
        assert_int_equal(t->b.page.status, 201);
    }
    as(t, &t->p.coordinator);
    call(t, "POST", "/api/v1/reports/bulk", "{\"reports\":[\"TB-2026-0001\"],\"to\":\"closed\"}",
         NULL);
    assert_answer(t, 400, "\"pointer\":\"#/reason\"");
    call(t, "POST", "/api/v1/reports/bulk", "{\"reports\":[\"TB-2026-0001\"],\"to\":\"duplicate\"}",
         NULL);
    assert_answer(t, 400, "\"pointer\":\"#/original\"");
    call(t, "POST", "/api/v1/reports/bulk",
         "{\"reports\":[\"TB-2026-0001\",\"TB-2026-0002\"],\"to\":\"spam\"}", NULL);
    assert_answer(t, 200, "\"changed\":2");
    number = str_dup(&t->p.t.arena, member(t, "undo"));
    call(t, "GET", "/api/v1/reports/TB-2026-0002", NULL, NULL);
    assert_answer(t, 200, "\"state\":\"spam\"");
    call(t, "POST", "/api/v1/reports/undo", with(t, "{\"undo\":", number, "}"), NULL);
    assert_answer(t, 200, "\"restored\":2");
    call(t, "GET", "/api/v1/reports/TB-2026-0002", NULL, NULL);
    assert_answer(t, 200, "\"state\":\"new\"");
    call(t, "POST", "/api/v1/reports/TB-2026-0001/mail",
         "{\"to\":\"nguoibao@example.vn\",\"subject\":\"Hỏi thêm\",\"text\":\"Lúc nào?\"}", NULL);
    assert_answer(t, 201, "\"state\":\"queued\"");
    call(t, "GET", "/api/v1/reports/TB-2026-0001/mail", NULL, NULL);
    assert_answer(t, 200, "nguoibao@example.vn");
    as(t, &t->p.officer); /* reads it, does not decide on it */
    call(t, "GET", "/api/v1/reports/TB-2026-0001/mail", NULL, NULL);
    assert_answer(t, 403, "FORBIDDEN");
}

static void tell(struct apitest *t, const struct actor *whom, int n)
{
    for (int i = 0; i < n; i++)
        testdb_sql(&t->p.t,
                   str_printf(&t->p.t.arena,
                              "INSERT INTO notice_event (at, event, account_id, by_name, detail, "
                              "mark) VALUES (%lld, 'account.password', %lld, '', 'lần %d', '')",
                              (long long)t->p.now + i, (long long)whom->id, i)
                       .ptr);
    testdb_sql(&t->p.t, "INSERT INTO notice (event_id, account_id, at, in_app, digest) SELECT id, "
                        "account_id, at, 1, 0 FROM notice_event");
}

static void test_notices(void **state)
{
    struct apitest *t = *state;
    struct str id, next;
    int seen = 0;

    tell(t, &t->p.officer, 5);
    as(t, &t->p.officer);
    next = STR("/api/v1/notices?limit=2");
    while (next.len > 0) {
        call(t, "GET", next.ptr, NULL, NULL);
        assert_answer(t, 200, "\"event\":\"account.password\"");
        seen += count_of(t, "\"event\"");
        next = browser_shows(&t->b, "\"next\":null") ? STR_EMPTY
                                                     : str_dup(&t->p.t.arena, member(t, "next"));
    }
    assert_int_equal(seen, 5);
    call(t, "GET", "/api/v1/notices?limit=1", NULL, NULL);
    assert_answer(t, 200, "lần 4");
    id = str_dup(&t->p.t.arena, member(t, "id"));
    call(t, "POST", "/api/v1/notices/read", with(t, "{\"notice\":", id, "}"), NULL);
    assert_int_equal(t->b.page.status, 204);
    call(t, "GET", "/api/v1/notices?show=unread", NULL, NULL);
    assert_int_equal(count_of(t, "\"event\""), 4);
    call(t, "POST", "/api/v1/notices/read", with(t, "{\"unread\":true,\"notice\":", id, "}"), NULL);
    call(t, "GET", "/api/v1/notices?show=unread&group=account", NULL, NULL);
    assert_int_equal(count_of(t, "\"event\""), 5);
    as(t, &t->p.stranger); /* nobody marks another's */
    call(t, "POST", "/api/v1/notices/read", with(t, "{\"notice\":", id, "}"), NULL);
    assert_answer(t, 400, "\"pointer\":\"#/notice\"");
    call(t, "GET", "/api/v1/notices", NULL, NULL);
    assert_answer(t, 200, "\"items\":[]");
    as(t, &t->p.officer);
    call(t, "POST", "/api/v1/notices/read", "{}", NULL);
    call(t, "GET", "/api/v1/notices?show=unread", NULL, NULL);
    assert_answer(t, 200, "\"items\":[]");

    call(t, "PUT", "/api/v1/notice-choices/incident.comment", "{\"mail\":\"now\"}", NULL);
    assert_answer(t, 200, "\"event\":\"incident.comment\",\"in_app\":false,\"mail\":\"now\"");
    call(t, "PUT", "/api/v1/notice-choices/account.locked", "{\"in_app\":true,\"mail\":\"off\"}",
         NULL);
    assert_answer(t, 200, "\"event\":\"account.locked\",\"in_app\":true,\"mail\":\"fixed\"");
    call(t, "PUT", "/api/v1/notice-choices/moon.rise", "{\"mail\":\"now\"}", NULL);
    assert_int_equal(t->b.page.status, 404);
    call(t, "PUT", "/api/v1/notice-choices/task.soon", "{\"mail\":\"pigeon\"}", NULL);
    assert_answer(t, 400, "\"pointer\":\"#/mail\"");
}

static void test_webhooks(void **state)
{
    static const char hook[] = "{\"name\":\"Phiếu\",\"org\":\"DV-0001\",\"url\":\"http://127.0.0.1:"
                               "1/\",\"events\":[\"incident.opened\"]}";
    static const char key[] = "Idempotency-Key: hook-0123456789ab\r\n";
    struct apitest *t = *state;
    struct str uuid, secret, tag;
    const char *path;

    as(t, &t->p.officer);
    call(t, "GET", "/api/v1/webhooks", NULL, NULL);
    assert_answer(t, 403, "FORBIDDEN");
    as(t, &t->p.coordinator);
    call(t, "POST", "/api/v1/webhooks",
         "{\"name\":\"x\",\"org\":\"DV-0001\",\"url\":\"ftp://x\",\"events\":[\"report.new\"]}",
         NULL);
    assert_answer(t, 400, "\"pointer\":\"#/url\"");
    call(t, "POST", "/api/v1/webhooks", hook, key);
    assert_answer(t, 201, "\"name\":\"incident.opened\"");
    uuid = str_dup(&t->p.t.arena, member(t, "uuid"));
    secret = str_dup(&t->p.t.arena, member(t, "secret"));
    assert_true(secret.len >= 20);
    call(t, "POST", "/api/v1/webhooks", hook, key);
    assert_true(str_eq(member(t, "secret"), secret));
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM webhook"), 1);
    path = with(t, "/api/v1/webhooks/", uuid, "");
    call(t, "GET", path, NULL, NULL);
    assert_answer(t, 200, "\"secret\":null");
    tag = str_printf(&t->p.t.arena, "If-Match: " STR_FMT "\r\n", STR_ARG(answered(t, "ETag")));
    call(t, "PATCH", path, "{\"name\":\"Phiếu mới\"}", tag.ptr);
    assert_answer(t, 200, "\"name\":\"Phiếu mới\"");
    assert_answer(t, 200, "incident.opened");
    call(t, "PATCH", path, "{\"name\":\"cũ\"}", tag.ptr);
    assert_answer(t, 412, "OVERTAKEN");
    call(t, "PATCH", path, "{\"org\":\"DV-0002\"}", "If-Match: *\r\n");
    assert_answer(t, 400, "\"pointer\":\"#/org\"");
    call(t, "POST", with(t, "/api/v1/webhooks/", uuid, "/test"), NULL, NULL);
    assert_answer(t, 200, "\"good\":false"); /* addresses inside are not asked */
    call(t, "PUT", with(t, "/api/v1/webhooks/", uuid, "/state"), "{\"state\":\"paused\"}", NULL);
    assert_answer(t, 200, "\"state\":\"paused\"");
    call(t, "POST", with(t, "/api/v1/webhooks/", uuid, "/secret"), NULL, NULL);
    assert_int_equal(t->b.page.status, 200);
    assert_false(str_eq(member(t, "secret"), secret));
    call(t, "GET", "/api/v1/webhooks", NULL, NULL);
    assert_answer(t, 200, "Phiếu mới");
    call(t, "DELETE", path, NULL, NULL);
    assert_int_equal(t->b.page.status, 204);
    call(t, "GET", path, NULL, NULL);
    assert_int_equal(t->b.page.status, 404);
    assert_int_equal(audited(t, "setting.hook_remove"), 1);
}

static void test_sessions_and_tokens(void **state)
{
    struct apitest *t = *state;
    struct str id;

    as(t, &t->p.officer);
    call(t, "GET", "/api/v1/me/tokens", NULL, NULL);
    assert_answer(t, 200, "\"name\":\"test\"");
    assert_int_equal(count_of(t, "\"token\""), 0);
    id = str_dup(&t->p.t.arena, member(t, "id"));
    /* A token that got into wrong hands is not to shut out its owner. */
    call(t, "POST", "/api/v1/me/tokens/revoke", with(t, "{\"token\":", id, "}"), NULL);
    assert_answer(t, 403, "FORBIDDEN");
    call(t, "POST", "/api/v1/me/sessions/end", "{}", NULL);
    assert_answer(t, 403, "FORBIDDEN");
    call(t, "GET", "/api/v1/me/sessions", NULL, NULL);
    assert_answer(t, 200, "\"items\":[]");
    call(t, "POST", "/api/v1/accounts", "{}", NULL); /* asks for a session that confirmed lately */
    assert_answer(t, 403, "\"code\":\"");
}

/* What the account page changes, over the API: by whoever is signed in, never by a token. */
static void test_own_details(void **state)
{
    struct apitest *t = *state;
    const char *tag;

    as(t, &t->p.officer);
    call(t, "PATCH", "/api/v1/me", "{\"email\":\"ke.khac@example.com\"}", "If-Match: *\r\n");
    assert_answer(t, 403, "FORBIDDEN");
    sit_down(t, &t->p.officer);
    browser_get(&t->b, "/account");
    browser_get(&t->b, "/api/v1/me");
    assert_answer(t, 200, "\"login\":\"canbo\"");
    tag = with(t, "If-Match: ", answered(t, "ETag"), "\r\n");
    browser_json(&t->b, "PATCH", "/api/v1/me", "{\"lang\":\"en\"}");
    assert_answer(t, 428, "VERSION_NEEDED");
    t->b.headers = tag;
    browser_json(&t->b, "PATCH", "/api/v1/me", "{\"lang\":\"xx\"}");
    assert_answer(t, 400, "\"pointer\":\"#/lang\"");
    browser_json(&t->b, "PATCH", "/api/v1/me",
                 "{\"lang\":\"en\",\"email\":\"can.bo@example.vn\",\"phone\":\"0900 000 001\"}");
    assert_answer(t, 200, "\"email\":\"can.bo@example.vn\"");
    assert_answer(t, 200, "\"lang\":\"en\"");
    browser_json(&t->b, "PATCH", "/api/v1/me", "{\"lang\":\"vi\"}");
    assert_answer(t, 412, "\"code\":\"");
    t->b.headers = NULL;
    browser_get(&t->b, "/api/v1/me");
    assert_answer(t, 200, "\"lang\":\"en\"");
    assert_int_equal(audited(t, "account.change"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        API_TEST(test_custody),  API_TEST(test_many_reports),        API_TEST(test_notices),
        API_TEST(test_webhooks), API_TEST(test_sessions_and_tokens), API_TEST(test_own_details),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
