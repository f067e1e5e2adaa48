#include "test.h"
#include "app/code/code.h"
#include "base/clock.h"

static struct str reads(const char *prefix, const char *typed)
{
    const struct civil day = {.year = 2026, .month = 11, .day = 22};

    return code_read(&test_arena, prefix, civil_to_ms(&day, 0), str_c(typed));
}

static void test_however_it_is_typed(void **unused)
{
    static const char *const same[] = {"SC-2026-0071", "sc-2026-71", "Sc 2026 71",  "sc2026-71",
                                       "SC.2026.0071", "sc71",       " SC-71 \t",   "2026-71",
                                       "71",           "0071",       "sc–2026–0071"};

    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        assert_str(reads("SC", same[i]), "SC-2026-0071");
    assert_str(reads("SC", "sc-2025-12345"), "SC-2025-12345");
    assert_str(reads(NULL, "tb 7"), "TB-2026-0007");
    /* Not counted by year. */
    assert_str(reads(NULL, "dv-12"), "DV-0012");
    assert_str(reads(NULL, "ht0003"), "HT-0003");
}

static void test_what_is_no_code(void **unused)
{
    static const char *const none[] = {"",           "-",          "SC",           "SC-",
                                       "TB-2026-71", "SC-26-71",   "SC-2026-7-1",  "sc-2026-71x",
                                       "SC-2026-",   "9999999999", "2026-71-0001", "SC--x"};

    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        if (reads("SC", none[i]).len != 0)
            fail_msg("\"%s\" was read as a code", none[i]);
    }
    /* Without a prefix a number alone says nothing. */
    assert_int_equal(reads(NULL, "71").len, 0);
    assert_int_equal(reads(NULL, "192.0.2.1").len, 0);
    assert_str(code_typed(&test_arena, "SC", 0, STR(" gì đó ")), "gì đó");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_however_it_is_typed),
        ARENA_TEST(test_what_is_no_code),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
