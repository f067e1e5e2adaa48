#include "test.h"
#include "base/clock.h"
#include "sys/http/limit.h"

static void test_burst_then_refill(void **state)
{
    static struct limit l = LIMIT(3, MINUTE_MS);
    struct str key = STR("192.0.2.1");
    int64_t now = 1000000, wait = -1;

    for (int i = 0; i < 3; i++) {
        assert_true(limit_left(&l, key, now));
        assert_true(limit_take(&l, key, now, &wait));
        assert_int_equal(wait, 0);
    }
    assert_false(limit_left(&l, key, now));
    assert_false(limit_take(&l, key, now + 10000, &wait));
    assert_int_equal(wait, 50000);
    assert_true(limit_take(&l, STR("192.0.2.2"), now, NULL));
    assert_true(limit_take(&l, key, now + MINUTE_MS, NULL));
    assert_false(limit_take(&l, key, now + MINUTE_MS, NULL));
    now += 100 * MINUTE_MS; /* never more than the burst is saved up */
    for (int i = 0; i < 3; i++)
        assert_true(limit_take(&l, key, now, NULL));
    assert_false(limit_take(&l, key, now, NULL));
    limit_forget(&l, key);
    assert_true(limit_take(&l, key, now, NULL));
}

/* A million other keys do not wash out the one that is over its limit. */
static void test_flood_of_keys(void **state)
{
    static struct limit l = LIMIT(5, MINUTE_MS);
    int64_t now = 1000000;
    char name[32];

    for (int i = 0; i < 5; i++)
        assert_true(limit_take(&l, STR("attacker"), now, NULL));
    for (int i = 0; i < 1000000; i++) {
        int n = snprintf(name, sizeof(name), "key-%d", i);

        limit_take(&l, str_make(name, (size_t)n), now, NULL);
    }
    assert_false(limit_take(&l, STR("attacker"), now, NULL));
}

static void test_addresses(void **state)
{
    struct arena *a = &test_arena;

    assert_str(limit_address(a, STR("192.0.2.1")), "192.0.2.1");
    assert_true(
        str_eq(limit_address(a, STR("2001:db8::1")), limit_address(a, STR("2001:db8::ffff:2"))));
    assert_false(
        str_eq(limit_address(a, STR("2001:db8::1")), limit_address(a, STR("2001:db8:0:1::1"))));
    assert_str(limit_address(a, STR("a:b")), "a:b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_burst_then_refill),
        ARENA_TEST(test_flood_of_keys),
        ARENA_TEST(test_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
