#include "test.h"

#include "app/incident/playbook.h"
#include "base/clock.h"

#define HEAD                                                                                       \
    "playbook: {id: x, version: 1, serious: false, valid_from: 2020-01-01}\ntitle: {vi: a, en: "   \
    "b}\nsources: []\n"
#define STEP                                                                                       \
    "steps:\n  - title: {vi: a, en: b}\n    due: PT4H\n    basis: local\n    body: {vi: c, en: "   \
    "d}\n"

static void test_embedded(void **state)
{
    const struct playbook *ordinary = playbook_for(false), *serious = playbook_for(true);

    /* Circular 20/2017, Article 11: four steps; Decision 05/2017, Article 14: seven. */
    assert_int_equal(ordinary->steps.len, 4);
    assert_int_equal(serious->steps.len, 7);
    assert_false(ordinary->serious);
    assert_true(serious->serious);
    for (size_t i = 1; i < serious->steps.len; i++)
        assert_true(serious->steps.at[i].due_ms > serious->steps.at[i - 1].due_ms);
}

static void test_durations(void **state)
{
    int64_t ms;

    assert_true(playbook_duration(STR("PT4H"), &ms) && ms == 4 * HOUR_MS);
    assert_true(playbook_duration(STR("P1DT12H30M"), &ms) &&
                ms == DAY_MS + 12 * HOUR_MS + 30 * MINUTE_MS);
    assert_true(playbook_duration(STR("P5D"), &ms) && ms == 5 * DAY_MS);
    const char *bad[] = {
        "", "P", "PT", "4H", "P4H", "PT4", "P4Y", "PT4HT5M", "P0D", "P99999999999999D", "PT-1H"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(playbook_duration(str_c(bad[i]), &ms));
}

static void refuse(const char *yaml, const char *expected)
{
    struct playbook p;
    struct err err = {0};

    assert_int_equal(playbook_parse(&test_arena, "x.yaml", str_c(yaml), &p, &err), ERR_SYNTAX);
    if (strstr(err.what, expected) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.what, expected);
}

static void test_refused(void **state)
{
    struct playbook p;
    struct err err = {0};

    assert_int_equal(playbook_parse(&test_arena, "x.yaml", STR(HEAD STEP), &p, &err), 0);
    assert_int_equal(p.steps.len, 1);
    refuse(HEAD, "missing key steps");
    refuse(HEAD STEP "colour: red\n", "x.yaml:9:1: unknown key colour");
    refuse(HEAD STEP "steps: []\n", "key given twice: steps");
    refuse(HEAD "steps: []\n", "at least one step");
    refuse(
        HEAD
        "steps:\n  - title: {vi: a}\n    due: PT4H\n    basis: local\n    body: {vi: c, en: d}\n",
        "missing key en");
    refuse(HEAD "steps:\n  - title: {vi: a, en: b}\n    due: soon\n    basis: local\n    body: "
                "{vi: c, en: d}\n",
           "x.yaml:6:10: not a duration such as PT4H or P3D: soon");
    refuse("a: [", "x.yaml:");
    refuse("", "mapping");
}

int main(void)
{
    const struct CMUnitTest tests[] = {ARENA_TEST(test_embedded), ARENA_TEST(test_durations),
                                       ARENA_TEST(test_refused)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
