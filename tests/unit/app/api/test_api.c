#include "apitest.h"

#include "base/clock.h"

/* Problems, versions, pages, requests sent twice: what all operations have in common, on those of
 * reports and incidents. */

#define INCIDENT                                                                                   \
    "{\"title\":\"Ổ đĩa bị mã hóa\",\"org\":\"%s\",\"kind\":\"ransom\",\"severity\":3,"    \
    "\"tlp\":\"amber\",\"detected_at\":\"2026-11-20T08:00:00+07:00\"}"

static const char *fill(struct apitest *t, const char *fmt, const char *arg)
{
    struct str s = str_c(fmt);
    ptrdiff_t at = str_find(s, STR("%s"));

    return str_printf(&t->p.t.arena, STR_FMT "%s" STR_FMT, STR_ARG(str_sub(s, 0, (size_t)at)), arg,
                      STR_ARG(str_from(s, (size_t)at + 2)))
        .ptr;
}

static const char *path_of(struct apitest *t, const char *before, struct str code,
                           const char *behind)
{
    return str_printf(&t->p.t.arena, "%s" STR_FMT "%s", before, STR_ARG(code), behind).ptr;
}

static struct str open_incident(struct apitest *t)
{
    call(t, "POST", "/api/v1/incidents", fill(t, INCIDENT, "DV-0002"), NULL);
    assert_answer(t, 201, "\"state\":\"received\"");
    return member(t, "code");
}

static void test_problems(void **state)
{
    struct apitest *t = *state;

    call(t, "GET", "/api/v1/incidents", NULL, NULL);
    assert_answer(t, 401, "\"code\":\"AUTH\"");
    assert_true(str_starts(answered(t, "WWW-Authenticate"), STR("Bearer")));
    call(t, "GET", "/api/v1/nothing", NULL, NULL);
    assert_answer(t, 404, "\"status\":404");
    assert_true(str_is(answered(t, "Content-Type"), "application/problem+json"));
    as(t, &t->p.coordinator);
    call(t, "DELETE", "/api/v1/incidents", NULL, NULL);
    assert_answer(t, 405, "\"code\":\"METHOD\"");
    assert_true(str_find(answered(t, "Allow"), STR("GET")) >= 0);
    call(t, "POST", "/api/v1/incidents", "{\n  \"title\": \"x\",\n  oops\n}", NULL);
    assert_answer(t, 400, "\"line\":3,\"column\":3");
    call(t, "POST", "/api/v1/incidents", "[1]", NULL);
    assert_answer(t, 400, "\"pointer\":\"#\"");
    call(t, "POST", "/api/v1/incidents", "{\"title\":\"\",\"colour\":1,\"severity\":9}", NULL);
    assert_answer(t, 400, "\"pointer\":\"#/title\"");
    assert_answer(t, 400, "\"pointer\":\"#/severity\"");
    assert_answer(t, 400, "colour");
    browser_send(&t->b, "POST", "/api/v1/incidents", "text/plain", STR("{}"));
    assert_answer(t, 415, "application/json");
    call(t, "GET", "/api/v1/incidents?limit=0", NULL, NULL);
    assert_answer(t, 400, "\"pointer\":\"?limit\"");
    call(t, "GET", "/api/v1/incidents?cursor=nonsense", NULL, NULL);
    assert_answer(t, 400, "\"pointer\":\"?cursor\"");
    call(t, "GET", "/api/v1/incidents?sort=colour", NULL, NULL);
    assert_answer(t, 400, "\"pointer\":\"?sort\"");
    call(t, "POST", "/api/v1/incidents", fill(t, INCIDENT, "DV-9999"), NULL);
    assert_answer(t, 400, "\"pointer\":\"#/org\"");
}

static void test_hostile_bodies(void **state)
{
    struct apitest *t = *state;
    struct buf deep = buf_make(&t->p.t.arena), large = buf_make(&t->p.t.arena);

    as(t, &t->p.coordinator);
    buf_add_c(&deep, "{\"title\":");
    for (int i = 0; i < 5000; i++)
        buf_add_char(&deep, '[');
    call(t, "POST", "/api/v1/incidents", buf_str(&deep).ptr, NULL);
    assert_answer(t, 400, "\"code\":\"SYNTAX\"");
    buf_add_c(&large, "{\"title\":\"");
    for (int i = 0; i < 2 * 1024 * 1024; i++)
        buf_add_char(&large, 'x');
    buf_add_c(&large, "\"}");
    call(t, "POST", "/api/v1/incidents", buf_str(&large).ptr, NULL);
    assert_answer(t, 413, "\"code\":\"TOO_LARGE\"");
    call(t, "POST", "/api/v1/incidents", "{\"title\":\"\xff\xfe\"}", NULL);
    assert_answer(t, 400, "\"code\":\"SYNTAX\"");
}

static void test_scope_is_that_of_the_pages(void **state)
{
    struct apitest *t = *state;
    struct str code;

    as(t, &t->p.coordinator);
    code = open_incident(t);
    as(t, &t->p.officer);
    call(t, "GET", path_of(t, "/api/v1/incidents/", code, ""), NULL, NULL);
    assert_answer(t, 200, "\"manage\":false");
    call(t, "PUT", path_of(t, "/api/v1/incidents/", code, "/lead"), "{\"account\":\"canbo\"}",
         NULL);
    assert_answer(t, 403, "\"code\":\"FORBIDDEN\"");
    as(t, &t->p.stranger);
    call(t, "GET", path_of(t, "/api/v1/incidents/", code, ""), NULL, NULL);
    assert_answer(t, 404, "\"code\":\"NOT_FOUND\"");
    call(t, "GET", "/api/v1/incidents?state=all", NULL, NULL);
    assert_answer(t, 200, "{\"items\":[],\"next\":null}");
    call(t, "GET", "/incidents.json?state=all", NULL, NULL);
    assert_int_equal(t->b.page.status, 303); /* pages and their files ask for a session */
}

static void test_a_lost_update_is_refused_with_what_changed(void **state)
{
    struct apitest *t = *state;
    struct str tag, match;
    const char *path;

    as(t, &t->p.coordinator);
    path = path_of(t, "/api/v1/incidents/", open_incident(t), "");
    call(t, "GET", path, NULL, NULL);
    tag = answered(t, "ETag");
    match = str_printf(&t->p.t.arena, "If-None-Match: " STR_FMT "\r\n", STR_ARG(tag));
    call(t, "GET", path, NULL, match.ptr);
    assert_int_equal(t->b.page.status, 304);
    assert_int_equal(t->b.page.body.len, 0);
    call(t, "PATCH", path, "{\"title\":\"Không có phiên bản\"}", NULL);
    assert_answer(t, 428, "\"code\":\"VERSION_NEEDED\"");
    match = str_printf(&t->p.t.arena, "If-Match: " STR_FMT "\r\n", STR_ARG(tag));
    call(t, "PATCH", path, "{\"title\":\"Tên mới\"}", match.ptr);
    assert_answer(t, 200, "\"title\":\"Tên mới\"");
    assert_answer(t, 200, "\"kind\":\"ransom\""); /* what was not sent stays */
    assert_answer(t, 200, "\"detected_at\":\"2026-11-20T08:00:00+07:00\"");
    call(t, "PATCH", path, "{\"summary\":\"Từ bản cũ\"}", match.ptr);
    assert_answer(t, 412, "\"code\":\"OVERTAKEN\"");
    assert_answer(t, 412, "\"action\":\"incident.edit\"");
    assert_answer(t, 412, "Tên mới");
    call(t, "GET", path, NULL, NULL);
    assert_answer(t, 200, "\"summary\":\"\"");
    call(t, "PATCH", path, "{\"summary\":\"Dù sao\"}", "If-Match: *\r\n");
    assert_answer(t, 200, "Dù sao");
    call(t, "PATCH", path, "{\"summary\":null}", "If-Match: *\r\n");
    assert_answer(t, 200, "\"summary\":\"\"");
    call(t, "PATCH", path, "{\"title\":null}", "If-Match: *\r\n");
    assert_answer(t, 400, "\"pointer\":\"#/title\"");
    call(t, "PATCH", path, "{}", "If-Match: rubbish\r\n");
    assert_answer(t, 400, "If-Match");
}

/* Every row stands on one page exactly, in each order, also when the list grows meanwhile. */
static void test_pages(void **state)
{
    static const char *const sorts[] = {"",         "opened",  "-opened", "severity", "-severity",
                                        "-updated", "updated", "due",     "-due",     "code"};
    struct apitest *t = *state;
    struct str next;

    as(t, &t->p.coordinator);
    for (int i = 0; i < 7; i++)
        open_incident(t);
    for (size_t s = 0; s < ARRAY_LEN(sorts); s++) {
        char seen[8] = {0};
        int pages = 0;

        next = str_printf(&t->p.t.arena, "/api/v1/incidents?limit=3%s%s",
                          sorts[s][0] != '\0' ? "&sort=" : "", sorts[s]);
        while (next.len > 0 && pages++ < 10) {
            call(t, "GET", next.ptr, NULL, NULL);
            assert_answer(t, 200, "\"items\"");
            for (int i = 1; i <= 7; i++)
                seen[i] = (char)(seen[i] +
                                 count_of(t, str_printf(&t->p.t.arena, "\"SC-2026-%04d\"", i).ptr));
            next = STR_EMPTY;
            if (!browser_shows(&t->b, "\"next\":null")) {
                next = str_dup(&t->p.t.arena, member(t, "next"));
                assert_true(str_find(answered(t, "Link"), STR("rel=\"next\"")) > 0);
            }
        }
        assert_int_equal(pages, 3);
        for (int i = 1; i <= 7; i++)
            assert_int_equal(seen[i], 1);
    }
}

static void test_a_report_is_sent_once(void **state)
{
    static const char body[] =
        "{\"kind\":\"phishing\",\"body\":\"hssk.syt.example.vn đòi mật khẩu\"}";
    static const char key[] = "Idempotency-Key: 0123456789abcdef\r\n";
    struct apitest *t = *state;
    struct str secret, code;

    as_visitor(t);
    call(t, "POST", "/api/v1/public/reports", body, key);
    assert_answer(t, 201, "/r/");
    secret = str_dup(&t->p.t.arena, member(t, "secret"));
    code = str_dup(&t->p.t.arena, member(t, "code"));
    assert_true(str_ends(answered(t, "Location"), secret));
    call(t, "POST", "/api/v1/public/reports", body, key);
    assert_int_equal(t->b.page.status, 201);
    assert_true(str_eq(member(t, "secret"), secret));
    assert_true(str_is(answered(t, "Idempotency-Replayed"), "true"));
    call(t, "POST", "/api/v1/public/reports", "{\"kind\":\"dos\",\"body\":\"khác\"}", key);
    assert_answer(t, 409, "Idempotency-Key");
    call(t, "POST", "/api/v1/public/reports", body, "Idempotency-Key: short\r\n");
    assert_int_equal(t->b.page.status, 400);
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM report"), 1);
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM report WHERE channel = 'api'"), 1);
    call(t, "POST", "/api/v1/public/reports", body, NULL);
    assert_int_equal(t->b.page.status, 201);
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM report"), 2);

    call(t, "GET", path_of(t, "/api/v1/public/reports/", secret, ""), NULL, NULL);
    assert_answer(t, 200, "\"state\":\"new\"");
    as(t, &t->p.coordinator);
    call(t, "POST", path_of(t, "/api/v1/reports/", code, "/questions"),
         "{\"body\":\"Lúc mấy giờ?\"}", NULL);
    assert_answer(t, 200, "\"state\":\"asking\"");
    as_visitor(t);
    call(t, "POST", path_of(t, "/api/v1/public/reports/", secret, "/messages"),
         "{\"body\":\"8 giờ\"}", NULL);
    assert_answer(t, 200, "8 giờ");
    assert_answer(t, 200, "\"state\":\"new\"");
}

/* Runs last: limits do not take it well that time goes back. */
static void test_a_key_is_free_again_after_a_day(void **state)
{
    static const char body[] = "{\"kind\":\"dos\",\"body\":\"x\"}";
    static const char key[] = "Idempotency-Key: fedcba9876543210\r\n";
    struct apitest *t = *state;
    struct str secret;

    call(t, "POST", "/api/v1/public/reports", body, key);
    secret = str_dup(&t->p.t.arena, member(t, "secret"));
    clock_set(t->p.now + 25 * HOUR_MS);
    call(t, "POST", "/api/v1/public/reports", body, key);
    assert_int_equal(t->b.page.status, 201);
    assert_false(str_eq(member(t, "secret"), secret));
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM api_once"), 1);
}

static void test_triage(void **state)
{
    struct apitest *t = *state;
    struct str code, tag, match, incident;

    as(t, &t->p.officer);
    call(t, "POST", "/api/v1/reports",
         "{\"system\":\"HT-0001\",\"title\":\"Máy chủ lạ\",\"kind\":\"intrusion\",\"body\":"
         "\"198.51.100.7\",\"detected_at\":\"2026-11-20T08:00:00Z\"}",
         NULL);
    assert_answer(t, 201, "TB-2026-0001");
    code = str_dup(&t->p.t.arena, member(t, "code"));
    as(t, &t->p.coordinator);
    call(t, "GET", "/api/v1/reports", NULL, NULL);
    assert_answer(t, 200, "\"system_code\":\"HT-0001\"");
    call(t, "GET", path_of(t, "/api/v1/reports/", code, ""), NULL, NULL);
    tag = answered(t, "ETag");
    match = str_printf(&t->p.t.arena, "If-Match: " STR_FMT "\r\n", STR_ARG(tag));
    call(t, "POST", path_of(t, "/api/v1/reports/", code, "/decision"), "{\"to\":\"closed\"}",
         match.ptr);
    assert_answer(t, 400, "\"pointer\":\"#/reason\"");
    call(t, "POST", path_of(t, "/api/v1/reports/", code, "/decision"), "{\"to\":\"spam\"}",
         match.ptr);
    assert_answer(t, 200, "\"state\":\"spam\"");
    call(t, "POST", path_of(t, "/api/v1/reports/", code, "/decision"), "{\"to\":\"new\"}",
         match.ptr);
    assert_answer(t, 412, "\"action\":\"report.mark\"");
    call(t, "POST", path_of(t, "/api/v1/reports/", code, "/decision"), "{\"to\":\"new\"}",
         "If-Match: *\r\n");
    assert_answer(t, 200, "\"state\":\"new\"");
    call(t, "POST", path_of(t, "/api/v1/reports/", code, "/incident"),
         "{\"title\":\"Xâm nhập\",\"org\":\"DV-0002\",\"kind\":\"intrusion\",\"severity\":4,"
         "\"tlp\":\"amber\",\"detected_at\":\"2026-11-20T08:00:00Z\"}",
         "If-Match: *\r\n");
    assert_answer(t, 200, "\"state\":\"incident\"");
    incident = str_dup(&t->p.t.arena, member(t, "incident_code"));
    call(t, "GET", path_of(t, "/api/v1/incidents/", incident, ""), NULL, NULL);
    assert_answer(t, 200, "\"report\":\"TB-2026-0001\"");
}

/* Who asked to be kept confidential is told only to those who triage. */
static void test_confidential(void **state)
{
    struct apitest *t = *state;

    call(t, "POST", "/api/v1/public/reports",
         "{\"kind\":\"dos\",\"body\":\"hssk.syt.example.vn\",\"name\":\"Người giấu tên\","
         "\"phone\":\"0912345678\",\"confidential\":true}",
         NULL);
    assert_int_equal(t->b.page.status, 201);
    as(t, &t->p.coordinator);
    call(t, "GET", "/api/v1/reports/TB-2026-0001", NULL, NULL);
    assert_answer(t, 200, "Người giấu tên");
    as(t, &t->p.officer);
    call(t, "GET", "/api/v1/reports/TB-2026-0001", NULL, NULL);
    assert_answer(t, 200, "\"reporter_name\":null");
    assert_false(browser_shows(&t->b, "Người giấu tên") || browser_shows(&t->b, "0912345678"));
}

static void test_work_on_an_incident(void **state)
{
    struct apitest *t = *state;
    struct str code, task;

    as(t, &t->p.coordinator);
    code = open_incident(t);
#define ON(behind) path_of(t, "/api/v1/incidents/", code, behind)
    call(t, "POST", ON("/state"), "{\"state\":\"responding\"}", "If-Match: *\r\n");
    assert_answer(t, 200, "\"state\":\"responding\"");
    call(t, "POST", ON("/state"), "{\"state\":\"closed\"}", "If-Match: *\r\n");
    assert_answer(t, 400, "\"pointer\":\"#/reason\"");
    call(t, "POST", ON("/state"), "{\"state\":\"received\"}", "If-Match: *\r\n");
    assert_answer(t, 409, "\"code\":\"STATE\"");
    call(t, "PUT", ON("/lead"), "{\"account\":\"ungcuu\"}", NULL);
    assert_answer(t, 200, "\"login\":\"ungcuu\"");
    call(t, "PUT", ON("/lead"), "{\"account\":\"nobody\"}", NULL);
    assert_answer(t, 400, "\"pointer\":\"#/account\"");
    call(t, "POST", ON("/parties"), "{\"org\":\"DV-0003\",\"part\":\"helper\"}", NULL);
    assert_answer(t, 200, "\"part\":\"helper\"");
    call(t, "DELETE", ON("/parties/DV-0003"), NULL, NULL);
    assert_int_equal(t->b.page.status, 200);
    assert_int_equal(count_of(t, "\"part\":\"helper\""), 0);
    call(t, "DELETE", ON("/parties/DV-0002"), NULL, NULL);
    assert_answer(t, 409, "\"code\":\"STATE\"");
    call(t, "POST", ON("/systems"), "{\"system\":\"HT-0001\"}", NULL);
    assert_answer(t, 200, "\"system\":\"HT-0001\"");
    call(t, "DELETE", ON("/systems/HT-0001"), NULL, NULL);
    assert_int_equal(count_of(t, "\"system\":\"HT-0001\""), 0);
    call(t, "POST", ON("/tasks"), "{\"title\":\"Gọi nhà mạng\",\"assignee\":\"ungcuu\"}", NULL);
    assert_answer(t, 201, "\"assignee_name\":\"ungcuu\"");
    task = str_dup(&t->p.t.arena, member(t, "id"));
    call(t, "PATCH", path_of(t, ON("/tasks/"), task, ""), "{\"state\":\"skipped\"}", NULL);
    assert_answer(t, 400, "\"pointer\":\"#/reason\"");
    call(t, "PATCH", path_of(t, ON("/tasks/"), task, ""), "{\"state\":\"done\"}", NULL);
    assert_answer(t, 200, "\"state\":\"done\"");
    call(t, "PATCH", ON("/tasks/999999"), "{\"state\":\"done\"}", NULL);
    assert_int_equal(t->b.page.status, 404);
    call(t, "POST", ON("/comments"), "{\"body\":\"Đã gọi\"}", NULL);
    assert_answer(t, 201, "Đã gọi");
    call(t, "POST", ON("/timeline"),
         "{\"at\":\"2026-11-20T09:00:00+07:00\",\"text\":\"Rút dây mạng\"}", NULL);
    assert_answer(t, 200, "Rút dây mạng");
    call(t, "POST", ON("/observables"), "{\"value\":\"hxxps://a[.]example[.]vn và 198.51.100.9\"}",
         NULL);
    assert_answer(t, 200, "198.51.100.9");
    call(t, "DELETE", path_of(t, ON("/observables/"), str_dup(&t->p.t.arena, member(t, "id")), ""),
         NULL, NULL);
    assert_int_equal(t->b.page.status, 204);
    call(t, "POST", ON("/observables"), "{\"value\":\"không có gì\"}", NULL);
    assert_answer(t, 400, "\"pointer\":\"#/value\"");
    call(t, "GET", ON("/history"), NULL, NULL);
    assert_answer(t, 200, "\"action\":\"incident.observable_remove\"");
#undef ON
}

static void test_files(void **state)
{
    struct apitest *t = *state;
    const char *path;
    struct str uuid;

    as(t, &t->p.coordinator);
    path = path_of(t, "/api/v1/incidents/", open_incident(t), "/files");
    browser_send(&t->b, "POST", path, "multipart/form-data; boundary=b",
                 STR("--b\r\nContent-Disposition: form-data; name=\"files\"; "
                     "filename=\"../../nhat-ky.txt\"\r\n\r\ndòng 1\r\n--b--\r\n"));
    assert_answer(t, 200, "\"name\":\"nhat-ky.txt\"");
    uuid = str_dup(&t->p.t.arena, member(t, "uuid"));
    call(t, "GET", path_of(t, "/api/v1/files/", uuid, ""), NULL, NULL);
    assert_answer(t, 200, "\"blake2b\":\"");
    call(t, "POST", path_of(t, "/api/v1/files/", uuid, "/download"), "{}", NULL);
    assert_answer(t, 400, "\"pointer\":\"#/reason\"");
    call(t, "POST", path_of(t, "/api/v1/files/", uuid, "/download"), "{\"reason\":\"đối chiếu\"}",
         NULL);
    assert_answer(t, 200, "dòng 1");
    assert_true(str_starts(answered(t, "Content-Disposition"), STR("attachment")));
    as(t, &t->p.stranger);
    call(t, "GET", path, NULL, NULL);
    assert_int_equal(t->b.page.status, 404);
}

/* Every operation is described, every description has its own name. */
static void test_document(void **state)
{
    struct apitest *t = *state;
    struct err err = {0};

    call(t, "GET", "/api/v1/openapi.json", NULL, NULL);
    assert_answer(t, 200, "\"openapi\":\"3.1.0\"");
    assert_true(json_valid(t->b.page.body, &err));
    assert_answer(t, 200, "\"/api/v1/incidents/{code}\"");
    assert_answer(t, 200, "\"IncidentItemPage\"");
    assert_int_equal(count_of(t, "\"operationId\":\"changeIncident\""), 1);
    call(t, "GET", "/api", NULL, NULL);
    assert_answer(t, 200, "id=\"changeIncident\"");
    assert_answer(t, 200, "id=\"OVERTAKEN\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        API_TEST(test_problems),
        API_TEST(test_hostile_bodies),
        API_TEST(test_scope_is_that_of_the_pages),
        API_TEST(test_a_lost_update_is_refused_with_what_changed),
        API_TEST(test_pages),
        API_TEST(test_a_report_is_sent_once),
        API_TEST(test_triage),
        API_TEST(test_confidential),
        API_TEST(test_work_on_an_incident),
        API_TEST(test_files),
        API_TEST(test_document),
        API_TEST(test_a_key_is_free_again_after_a_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
