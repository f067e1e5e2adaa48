#include "../api/apitest.h"
#include "test.h"

#include "app/filter/filter.h"
#include "app/undo/undo.h"
#include "base/clock.h"

#define API "/api/v1/filters"

/* Keeps one through the API; its number. */
static const char *keep(struct apitest *t, const char *list, const char *name, const char *query,
                        const char *more)
{
    call(t, "POST", API,
         str_printf(&t->p.t.arena, "{\"list\":\"%s\",\"name\":\"%s\",\"query\":\"%s\"%s}", list,
                    name, query, more)
             .ptr,
         NULL);
    assert_answer(t, 201, name);
    return str_cdup(&t->p.t.arena, member(t, "id"));
}

static const char *path(struct apitest *t, const char *id, const char *behind)
{
    return str_printf(&t->p.t.arena, "%s/%s%s", API, id, behind).ptr;
}

static void test_only_filters_of_a_known_list_are_kept(void **state)
{
    static const struct {
        const char *body, *wrong;
    } bad[] = {
        {"{\"list\":\"accounts\",\"name\":\"a\",\"query\":\"state=all\"}", "#/list"},
        {"{\"list\":\"incidents\",\"name\":\"a\",\"query\":\"next=//evil.example.com\"}",
         "#/query"},
        {"{\"list\":\"incidents\",\"name\":\"a\",\"query\":\"state=all&level=3\"}", "#/query"},
        {"{\"list\":\"incidents\",\"name\":\"a\",\"query\":\"page=2\"}", "#/query"},
        {"{\"list\":\"incidents\",\"name\":\"a\",\"query\":\"state=%ff\"}", "#/query"},
        {"{\"list\":\"incidents\",\"name\":\" \",\"query\":\"state=all\"}", "#/name"},
    };
    struct apitest *t = *state;
    char *large = malloc(500);

    as(t, &t->p.coordinator);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        call(t, "POST", API, bad[i].body, NULL);
        assert_answer(t, 400, bad[i].wrong);
    }
    snprintf(large, 500, "{\"list\":\"incidents\",\"name\":\"a\",\"query\":\"q=%0210d\"}", 0);
    call(t, "POST", API, large, NULL);
    assert_answer(t, 400, "#/query");
    free(large);
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM saved_filter"), 0);
    /* What is kept is ours: order, encoding, nothing of the page. */
    keep(t, "incidents", "Nặng",
         "?q=a%26state%3Dclosed+b&page=3&severity=4&n=100&state=all&view=plain", "");
    assert_answer(
        t, 201,
        "\"path\":\"/incidents?state=all\\u0026severity=4\\u0026q=a%26state%3Dclosed%20b\"");
}

static void test_whoever_may_not_open_a_list_keeps_no_filter_of_it(void **state)
{
    struct apitest *t = *state;

    as(t, &t->p.auditor);
    call(t, "POST", API, "{\"list\":\"incidents\",\"name\":\"a\",\"query\":\"state=all\"}", NULL);
    assert_int_equal(t->b.page.status, 201);
    testdb_sql(&t->p.t, "UPDATE role_grant SET revoked_at = 1 WHERE role = 'auditor'");
    call(t, "POST", API, "{\"list\":\"incidents\",\"name\":\"b\",\"query\":\"state=all\"}", NULL);
    assert_int_equal(t->b.page.status, 403);
    call(t, "POST", API, "{\"list\":\"search\",\"name\":\"b\",\"query\":\"q=x\"}", NULL);
    assert_int_equal(t->b.page.status, 201);
}

static void test_one_is_shared_with_those_of_the_organisation_only(void **state)
{
    struct apitest *t = *state;
    const char *id;

    as(t, &t->p.coordinator);
    id = keep(t, "incidents", "Chung", "state=all", ",\"shared\":true");
    keep(t, "incidents", "Riêng", "severity=4", "");
    as(t, &t->p.responder);
    call(t, "GET", API "?list=incidents", NULL, NULL);
    assert_answer(t, 200, "\"name\":\"Chung\"");
    assert_answer(t, 200, "\"mine\":false");
    assert_int_equal(count_of(t, "Riêng"), 0);
    call(t, "GET", API "?list=reports", NULL, NULL);
    assert_int_equal(count_of(t, "Chung"), 0);
    /* Used, not changed. */
    call(t, "PATCH", path(t, id, ""), "{\"name\":\"Khác\"}", NULL);
    assert_int_equal(t->b.page.status, 403);
    call(t, "DELETE", path(t, id, ""), NULL, NULL);
    assert_int_equal(t->b.page.status, 403);
    as(t, &t->p.officer);
    call(t, "GET", API, NULL, NULL);
    assert_int_equal(count_of(t, "Chung"), 0);
    call(t, "GET", path(t, id, ""), NULL, NULL);
    assert_int_equal(t->b.page.status, 404);
    as(t, &t->p.coordinator);
    call(t, "PATCH", path(t, id, ""), "{\"shared\":false,\"name\":\"Của tôi\"}", NULL);
    assert_answer(t, 200, "\"name\":\"Của tôi\"");
    as(t, &t->p.responder);
    call(t, "GET", path(t, id, ""), NULL, NULL);
    assert_int_equal(t->b.page.status, 404);
}

static void test_a_name_is_given_once_and_there_is_an_end(void **state)
{
    struct apitest *t = *state;
    const char *id;

    as(t, &t->p.coordinator);
    id = keep(t, "incidents", "Trễ hạn", "late=1", "");
    call(t, "POST", API, "{\"list\":\"incidents\",\"name\":\"TRE HAN\",\"query\":\"state=all\"}",
         NULL);
    assert_answer(t, 400, "#/name");
    keep(t, "reports", "Trễ hạn", "state=all", "");
    call(t, "PATCH", path(t, id, ""), "{\"query\":\"late=1&severity=4\"}", NULL);
    assert_answer(t, 200, "severity=4\\u0026late=1");
    for (int i = 1; i < FILTERS_MAX; i++)
        keep(t, "incidents", str_printf(&t->p.t.arena, "Số %d", i).ptr, "state=all", "");
    call(t, "POST", API, "{\"list\":\"incidents\",\"name\":\"Nữa\",\"query\":\"state=all\"}", NULL);
    assert_int_equal(t->b.page.status, 429);
}

static void test_a_list_opens_with_the_default_and_can_be_left_plain(void **state)
{
    struct apitest *t = *state;

    as(t, &t->p.coordinator);
    keep(t, "incidents", "Nặng", "severity=4", ",\"default\":true");
    sit_down(t, &t->p.coordinator);
    browser_get(&t->b, "/incidents");
    assert_int_equal(t->b.page.status, 303);
    assert_str(browser_location(&t->b), "/incidents?severity=4");
    browser_get(&t->b, "/incidents?severity=4");
    assert_int_equal(t->b.page.status, 200);
    assert_true(browser_shows(&t->b, "href=\"/incidents?severity=4\" aria-current=\"true\""));
    /* Every way to take the filter away leads to the plain list, not back to the default. */
    assert_true(count_of(t, "href=\"/incidents?view=plain\"") >= 2);
    browser_get(&t->b, "/incidents?view=plain");
    assert_int_equal(t->b.page.status, 200);
    assert_true(browser_shows(&t->b, "/incidents?view=plain&amp;state=all"));
    /* Nobody else's list opens with it. */
    sit_down(t, &t->p.responder);
    browser_get(&t->b, "/incidents");
    assert_int_equal(t->b.page.status, 200);
    assert_false(browser_shows(&t->b, "view=plain"));
}

static void test_what_was_removed_comes_back_for_a_while(void **state)
{
    struct apitest *t = *state;
    struct err err = {0};
    const char *id;
    int64_t number;

    as(t, &t->p.coordinator);
    id = keep(t, "incidents", "Nặng", "severity=4", ",\"default\":true");
    assert_true(str_to_int(str_c(id), &number));
    sit_down(t, &t->p.coordinator);
    browser_get(&t->b, "/filters");
    browser_post(&t->b, str_printf(&t->p.t.arena, "/filters/%s/remove", id).ptr,
                 "back=//evil.example.com/");
    assert_str(browser_location(&t->b), "/");
    browser_get(&t->b, "/incidents");
    assert_int_equal(t->b.page.status, 200);
    browser_post(&t->b, "/filters/undo", str_printf(&t->p.t.arena, "undo=%s", id).ptr);
    browser_get(&t->b, "/incidents");
    assert_int_equal(t->b.page.status, 303); /* also the default is back */
    assert_int_equal(
        filter_remove(t->p.t.db, &t->p.t.arena, number, &t->p.coordinator, t->p.now, &err), 0);
    assert_int_equal(
        filter_restore(t->p.t.db, &t->p.t.arena, number, &t->p.responder, t->p.now, &err),
        ERR_STATE);
    assert_int_equal(filter_restore(t->p.t.db, &t->p.t.arena, number, &t->p.coordinator,
                                    t->p.now + UNDO_LIFE + 1, &err),
                     ERR_STATE);
    /* And goes for good with the next change. */
    clock_set(t->p.now + UNDO_LIFE + 1);
    as(t, &t->p.coordinator);
    keep(t, "incidents", "Nặng", "severity=4", "");
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM saved_filter"), 1);
    assert_int_equal(testdb_sql(&t->p.t, "SELECT COUNT(*) FROM filter_default"), 0);
}

static void test_a_program_brings_back_what_it_removed(void **state)
{
    struct apitest *t = *state;
    const char *id, *body;

    as(t, &t->p.coordinator);
    id = keep(t, "incidents", "Nặng", "severity=4", ",\"default\":true");
    body = str_printf(&t->p.t.arena, "{\"filter\":%s}", id).ptr;
    call(t, "POST", API "/undo", "{}", NULL);
    assert_answer(t, 400, "#/filter");
    call(t, "POST", API "/undo", body, NULL);
    assert_answer(t, 409, "STATE"); /* it was not removed */
    call(t, "DELETE", path(t, id, ""), NULL, NULL);
    assert_int_equal(t->b.page.status, 204);
    call(t, "GET", path(t, id, ""), NULL, NULL);
    assert_int_equal(t->b.page.status, 404);

    as(t, &t->p.responder);
    call(t, "POST", API "/undo", body, NULL);
    assert_answer(t, 409, "STATE");

    as(t, &t->p.coordinator);
    call(t, "POST", API "/undo", body, NULL);
    assert_answer(t, 200, "\"name\":\"Nặng\"");
    assert_answer(t, 200, "\"default\":true");
    assert_str(member(t, "id"), id);
    call(t, "GET", path(t, id, ""), NULL, NULL);
    assert_int_equal(t->b.page.status, 200);
}

static void test_a_name_given_away_keeps_the_removed_filter_away(void **state)
{
    struct apitest *t = *state;
    const char *id, *body;

    as(t, &t->p.coordinator);
    id = keep(t, "incidents", "Nặng", "severity=4", "");
    body = str_printf(&t->p.t.arena, "{\"filter\":%s}", id).ptr;
    call(t, "DELETE", path(t, id, ""), NULL, NULL);
    keep(t, "incidents", "Nặng", "severity=5", "");
    call(t, "POST", API "/undo", body, NULL);
    assert_answer(t, 409, "EXISTS");
    call(t, "GET", path(t, id, ""), NULL, NULL);
    assert_int_equal(t->b.page.status, 404);
}

static void test_too_late_brings_nothing_back(void **state)
{
    struct apitest *t = *state;
    const char *id;

    as(t, &t->p.coordinator);
    id = keep(t, "incidents", "Nặng", "severity=4", "");
    call(t, "DELETE", path(t, id, ""), NULL, NULL);
    clock_set(t->p.now + UNDO_LIFE + 1);
    as(t, &t->p.coordinator);
    call(t, "POST", API "/undo", str_printf(&t->p.t.arena, "{\"filter\":%s}", id).ptr, NULL);
    assert_answer(t, 409, "STATE");
}

static void test_the_form_says_what_is_wrong(void **state)
{
    struct apitest *t = *state;

    sit_down(t, &t->p.coordinator);
    browser_get(&t->b, "/incidents?state=all");
    assert_true(browser_shows(&t->b, "name=\"query\" value=\"state=all\""));
    browser_post(&t->b, "/filters/new",
                 "list=incidents&query=state%3Dall&name=&back=%2Fincidents%3Fstate%3Dall");
    assert_int_equal(t->b.page.status, 400);
    assert_true(browser_shows(&t->b, "invalid-feedback"));
    browser_post(&t->b, "/filters/new",
                 "list=incidents&query=state%3Dall&name=T%E1%BA%A5t+c%E1%BA%A3&back=%2Fincidents"
                 "%3Fstate%3Dall");
    assert_int_equal(t->b.page.status, 303);
    assert_str(browser_location(&t->b), "/incidents?state=all");
    browser_get(&t->b, "/incidents?state=all");
    assert_true(browser_shows(&t->b, "Tất cả</a>"));
    browser_post(&t->b, "/filters/new", "list=incidents&query=late%3D1&name=tat+ca");
    assert_int_equal(t->b.page.status, 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        API_TEST(test_only_filters_of_a_known_list_are_kept),
        API_TEST(test_whoever_may_not_open_a_list_keeps_no_filter_of_it),
        API_TEST(test_one_is_shared_with_those_of_the_organisation_only),
        API_TEST(test_a_name_is_given_once_and_there_is_an_end),
        API_TEST(test_a_list_opens_with_the_default_and_can_be_left_plain),
        API_TEST(test_what_was_removed_comes_back_for_a_while),
        API_TEST(test_a_program_brings_back_what_it_removed),
        API_TEST(test_a_name_given_away_keeps_the_removed_filter_away),
        API_TEST(test_too_late_brings_nothing_back),
        API_TEST(test_the_form_says_what_is_wrong),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
