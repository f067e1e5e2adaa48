#include "test.h"

#include "base/clock.h"
#include "sys/i18n/i18n.h"

static const int64_t NOON = 1795323600000; /* 2026-11-22T05:00:00Z */

static int vietnam(void **state)
{
    i18n_set_zone(420);
    return test_arena_begin(state);
}

#define I18N_TEST(f) cmocka_unit_test_setup_teardown(f, vietnam, test_arena_end)

static void a_key_gives_its_translation(void **state)
{
    assert_str(T(LANG_VI, "Report"), "Tin báo");
    assert_str(T(LANG_EN, "Report"), "Report");
    assert_str(T(LANG_VI, ""), "");
}

static void a_context_is_not_shown(void **state)
{
    assert_str(TC(LANG_VI, "incident|Open"), "Đang mở");
    assert_str(TC(LANG_EN, "incident|Open"), "Open");
}

static void places_are_filled_in_any_order(void **state)
{
    const struct str args[] = {STR_INIT("3"), STR_INIT("7")};

    assert_str(i18n_format(&test_arena, LANG_VI, "{0} of {1} steps", args, 2), "7 bước, xong 3");
    assert_str(i18n_format(&test_arena, LANG_EN, "{0} of {1} steps", args, 2), "3/7");
    /* A place without an argument and a lone brace stay as they are. */
    assert_str(i18n_format(&test_arena, LANG_EN, "{0} of {1} steps", args, 1), "3/{1}");
}

static void numbers_are_grouped(void **state)
{
    static const struct {
        int64_t n;
        const char *vi, *en;
    } cases[] = {
        {0, "0", "0"},
        {999, "999", "999"},
        {1000, "1.000", "1,000"},
        {-1234567, "-1.234.567", "-1,234,567"},
        {INT64_MIN, "-9.223.372.036.854.775.808", "-9,223,372,036,854,775,808"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_str(i18n_int(&test_arena, LANG_VI, cases[i].n), cases[i].vi);
        assert_str(i18n_int(&test_arena, LANG_EN, cases[i].n), cases[i].en);
    }
}

static void bytes_take_the_largest_unit(void **state)
{
    static const struct {
        int64_t n;
        const char *vi;
    } cases[] = {
        {0, "0 B"},
        {1023, "1.023 B"},
        {1024, "1 KB"},
        {1536, "1,5 KB"},
        {100 * 1024, "100 KB"},
        {123456789, "117 MB"},
        {(int64_t)5 << 30, "5 GB"},
        {INT64_MAX, "7,9 EB"},
        {-2048, "-2 KB"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_str(i18n_bytes(&test_arena, LANG_VI, cases[i].n), cases[i].vi);
    assert_str(i18n_bytes(&test_arena, LANG_EN, 1536), "1.5 KB");
}

static void times_are_shown_in_the_zone(void **state)
{
    assert_str(i18n_date(&test_arena, LANG_VI, NOON), "22/11/2026");
    assert_str(i18n_date(&test_arena, LANG_EN, NOON), "22 Nov 2026");
    assert_str(i18n_time(&test_arena, LANG_VI, NOON), "12:00 22/11/2026");
    i18n_set_zone(-14 * 60);
    assert_str(i18n_time(&test_arena, LANG_VI, NOON), "15:00 21/11/2026");
}

static void relative_times_hold_for_a_day(void **state)
{
    static const struct {
        int64_t delta;
        const char *vi, *en;
    } cases[] = {
        {0, "vừa xong", "just now"},
        {-59 * SECOND_MS, "vừa xong", "just now"},
        {-MINUTE_MS, "1 phút trước", "1 minute ago"},
        {-59 * MINUTE_MS, "59 phút trước", "59 minutes ago"},
        {-60 * MINUTE_MS, "1 giờ trước", "1 hour ago"},
        {-DAY_MS + 1, "23 giờ trước", "23 hours ago"},
        {-DAY_MS, "12:00 21/11/2026", "12:00 21 Nov 2026"},
        {30 * SECOND_MS, "ngay bây giờ", "in a moment"},
        {5 * MINUTE_MS, "5 phút nữa", "in 5 minutes"},
        {DAY_MS, "12:00 23/11/2026", "12:00 23 Nov 2026"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t ms = NOON + cases[i].delta;

        assert_str(i18n_relative(&test_arena, LANG_VI, ms, NOON), cases[i].vi);
        assert_str(i18n_relative(&test_arena, LANG_EN, ms, NOON), cases[i].en);
    }
}

static void a_duration_has_its_two_largest_units(void **state)
{
    static const struct {
        int64_t ms;
        const char *vi, *en;
    } cases[] = {
        {0, "0 giây", "0 seconds"},
        {61 * SECOND_MS, "1 phút 1 giây", "1 minute 1 second"},
        {3 * HOUR_MS + 12 * MINUTE_MS + 59 * SECOND_MS, "3 giờ 12 phút", "3 hours 12 minutes"},
        {3 * HOUR_MS + 59 * SECOND_MS, "3 giờ", "3 hours"},
        {2 * DAY_MS + HOUR_MS, "2 ngày 1 giờ", "2 days 1 hour"},
        {-90 * SECOND_MS, "-1 phút 30 giây", "-1 minute 30 seconds"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_str(i18n_duration(&test_arena, LANG_VI, cases[i].ms), cases[i].vi);
        assert_str(i18n_duration(&test_arena, LANG_EN, cases[i].ms), cases[i].en);
    }
}

static void the_language_comes_from_a_tag(void **state)
{
    assert_int_equal(i18n_lang(STR("en-GB")), LANG_EN);
    assert_int_equal(i18n_lang(STR("EN")), LANG_EN);
    assert_int_equal(i18n_lang(STR("enm")), LANG_VI);
    assert_int_equal(i18n_lang(STR("vi-VN")), LANG_VI);
    assert_int_equal(i18n_lang(STR_EMPTY), LANG_VI);
    assert_string_equal(i18n_tag(LANG_VI), "vi");
}

static void missing_keys_are_counted_once(void **state)
{
    size_t before = i18n_missing();

    assert_str(T(LANG_VI, "button|No such key"), "No such key");
    assert_str(T(LANG_EN, "button|No such key"), "No such key");
    assert_int_equal(i18n_missing(), before + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        I18N_TEST(a_key_gives_its_translation),    I18N_TEST(a_context_is_not_shown),
        I18N_TEST(places_are_filled_in_any_order), I18N_TEST(numbers_are_grouped),
        I18N_TEST(bytes_take_the_largest_unit),    I18N_TEST(times_are_shown_in_the_zone),
        I18N_TEST(relative_times_hold_for_a_day),  I18N_TEST(a_duration_has_its_two_largest_units),
        I18N_TEST(the_language_comes_from_a_tag),  I18N_TEST(missing_keys_are_counted_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
