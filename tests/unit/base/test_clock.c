#include "test.h"

#include "base/clock.h"
#include "base/random.h"

enum { VIETNAM = 420 };

static void knows_dates(void **state)
{
    static const struct {
        int64_t ms;
        int offset;
        struct civil want;
    } cases[] = {
        {0, 0, {1970, 1, 1, 0, 0, 0, 0, 4}},
        {-1, 0, {1969, 12, 31, 23, 59, 59, 999, 3}},
        {951782400000, 0, {2000, 2, 29, 0, 0, 0, 0, 2}},
        {1709164799999, 0, {2024, 2, 28, 23, 59, 59, 999, 3}},
        {1709164800000, 0, {2024, 2, 29, 0, 0, 0, 0, 4}},
        {1740787200000, 0, {2025, 3, 1, 0, 0, 0, 0, 6}},
        {1795344412345, VIETNAM, {2026, 11, 22, 17, 46, 52, 345, 0}},
        {-2208988800000, 0, {1900, 1, 1, 0, 0, 0, 0, 1}},
        {4107542400000, 0, {2100, 3, 1, 0, 0, 0, 0, 1}},
        {253402300799999, 0, {9999, 12, 31, 23, 59, 59, 999, 5}},
        {1767200400000, VIETNAM, {2026, 1, 1, 0, 0, 0, 0, 4}},
        {0, -30, {1969, 12, 31, 23, 30, 0, 0, 3}},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct civil c = civil_from_ms(cases[i].ms, cases[i].offset);

        if (memcmp(&c, &cases[i].want, sizeof(c)) != 0)
            fail_msg("case %zu: %d-%d-%d %d:%d:%d.%d weekday %d", i, c.year, c.month, c.day, c.hour,
                     c.minute, c.second, c.ms, c.weekday);
        assert_int_equal(civil_to_ms(&c, cases[i].offset), cases[i].ms);
    }
}

/* Every day of 800 years follows the day before. */
static void counts_days_without_gaps(void **state)
{
    struct civil before = civil_from_ms(-400 * 365 * DAY_MS, 0);

    for (int64_t day = -400 * 365 + 1; day < 400 * 365; day++) {
        struct civil c = civil_from_ms(day * DAY_MS, 0);
        bool new_month = c.day == 1;

        assert_int_equal(civil_to_ms(&c, 0), day * DAY_MS);
        assert_int_equal(c.weekday, (before.weekday + 1) % 7);
        if (new_month)
            assert_int_equal(before.day, days_in_month(before.year, before.month));
        else
            assert_int_equal(c.day, before.day + 1);
        before = c;
    }
}

static void fields_carry_over(void **state)
{
    static const struct {
        struct civil from;
        const char *want;
    } cases[] = {
        {{.year = 2026, .month = 3, .day = 0}, "2026-02-28T00:00:00Z"},
        {{.year = 2026, .month = 13, .day = 1}, "2027-01-01T00:00:00Z"},
        {{.year = 2026, .month = 0, .day = 31}, "2025-12-31T00:00:00Z"},
        {{.year = 2026, .month = -11, .day = 1}, "2025-01-01T00:00:00Z"},
        {{.year = 2026, .month = 25, .day = 1}, "2028-01-01T00:00:00Z"},
        {{.year = 2024, .month = 2, .day = 30}, "2024-03-01T00:00:00Z"},
        {{.year = 2026, .month = 1, .day = 1, .hour = 25}, "2026-01-02T01:00:00Z"},
        {{.year = 2026, .month = 1, .day = 1, .minute = -1}, "2025-12-31T23:59:00Z"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_str(clock_rfc3339(&test_arena, civil_to_ms(&cases[i].from, 0), 0), cases[i].want);
}

static int64_t at(const char *text)
{
    int64_t ms = 0;

    if (!clock_parse(str_c(text), VIETNAM, &ms))
        fail_msg("%s", text);
    return ms;
}

static void adds_months(void **state)
{
    static const struct {
        const char *from;
        int months;
        const char *want;
    } cases[] = {
        {"2026-01-31", 1, "2026-02-28"},
        {"2024-01-31", 1, "2024-02-29"},
        {"2026-01-31", 2, "2026-03-31"},
        {"2026-08-31", 6, "2027-02-28"},
        {"2026-12-15", 1, "2027-01-15"},
        {"2026-01-15", -1, "2025-12-15"},
        {"2024-02-29", 12, "2025-02-28"},
        {"2024-02-29", -48, "2020-02-29"},
        {"2026-03-31", -1, "2026-02-28"},
        {"2026-05-05", 0, "2026-05-05"},
        {"1900-01-31", 1, "1900-02-28"},
        {"2000-01-31", 1, "2000-02-29"},
        {"2026-01-31T23:59:59.999", 1, "2026-02-28T23:59:59.999"},
        /* The day is that of the zone: in UTC it is still 30 January. */
        {"2026-01-31T03:00", 1, "2026-02-28T03:00"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (clock_add_months(at(cases[i].from), cases[i].months, VIETNAM) != at(cases[i].want))
            fail_msg("%s %+d", cases[i].from, cases[i].months);
    }
}

static void writes_rfc3339(void **state)
{
    assert_str(clock_rfc3339(&test_arena, 0, 0), "1970-01-01T00:00:00Z");
    assert_str(clock_rfc3339(&test_arena, 1, 0), "1970-01-01T00:00:00.001Z");
    assert_str(clock_rfc3339(&test_arena, 0, VIETNAM), "1970-01-01T07:00:00+07:00");
    assert_str(clock_rfc3339(&test_arena, 0, -210), "1969-12-31T20:30:00-03:30");
}

static void parses(void **state)
{
    static const struct {
        const char *text, *want; /* in UTC, NULL when refused */
    } cases[] = {
        {"2026-11-22", "2026-11-21T17:00:00Z"},
        {"2026-11-22T10:46:52Z", "2026-11-22T10:46:52Z"},
        {"2026-11-22t10:46:52z", "2026-11-22T10:46:52Z"},
        {"2026-11-22 17:46", "2026-11-22T10:46:00Z"},
        {"2026-11-22T17:46:52", "2026-11-22T10:46:52Z"},
        {"2026-11-22T17:46:52+07:00", "2026-11-22T10:46:52Z"},
        {"2026-11-22T17:46:52+0700", "2026-11-22T10:46:52Z"},
        {"2026-11-22T17:46:52+07", "2026-11-22T10:46:52Z"},
        {"2026-11-22T05:16:52-05:30", "2026-11-22T10:46:52Z"},
        {"2026-11-22T10:46:52.1Z", "2026-11-22T10:46:52.100Z"},
        {"2026-11-22T10:46:52.123456789Z", "2026-11-22T10:46:52.123Z"},
        {"2026-11-22T10:46:52,5Z", "2026-11-22T10:46:52.500Z"},
        {"2024-02-29", "2024-02-28T17:00:00Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
        {"", NULL},
        {"2026", NULL},
        {"2026-11", NULL},
        {"2026-1-2", NULL},
        {"2026-02-29", NULL},
        {"1900-02-29", NULL},
        {"2026-00-01", NULL},
        {"2026-13-01", NULL},
        {"2026-01-00", NULL},
        {"2026-01-32", NULL},
        {"0000-01-01", NULL},
        {"2026-11-22T", NULL},
        {"2026-11-22T24:00:00", NULL},
        {"2026-11-22T10:60:00", NULL},
        {"2026-11-22T10:00:61", NULL},
        {"2026-11-22T10", NULL},
        {"2026-11-22T10:4", NULL},
        {"2026-11-22T10:46:52.", NULL},
        {"2026-11-22T10:46:52.Z", NULL},
        {"2026-11-22T10:46:52+7", NULL},
        {"2026-11-22T10:46:52+07:", NULL},
        {"2026-11-22T10:46:52+07:0", NULL},
        {"2026-11-22T10:46:52+24:00", NULL},
        {"2026-11-22T10:46:52+07:60", NULL},
        {"2026-11-22T10:46:52Zx", NULL},
        {"2026-11-22x", NULL},
        {" 2026-11-22", NULL},
        {"22/11/2026", NULL},
        {"now", NULL},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t ms = 0;
        bool ok = clock_parse(str_c(cases[i].text), VIETNAM, &ms);

        if (ok != (cases[i].want != NULL))
            fail_msg("\"%s\" %s", cases[i].text, ok ? "was taken" : "was refused");
        if (ok)
            assert_str(clock_rfc3339(&test_arena, ms, 0), cases[i].want);
    }
}

static void parses_what_people_type(void **state)
{
    static const struct {
        const char *text, *want; /* in the zone, NULL when refused */
    } cases[] = {
        {"22/11/2026", "2026-11-22T00:00:00+07:00"},
        {"1/2/2026", "2026-02-01T00:00:00+07:00"},
        {" 22/11/2026  17:46 ", "2026-11-22T17:46:00+07:00"},
        {"22/11/2026 7:05", "2026-11-22T07:05:00+07:00"},
        {"22/11/2026 17:46:52", "2026-11-22T17:46:52+07:00"},
        {"2026-11-22", "2026-11-22T00:00:00+07:00"},
        {"2026-11-22T17:46", "2026-11-22T17:46:00+07:00"},
        {"29/2/2024", "2024-02-29T00:00:00+07:00"},
        {"29/2/2026", NULL},
        {"31/4/2026", NULL},
        {"22/13/2026", NULL},
        {"22/11/26", NULL},
        {"22/11", NULL},
        {"22-11-2026", NULL},
        {"22/11/202617:46", NULL},
        {"22/11/2026 17", NULL},
        {"22/11/2026 25:00", NULL},
        {"22/11/2026 17:46 x", NULL},
        {"", NULL},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t ms = 0;
        bool ok = clock_parse_local(str_c(cases[i].text), VIETNAM, &ms);

        if (ok != (cases[i].want != NULL))
            fail_msg("\"%s\" %s", cases[i].text, ok ? "was taken" : "was refused");
        if (ok)
            assert_str(clock_rfc3339(&test_arena, ms, VIETNAM), cases[i].want);
    }
}

static void what_it_wrote_it_reads(void **state)
{
    struct prng p = {42};

    for (int i = 0; i < 10000; i++) {
        int64_t ms = (int64_t)prng_below(&p, 4000000000000) - 1000000000000;
        int offset = (int)prng_below(&p, 1680) - 840;
        int64_t back = 0;

        assert_true(clock_parse(clock_rfc3339(&test_arena, ms, offset), 0, &back));
        assert_int_equal(back, ms);
    }
}

static void tests_can_set_it(void **state)
{
    int64_t real = clock_now();
    int64_t mono = clock_monotonic();

    assert_true(real > 1700000000000);
    clock_set(12345);
    assert_int_equal(clock_now(), 12345);
    assert_true(clock_monotonic() >= mono);
    clock_set(0);
    assert_true(clock_now() >= real);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_dates),       cmocka_unit_test(counts_days_without_gaps),
        ARENA_TEST(fields_carry_over),       cmocka_unit_test(adds_months),
        ARENA_TEST(writes_rfc3339),          ARENA_TEST(parses),
        ARENA_TEST(parses_what_people_type), ARENA_TEST(what_it_wrote_it_reads),
        cmocka_unit_test(tests_can_set_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
