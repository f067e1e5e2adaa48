#include "test.h"
#include "support/testreq.h"
#include "app/web/web.h"

static struct testreq t;

static struct str answer(const char *target, int code)
{
    struct err err = {0};

    testreq_get(&t, target);
    err_set(&err, code, "disk \"a\" is full at /var/lib");
    t.res.status = err_http_status(code);
    web_error(t.req, &t.res, &err, NULL);
    return buf_str(&t.res.body);
}

static void test_page_in_plain_words(void **unused)
{
    struct str page = answer("/incidents/SC-2026-0001", ERR_NOT_FOUND);

    assert_true(str_find(page, STR("<h1>Không tìm thấy trang này</h1>")) > 0);
    assert_true(str_find(page, STR("404-0123456789ab")) > 0);
    assert_int_equal(t.res.status, 404);
    testreq_end(&t);
}

static void test_inside_of_the_program_stays_inside(void **unused)
{
    static const int codes[] = {ERR_IO, ERR_DB, ERR_INTERNAL, ERR_CORRUPT, ERR_NO_SPACE};

    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        assert_int_equal(str_find(answer("/x", codes[i]), STR("/var/lib")), -1);
        testreq_end(&t);
        assert_int_equal(str_find(answer("/api/v1/x", codes[i]), STR("/var/lib")), -1);
        testreq_end(&t);
    }
}

static void test_every_kind_has_a_page(void **unused)
{
    for (int index = 1; index < ERR_COUNT; index++) {
        struct str page = answer("/x", -index);

        if (-index != ERR_AUTH)
            assert_true(str_find(page, STR("class=\"oops\"")) > 0);
        testreq_end(&t);
    }
}

static void test_sign_in_first(void **unused)
{
    answer("/incidents?state=open", ERR_AUTH);
    assert_int_equal(t.res.status, 303);
    assert_str(testreq_sent(&t, "Location"), "/sign-in?next=%2Fincidents%3Fstate%3Dopen");
    testreq_end(&t);
}

static void test_problem_json(void **unused)
{
    struct str body = answer("/api/v1/incidents", ERR_INVALID);

    assert_string_equal(t.res.type, "application/problem+json");
    assert_str(body, "{\"type\":\"/api#INVALID\",\"title\":\"Dữ liệu không hợp lệ\",\"status\":400,"
                     "\"code\":\"INVALID\",\"detail\":\"disk \\\"a\\\" is full at /var/lib\","
                     "\"request_id\":\"0123456789ab\"}\n");
    testreq_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_page_in_plain_words),   ARENA_TEST(test_inside_of_the_program_stays_inside),
        ARENA_TEST(test_every_kind_has_a_page), ARENA_TEST(test_sign_in_first),
        ARENA_TEST(test_problem_json),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
