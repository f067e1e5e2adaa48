#include "test.h"

#include "base/map.h"
#include "base/random.h"

static void keeps_what_was_put(void **state)
{
    struct map m = {.arena = &test_arena};
    static char values[10000];
    struct map_entry *e;
    size_t seen = 0;

    assert_null(map_get(&m, STR("none")));
    for (int i = 0; i < 10000; i++)
        map_put(&m, str_printf(&test_arena, "key %d", i), &values[i]);
    assert_int_equal(m.len, 10000);
    for (int i = 0; i < 10000; i++)
        assert_ptr_equal(map_get(&m, str_printf(&test_arena, "key %d", i)), &values[i]);
    assert_null(map_get(&m, STR("key 10000")));
    assert_null(map_get(&m, STR("key")));
    for (size_t i = 0; (e = map_next(&m, &i)) != NULL;) {
        assert_ptr_equal(map_get(&m, e->key), e->value);
        seen++;
    }
    assert_int_equal(seen, 10000);
}

static void replaces(void **state)
{
    struct map m = {.arena = &test_arena};
    int a, b;

    map_put(&m, STR("k"), &a);
    map_put(&m, STR("k"), &b);
    map_put(&m, STR_EMPTY, &a);
    map_put(&m, STR("\0"), &b);
    assert_int_equal(m.len, 3);
    assert_ptr_equal(map_get(&m, STR("k")), &b);
    assert_ptr_equal(map_get(&m, STR("")), &a);
    assert_ptr_equal(map_get(&m, STR("\0")), &b);
}

/* The example in appendix A of the SipHash paper (Aumasson, Bernstein 2012). */
static void hashes_as_published(void **state)
{
    uint8_t key[16], data[15];

    for (uint8_t i = 0; i < 16; i++)
        key[i] = i;
    for (uint8_t i = 0; i < 15; i++)
        data[i] = i;
    assert_true(siphash24(key, data, 15) == 0xa129ca6149be45e5u);
    assert_true(siphash24(key, data, 14) != siphash24(key, data, 15));
    key[15]++;
    assert_true(siphash24(key, data, 15) != 0xa129ca6149be45e5u);
}

static void uuids_are_version_7(void **state)
{
    int64_t ms = 0x0123456789ab;
    struct str a = random_uuid7(&test_arena, ms);
    struct str b = random_uuid7(&test_arena, ms + 1);

    assert_int_equal(a.len, 36);
    assert_str(str_sub(a, 0, 15), "01234567-89ab-7");
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        assert_true(dash ? a.ptr[i] == '-' : strchr("0123456789abcdef", a.ptr[i]) != NULL);
    }
    assert_non_null(strchr("89ab", a.ptr[19]));
    assert_true(str_cmp(a, b) < 0);
    assert_false(str_eq(a, random_uuid7(&test_arena, ms)));
}

static void codes_can_be_read_out(void **state)
{
    struct str code = random_code(&test_arena, 4000);
    size_t seen[256] = {0};
    size_t kinds = 0;

    assert_int_equal(code.len, 4000);
    for (size_t i = 0; i < code.len; i++)
        seen[(unsigned char)code.ptr[i]]++;
    for (int c = 0; c < 256; c++)
        kinds += seen[c] > 0;
    assert_int_equal(kinds, 32);
    assert_int_equal(seen['i'] + seen['l'] + seen['o'] + seen['u'], 0);
    assert_false(str_eq(random_code(&test_arena, 20), random_code(&test_arena, 20)));
}

static void a_seed_gives_the_same_numbers(void **state)
{
    struct prng a = {7}, b = {7}, c = {8};

    for (int i = 0; i < 100; i++) {
        uint64_t n = prng_next(&a);

        assert_true(n == prng_next(&b));
        assert_true(n != prng_next(&c));
        assert_true(prng_below(&a, 10) < 10);
        prng_next(&b);
        prng_next(&c);
    }
    assert_int_equal(prng_below(&a, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(keeps_what_was_put),        ARENA_TEST(replaces),
        cmocka_unit_test(hashes_as_published), ARENA_TEST(uuids_are_version_7),
        ARENA_TEST(codes_can_be_read_out),     cmocka_unit_test(a_seed_gives_the_same_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
