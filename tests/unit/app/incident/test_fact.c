#include "../api/apitest.h"
#include "test.h"

#include "app/incident/incident.h"

static struct str code;
static int64_t id;

static int begin(void **state)
{
    struct apitest *t;

    if (apitest_setup(state) != 0)
        return -1;
    t = *state;
    id = province_incident(&t->p, false, "amber", &code);
    return 0;
}

#define FACT_TEST(f) cmocka_unit_test_setup_teardown(f, begin, apitest_teardown)

static const char *path(struct apitest *t, const char *fact)
{
    return str_printf(&t->p.t.arena, "/incidents/" STR_FMT "%s%s", STR_ARG(code),
                      fact[0] != '\0' ? "/facts/" : "", fact)
        .ptr;
}

static int64_t number(struct apitest *t, const char *what)
{
    return testdb_sql(
        &t->p.t,
        str_printf(&t->p.t.arena, "SELECT %s FROM incident WHERE id = %" PRId64, what, id).ptr);
}

/* The mark of the form that is on the screen. */
static const char *seen(struct apitest *t)
{
    struct str tag = browser_between(&t->b, "name=\"version\"", ">");
    ptrdiff_t at = str_find(tag, STR("value=\""));
    struct str value = str_from(tag, (size_t)at + 7);

    assert_true(at >= 0);
    return str_cdup(&t->p.t.arena, str_sub(value, 0, (size_t)str_find_char(value, '"')));
}

static void save(struct apitest *t, const char *fact, const char *fields, const char *version)
{
    browser_post(&t->b, path(t, fact),
                 str_printf(&t->p.t.arena, "%s&version=%s", fields, version).ptr);
}

static void test_one_fact_is_changed_and_nothing_else(void **state)
{
    struct apitest *t = *state;
    int64_t detected = number(t, "detected_at"), version = number(t, "version");

    sit_down(t, &t->p.responder);
    browser_get(&t->b, path(t, ""));
    assert_true(browser_shows(&t->b, "/facts/severity"));
    browser_get(&t->b, path(t, "severity"));
    assert_true(browser_shows(&t->b, "name=\"severity_why\""));
    assert_false(browser_shows(&t->b, "name=\"title\""));
    save(t, "severity", "severity=4&severity_why=Lan+rong&title=Khac", seen(t));
    assert_int_equal(t->b.page.status, 303);
    assert_int_equal(number(t, "severity"), 4);
    assert_int_equal(number(t, "detected_at"), detected);
    assert_int_equal(number(t, "version"), version + 1);
    assert_int_equal(number(t, "CASE WHEN title = 'Khac' THEN 1 ELSE 0 END"), 0);
    browser_get(&t->b, path(t, "nothing"));
    assert_int_equal(t->b.page.status, 404);
}

static void test_mistakes_are_told_beside_the_field(void **state)
{
    struct apitest *t = *state;

    sit_down(t, &t->p.responder);
    browser_get(&t->b, path(t, "title"));
    save(t, "title", "title=", seen(t));
    assert_int_equal(t->b.page.status, 400);
    assert_true(browser_shows(&t->b, "title-error"));
    browser_get(&t->b, path(t, "times"));
    save(t, "times", "detected_at=01%2F01%2F2020+08%3A00&occurred_at=02%2F01%2F2020+08%3A00",
         seen(t));
    assert_int_equal(t->b.page.status, 400);
    assert_true(browser_shows(&t->b, "occurred_at-error"));
}

static void test_two_who_change_different_facts_do_not_meet(void **state)
{
    struct apitest *t = *state;
    const char *mine;

    sit_down(t, &t->p.responder);
    browser_get(&t->b, path(t, "title"));
    mine = seen(t);
    browser_get(&t->b, path(t, "tlp"));
    save(t, "tlp", "tlp=green", seen(t));
    assert_int_equal(t->b.page.status, 303);
    save(t, "title", "title=Ten+moi", mine);
    assert_int_equal(t->b.page.status, 303);
    assert_int_equal(number(t, "CASE WHEN title = 'Ten moi' AND tlp = 'green' THEN 1 ELSE 0 END"),
                     1);
}

static void test_who_changes_the_same_fact_later_is_told(void **state)
{
    struct apitest *t = *state;
    const char *mine;

    sit_down(t, &t->p.responder);
    browser_get(&t->b, path(t, "title"));
    mine = seen(t);
    save(t, "title", "title=Cua+nguoi+khac", mine);
    assert_int_equal(t->b.page.status, 303);
    save(t, "title", "title=Cua+toi", mine);
    assert_int_equal(t->b.page.status, 400);
    assert_true(browser_shows(&t->b, "Cua nguoi khac"));
    assert_true(browser_shows(&t->b, "value=\"Cua toi\""));
    assert_int_equal(number(t, "CASE WHEN title = 'Cua nguoi khac' THEN 1 ELSE 0 END"), 1);
    /* Looked over and saved again. */
    save(t, "title", "title=Cua+toi", seen(t));
    assert_int_equal(t->b.page.status, 303);
}

static void test_who_only_reads_changes_nothing(void **state)
{
    struct apitest *t = *state;

    sit_down(t, &t->p.auditor);
    browser_get(&t->b, path(t, ""));
    assert_false(browser_shows(&t->b, "/facts/"));
    browser_get(&t->b, path(t, "title"));
    assert_int_equal(t->b.page.status, 403);
    sit_down(t, &t->p.stranger);
    browser_get(&t->b, path(t, "title"));
    assert_int_equal(t->b.page.status, 404);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FACT_TEST(test_one_fact_is_changed_and_nothing_else),
        FACT_TEST(test_mistakes_are_told_beside_the_field),
        FACT_TEST(test_two_who_change_different_facts_do_not_meet),
        FACT_TEST(test_who_changes_the_same_fact_later_is_told),
        FACT_TEST(test_who_only_reads_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
