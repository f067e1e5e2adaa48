#include "apitest.h"

#include "base/clock.h"

/* An incident as a whole, over the API: watching, merging, splitting, many at once, sharing,
 * templates, mail. */

static struct str open_incident(struct apitest *t, const char *title)
{
    call(t, "POST", "/api/v1/incidents",
         str_printf(&t->p.t.arena,
                    "{\"title\":\"%s\",\"org\":\"DV-0002\",\"kind\":\"ransom\",\"severity\":3,"
                    "\"tlp\":\"amber\",\"detected_at\":\"2026-11-20T08:00:00+07:00\"}",
                    title)
             .ptr,
         NULL);
    assert_answer(t, 201, "\"state\":\"received\"");
    return str_dup(&t->p.t.arena, member(t, "code"));
}

static const char *on(struct apitest *t, struct str code, const char *behind)
{
    return str_printf(&t->p.t.arena, "/api/v1/incidents/" STR_FMT "%s", STR_ARG(code), behind).ptr;
}

static void test_watching_and_following_up(void **state)
{
    struct apitest *t = *state;
    struct str code;

    as(t, &t->p.coordinator);
    code = open_incident(t, "Theo dõi");
    call(t, "DELETE", on(t, code, "/watch"), NULL, NULL);
    call(t, "PUT", on(t, code, "/watch"), NULL, NULL);
    assert_answer(t, 200, "\"login\":\"dieuphoi\"");
    call(t, "GET", on(t, code, ""), NULL, NULL);
    assert_answer(t, 200, "\"watching\":true");
    call(t, "PUT", on(t, code, "/watchers/ungcuu"), NULL, NULL);
    assert_answer(t, 200, "\"login\":\"ungcuu\"");
    call(t, "PUT", on(t, code, "/watchers/nobody"), NULL, NULL);
    assert_answer(t, 404, "nobody");
    as(t, &t->p.officer); /* may watch, may not make others do so */
    call(t, "PUT", on(t, code, "/watch"), NULL, NULL);
    assert_int_equal(t->b.page.status, 200);
    call(t, "PUT", on(t, code, "/watchers/ungcuu"), NULL, NULL);
    assert_answer(t, 403, "FORBIDDEN");
    as(t, &t->p.coordinator);
    call(t, "DELETE", on(t, code, "/watch"), NULL, NULL);
    assert_int_equal(count_of(t, "\"login\":\"dieuphoi\""), 0);

    call(t, "PUT", on(t, code, "/follow-up"), "{\"at\":\"2020-01-01T08:00:00Z\"}", NULL);
    assert_answer(t, 400, "\"pointer\":\"#/at\"");
    call(t, "PUT", on(t, code, "/follow-up"),
         "{\"at\":\"2099-01-01T08:00:00+07:00\",\"note\":\"gọi nhà mạng\"}", NULL);
    assert_answer(t, 200, "\"follow_up_at\":\"2099-01-01T08:00:00+07:00\"");
    assert_answer(t, 200, "gọi nhà mạng");
    call(t, "GET", "/api/v1/incidents", NULL, NULL);
    assert_int_equal(count_of(t, code.ptr), 0);
    call(t, "DELETE", on(t, code, "/follow-up"), NULL, NULL);
    assert_answer(t, 200, "\"follow_up_at\":null");
    assert_int_equal(audited(t, "incident.follow_up"), 2);
}

static void test_merging_and_back(void **state)
{
    struct apitest *t = *state;
    struct str into, from, number;
    const char *body;

    as(t, &t->p.coordinator);
    into = open_incident(t, "Ở lại");
    from = open_incident(t, "Gộp vào");
    call(t, "POST", on(t, from, "/parties"), "{\"org\":\"DV-0003\",\"part\":\"affected\"}", NULL);
    assert_int_equal(t->b.page.status, 200);
    call(t, "POST", on(t, from, "/comments"), "{\"body\":\"Đi theo\"}", NULL);
    body = with(t, "{\"from\":\"", from, "\"}");
    call(t, "POST", on(t, into, "/merges"), body, NULL);
    assert_answer(t, 400, "\"pointer\":\"#/confirm\"");
    call(t, "GET", with(t, on(t, into, "/merge-effects?from="), from, ""), NULL, NULL);
    assert_answer(t, 200, "\"must_confirm\":true");
    assert_answer(t, 200, "\"sees\":\"into\"");
    call(t, "POST", on(t, into, "/merges"), with(t, "{\"from\":\"", into, "\"}"), NULL);
    assert_answer(t, 400, "\"pointer\":\"#/from\"");
    body = with(t, "{\"confirm\":true,\"from\":\"", from, "\"}");
    call(t, "POST", on(t, into, "/merges"), body, "Idempotency-Key: merge-0123456789\r\n");
    assert_answer(t, 200, "\"kind\":\"merge\"");
    call(t, "GET", on(t, into, "/comments"), NULL, NULL);
    assert_answer(t, 200, "Đi theo");
    call(t, "POST", on(t, into, "/merges"), body, "Idempotency-Key: merge-0123456789\r\n");
    assert_answer(t, 200, "\"kind\":\"merge\""); /* sent twice, done once */
    assert_true(str_is(answered(t, "Idempotency-Replayed"), "true"));
    call(t, "POST", on(t, into, "/merges"), body, NULL);
    assert_answer(t, 409, "\"code\":\"STATE\"");
    call(t, "GET", on(t, from, ""), NULL, NULL);
    assert_answer(t, 200, with(t, "\"merged_into\":\"", into, "\""));
    number = str_printf(&t->p.t.arena, "%" PRId64,
                        testdb_sql(&t->p.t, "SELECT MAX(id) FROM incident_merge"));
    as(t, &t->p.officer);
    call(t, "DELETE", with(t, on(t, into, "/merges/"), number, ""), NULL, NULL);
    assert_answer(t, 403, "FORBIDDEN");
    as(t, &t->p.coordinator);
    call(t, "DELETE", with(t, on(t, into, "/merges/"), number, ""), NULL, NULL);
    assert_answer(t, 200, "\"merges\":[]");
    call(t, "GET", on(t, from, "/comments"), NULL, NULL);
    assert_answer(t, 200, "Đi theo");
    assert_int_equal(audited(t, "incident.merge"), 1);
}

static void test_splitting_and_back(void **state)
{
    struct apitest *t = *state;
    struct str code, comment, made, number;

    as(t, &t->p.coordinator);
    code = open_incident(t, "Hai việc");
    call(t, "POST", on(t, code, "/comments"), "{\"body\":\"Việc thứ hai\"}", NULL);
    comment = str_dup(&t->p.t.arena, member(t, "id"));
    call(t, "POST", on(t, code, "/systems"), "{\"system\":\"HT-0001\"}", NULL);
    call(t, "POST", on(t, code, "/split"), "{\"title\":\"Việc thứ hai\"}", NULL);
    assert_int_equal(t->b.page.status, 400);
    call(t, "POST", on(t, code, "/split"), "{\"title\":\"x\",\"comments\":[\"1\"]}", NULL);
    assert_answer(t, 400, "\"pointer\":\"#/comments\"");
    call(t, "POST", on(t, code, "/split"), "{\"title\":\"x\",\"systems\":[\"HT-0002\"]}", NULL);
    assert_answer(t, 400, "\"pointer\":\"#/systems\"");
    call(t, "POST", on(t, code, "/split"),
         with(t, "{\"title\":\"Việc thứ hai\",\"systems\":[\"HT-0001\"],\"comments\":[", comment,
              "]}"),
         "Idempotency-Key: split-0123456789\r\n");
    assert_answer(t, 201, "\"system\":\"HT-0001\"");
    made = str_dup(&t->p.t.arena, member(t, "code"));
    assert_true(str_ends(answered(t, "Location"), made));
    call(t, "POST", on(t, code, "/split"),
         with(t, "{\"title\":\"Việc thứ hai\",\"systems\":[\"HT-0001\"],\"comments\":[", comment,
              "]}"),
         "Idempotency-Key: split-0123456789\r\n");
    assert_int_equal(t->b.page.status, 201);
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM incident"), 2);
    call(t, "GET", on(t, made, "/comments"), NULL, NULL);
    assert_answer(t, 200, "Việc thứ hai");
    number = str_printf(&t->p.t.arena, "%" PRId64,
                        testdb_sql(&t->p.t, "SELECT MAX(id) FROM incident_merge"));
    call(t, "DELETE", with(t, on(t, code, "/merges/"), number, ""), NULL, NULL);
    assert_answer(t, 200, "\"system\":\"HT-0001\"");
}

static void test_many_at_once(void **state)
{
    struct apitest *t = *state;
    struct str a, b, number;
    const char *body;

    as(t, &t->p.coordinator);
    a = open_incident(t, "Một");
    b = open_incident(t, "Hai");
    body = str_printf(&t->p.t.arena,
                      "{\"incidents\":[\"" STR_FMT "\",\"" STR_FMT
                      "\",\"SC-1999-0001\"],\"change\":\"severity\",\"severity\":4}",
                      STR_ARG(a), STR_ARG(b))
               .ptr;
    call(t, "POST", "/api/v1/incidents/bulk", "{\"incidents\":[\"x\"],\"change\":\"severity\"}",
         NULL);
    assert_answer(t, 400, "\"pointer\":\"#/severity\"");
    call(t, "POST", "/api/v1/incidents/bulk", "{\"incidents\":[\"x\"],\"change\":\"paint\"}", NULL);
    assert_answer(t, 400, "\"pointer\":\"#/change\"");
    call(t, "POST", "/api/v1/incidents/bulk", body, NULL);
    assert_answer(t, 200, "\"changed\":2");
    number = str_dup(&t->p.t.arena, member(t, "undo"));
    call(t, "POST", "/api/v1/incidents/bulk", body, NULL);
    assert_answer(t, 200, "\"undo\":null");
    assert_int_equal(count_of(t, "\"code\":"), 2); /* both are as asked for */
    call(t, "GET", on(t, a, ""), NULL, NULL);
    assert_answer(t, 200, "\"severity\":4");
    as(t, &t->p.responder); /* only whoever did it may take it back */
    call(t, "POST", "/api/v1/incidents/undo", with(t, "{\"undo\":", number, "}"), NULL);
    assert_true(t->b.page.status >= 400);
    as(t, &t->p.coordinator);
    call(t, "POST", "/api/v1/incidents/undo", with(t, "{\"undo\":", number, "}"), NULL);
    assert_answer(t, 200, "\"restored\":2");
    call(t, "GET", on(t, b, ""), NULL, NULL);
    assert_answer(t, 200, "\"severity\":3");
    call(t, "POST", "/api/v1/incidents/undo", with(t, "{\"undo\":", number, "}"), NULL);
    assert_answer(t, 409, "\"code\":\"STATE\"");
}

static void test_sharing(void **state)
{
    struct apitest *t = *state;
    struct str code, comment, number;

    as(t, &t->p.coordinator);
    code = open_incident(t, "Phối hợp");
    call(t, "POST", on(t, code, "/comments"), "{\"body\":\"Chỉ nội bộ\"}", NULL);
    call(t, "POST", on(t, code, "/comments"), "{\"body\":\"Cho đối tác\"}", NULL);
    comment = str_dup(&t->p.t.arena, member(t, "id"));
    as(t, &t->p.stranger);
    call(t, "GET", on(t, code, "/joint"), NULL, NULL);
    assert_int_equal(t->b.page.status, 404);
    as(t, &t->p.coordinator);
    call(t, "POST", on(t, code, "/shares"), "{\"org\":\"DV-0003\"}", NULL);
    assert_answer(t, 400, "\"pointer\":\"#/reason\"");
    call(t, "POST", on(t, code, "/shares"),
         "{\"org\":\"DV-0003\",\"scope\":\"marked\",\"may\":\"work\",\"reason\":\"cùng máy chủ\"}",
         NULL);
    assert_answer(t, 200, "\"in_force\":true");
    number = str_dup(&t->p.t.arena, member(t, "id"));
    call(t, "GET", on(t, code, "/marks"), NULL, NULL);
    assert_answer(t, 200, "\"kind\":\"comment\"");
    call(t, "POST", on(t, code, "/marks"), with(t, "{\"on\":[\"comment ", comment, "\"]}"), NULL);
    assert_answer(t, 200, "\"shared\":true");
    call(t, "POST", on(t, code, "/marks"), "{\"on\":[\"moon 1\"]}", NULL);
    assert_int_equal(t->b.page.status, 400);

    as(t, &t->p.stranger);
    call(t, "GET", "/api/v1/incidents/shared", NULL, NULL);
    assert_answer(t, 200, code.ptr);
    call(t, "GET", on(t, code, ""), NULL, NULL);
    assert_int_equal(t->b.page.status, 404); /* whole it is not theirs */
    call(t, "GET", on(t, code, "/joint"), NULL, NULL);
    assert_answer(t, 200, "Cho đối tác");
    assert_int_equal(count_of(t, "Chỉ nội bộ"), 0);
    call(t, "POST", on(t, code, "/joint/comments"), "{\"body\":\"Đã chặn\"}", NULL);
    assert_answer(t, 200, "Đã chặn");
    call(t, "POST", on(t, code, "/joint/timeline"),
         "{\"at\":\"2026-11-20T09:00:00+07:00\",\"text\":\"Chặn địa chỉ\"}", NULL);
    assert_answer(t, 200, "Chặn địa chỉ");
    call(t, "POST", on(t, code, "/joint/observables"), "{\"text\":\"198.51.100[.]44\"}", NULL);
    assert_answer(t, 200, "198.51.100.44");
    call(t, "POST", on(t, code, "/joint/tasks/1/done"), NULL, NULL);
    assert_int_equal(t->b.page.status, 404); /* not marked */

    as(t, &t->p.coordinator);
    call(t, "DELETE", with(t, on(t, code, "/shares/"), number, "?reason=xong"), NULL, NULL);
    assert_answer(t, 200, "\"in_force\":false");
    as(t, &t->p.stranger);
    call(t, "GET", on(t, code, "/joint"), NULL, NULL);
    assert_int_equal(t->b.page.status, 404);
    assert_int_equal(audited(t, "incident.share"), 1);
    assert_int_equal(audited(t, "incident.unshare"), 1);
}

static void test_templates(void **state)
{
    static const char body[] =
        "{\"name\":\"Mã hóa tống tiền\",\"org\":\"DV-0001\",\"title\":\"Mã hóa\","
        "\"kind\":\"ransom\",\"severity\":4,\"tlp\":\"amber\",\"tasks\":\"Cách ly\\nSao lưu\"}";
    struct apitest *t = *state;
    struct str number, tag;
    const char *path;

    as(t, &t->p.officer);
    call(t, "GET", "/api/v1/templates", NULL, NULL);
    assert_answer(t, 403, "FORBIDDEN");
    as(t, &t->p.coordinator);
    call(t, "POST", "/api/v1/templates", body, "Idempotency-Key: template-0123456\r\n");
    assert_answer(t, 201, "\"name\":\"Mã hóa tống tiền\"");
    number = str_dup(&t->p.t.arena, member(t, "id"));
    call(t, "POST", "/api/v1/templates", body, "Idempotency-Key: template-0123456\r\n");
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM incident_template"), 1);
    path = with(t, "/api/v1/templates/", number, "");
    call(t, "GET", path, NULL, NULL);
    tag = str_printf(&t->p.t.arena, "If-Match: " STR_FMT "\r\n", STR_ARG(answered(t, "ETag")));
    call(t, "PATCH", path, "{\"severity\":2}", NULL);
    assert_answer(t, 428, "VERSION_NEEDED");
    call(t, "PATCH", path, "{\"severity\":2}", tag.ptr);
    assert_answer(t, 200, "\"severity\":2");
    assert_answer(t, 200, "\"title\":\"Mã hóa\"");
    call(t, "PATCH", path, "{\"severity\":3}", tag.ptr);
    assert_answer(t, 412, "template.save");
    call(t, "POST", with(t, "/api/v1/templates/", number, "/incidents"), "{\"org\":\"DV-0002\"}",
         "Idempotency-Key: opened-from-012345\r\n");
    assert_answer(t, 201, "\"title\":\"Mã hóa\"");
    call(t, "GET", on(t, str_dup(&t->p.t.arena, member(t, "code")), "/tasks"), NULL, NULL);
    assert_answer(t, 200, "\"title\":\"Sao lưu\"");
    call(t, "DELETE", path, NULL, NULL);
    assert_int_equal(t->b.page.status, 204);
    call(t, "GET", path, NULL, NULL);
    assert_int_equal(t->b.page.status, 404);

    call(t, "POST", "/api/v1/texts",
         "{\"name\":\"Nhắc\",\"org\":\"DV-0001\",\"used_for\":\"comment\",\"body\":\"{code}\"}",
         NULL);
    assert_answer(t, 201, "\"used_for\":\"comment\"");
    path = with(t, "/api/v1/texts/", str_dup(&t->p.t.arena, member(t, "id")), "");
    call(t, "GET", "/api/v1/texts?used_for=answer", NULL, NULL);
    assert_answer(t, 200, "\"items\":[]");
    call(t, "PATCH", path, "{\"used_for\":\"both\"}", "If-Match: *\r\n");
    assert_answer(t, 200, "\"used_for\":\"both\"");
    call(t, "GET", "/api/v1/texts?used_for=answer", NULL, NULL);
    assert_answer(t, 200, "Nhắc");
    call(t, "DELETE", path, NULL, NULL);
    assert_int_equal(t->b.page.status, 204);
}

static void test_mail(void **state)
{
    static const char letter[] = "{\"to\":\"Trực ban <truc@example.vn>\",\"subject\":\"Đề nghị "
                                 "chặn\",\"text\":\"Đề nghị chặn địa chỉ.\"}";
    struct apitest *t = *state;
    struct str code;

    as(t, &t->p.coordinator);
    code = open_incident(t, "Thư");
    call(t, "POST", on(t, code, "/mail"),
         "{\"to\":\"không phải thư\",\"subject\":\"x\",\"text\":\"x\"}", NULL);
    assert_answer(t, 400, "\"pointer\":\"#/to\"");
    call(t, "POST", on(t, code, "/mail"),
         "{\"to\":\"truc@example.vn\",\"subject\":\"x\",\"text\":\"x\",\"files\":[\"none\"]}",
         NULL);
    assert_answer(t, 400, "\"pointer\":\"#/files\"");
    call(t, "POST", on(t, code, "/mail"), letter, "Idempotency-Key: letter-0123456789\r\n");
    assert_answer(t, 201, "\"state\":\"queued\"");
    call(t, "POST", on(t, code, "/mail"), letter, "Idempotency-Key: letter-0123456789\r\n");
    assert_int_equal(t->b.page.status, 201);
    call(t, "GET", on(t, code, "/mail"), NULL, NULL);
    assert_answer(t, 200, "truc@example.vn");
    assert_int_equal(count_of(t, "\"subject\""), 1);
    as(t, &t->p.auditor);
    call(t, "POST", on(t, code, "/mail"), letter, NULL);
    assert_answer(t, 403, "FORBIDDEN");
    as(t, &t->p.coordinator);
    call(t, "GET", on(t, code, "/text"), NULL, NULL);
    assert_answer(t, 200, "Thư");
}

/* What an operation refuses leaves neither itself nor its key behind. */
static void test_a_refused_request_may_be_sent_again(void **state)
{
    static const char key[] = "Idempotency-Key: again-0123456789\r\n";
    struct apitest *t = *state;
    struct str code;

    as(t, &t->p.coordinator);
    code = open_incident(t, "Gửi lại");
    call(t, "POST", on(t, code, "/tasks"), "{\"title\":\"x\",\"assignee\":\"thanhtra\"}", key);
    assert_answer(t, 400, "\"pointer\":\"#/assignee\"");
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM task WHERE title = 'x'"), 0);
    call(t, "POST", on(t, code, "/comments"), "{\"body\":\"\"}", key);
    assert_int_equal(t->b.page.status, 400);
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM api_once"), 0);
    call(t, "POST", on(t, code, "/comments"), "{\"body\":\"Lần này đúng\"}", key);
    assert_answer(t, 201, "Lần này đúng");
    call(t, "POST", on(t, code, "/comments"), "{\"body\":\"Lần này đúng\"}", key);
    assert_int_equal(t->b.page.status, 201);
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM comment"), 1);
}

static void test_board(void **state)
{
    struct apitest *t = *state;
    struct str code, number;
    const char *move;

    province_incident(&t->p, false, "amber", &code);
    as(t, &t->p.officer);
    call(t, "GET", "/api/v1/incidents/board", NULL, NULL);
    assert_answer(t, 200, "{\"state\":\"received\",\"total\":1,\"cards\":[{\"code\":\"SC-");
    assert_answer(t, 200, "{\"state\":\"closed\",\"total\":0,\"cards\":[]}");
    move =
        str_printf(&t->p.t.arena,
                   "{\"incident\":\"" STR_FMT "\",\"seen\":\"received\",\"state\":\"verifying\"}",
                   STR_ARG(code))
            .ptr;
    call(t, "POST", "/api/v1/incidents/board", move, NULL);
    assert_answer(t, 200, "\"changed\":1");
    number = str_dup(&t->p.t.arena, member(t, "undo"));
    /* It stands elsewhere by now. */
    call(t, "POST", "/api/v1/incidents/board", move, NULL);
    assert_answer(t, 409, "CONFLICT");
    call(t, "GET", "/api/v1/incidents/board?severity=1", NULL, NULL);
    assert_int_equal(count_of(t, "\"total\":0"), 5);
    call(t, "POST", "/api/v1/incidents/undo",
         str_printf(&t->p.t.arena, "{\"undo\":" STR_FMT "}", STR_ARG(number)).ptr, NULL);
    assert_answer(t, 200, "\"restored\":1");
    as(t, &t->p.coordinator);
    call(t, "POST", "/api/v1/incidents/board",
         str_printf(&t->p.t.arena,
                    "{\"incident\":\"" STR_FMT "\",\"seen\":\"received\",\"state\":\"closed\"}",
                    STR_ARG(code))
             .ptr,
         NULL);
    assert_answer(t, 400, "\"pointer\":\"#/reason\"");
    as(t, &t->p.stranger);
    call(t, "GET", "/api/v1/incidents/board", NULL, NULL);
    assert_int_equal(count_of(t, "\"total\":0"), 5);
    call(t, "POST", "/api/v1/incidents/board", move, NULL);
    assert_int_equal(t->b.page.status, 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        API_TEST(test_board),
        API_TEST(test_watching_and_following_up),
        API_TEST(test_merging_and_back),
        API_TEST(test_splitting_and_back),
        API_TEST(test_many_at_once),
        API_TEST(test_sharing),
        API_TEST(test_templates),
        API_TEST(test_mail),
        API_TEST(test_a_refused_request_may_be_sent_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
