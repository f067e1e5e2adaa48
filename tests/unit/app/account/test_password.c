#include "app/account/inner.h"
#include "base/clock.h"
#include "test.h"

#include <pthread.h>
#include <sodium.h>

static bool good(const char *login, const char *password)
{
    return password_problem(str_c(login), str_c(password)) == NULL;
}

static void test_length_counts_characters_not_bytes(void **state)
{
    char longest[201];
    struct err err = {0};

    assert_false(good("lan", "9 chars.x"));
    assert_true(good("lan", "10 chars.x"));
    /* 9 letters, 17 bytes */
    assert_false(good("lan", "đđêêôôườấ"));
    assert_true(good("lan", "trời xanh mây trắng"));
    for (size_t i = 0; i < 200; i++)
        longest[i] = (char)('a' + i * 7 % 26);
    longest[200] = '\0';
    assert_true(good("lan", longest));
    assert_int_equal(
        account_check_password(STR("lan"), str_printf(&test_arena, "%sx", longest), &err),
        ERR_INVALID);
    assert_string_equal(err.field, "password");
    assert_non_null(strstr(err.what, "too long"));
}

static void test_what_cannot_be_typed_is_refused(void **state)
{
    assert_false(good("lan", "abc\001defghijkl"));
    assert_false(good("lan", "abc\xff\xfe defghijkl"));
}

static void test_regular_passwords_are_refused(void **state)
{
    assert_false(good("lan", "aaaaaaaaaaaa"));
    assert_false(good("lan", "abababababab"));
    assert_false(good("lan", "1234567890"));
    assert_false(good("lan", "9876543210"));
    assert_false(good("lan", "abcdefghijkl"));
    assert_false(good("lan", "0912 345 678"));
    assert_false(good("lan", "!@#$%^&*()_+"));
}

static void test_the_login_is_no_password(void **state)
{
    assert_false(good("nguyen.van.an", "nguyen.van.an"));
    assert_false(good("nguyen.van.an", "Nguyen.Van.An"));
    assert_false(good("nguyenvanan", "NguyenVanAn2026!"));
    assert_false(good("haiduong", "yeu-haiduong-mai"));
    /* three letters are part of too many words */
    assert_true(good("lan", "phong lan tim ngat"));
}

static void test_common_passwords_are_refused_in_disguise(void **state)
{
    assert_false(good("lan", "password123"));
    assert_false(good("lan", "P@ssw0rd2026"));
    assert_false(good("lan", "MatKhau@123456"));
    assert_false(good("lan", "Mật khẩu 2026"));
    assert_false(good("lan", "Admin@123456"));
    assert_false(good("lan", "Abc@123456789"));
    assert_false(good("lan", "anhyeuem123"));
    assert_true(good("lan", "passwordless sesame"));
}

static void test_a_hash_verifies_only_its_password(void **state)
{
    struct str hash, again;
    struct err err = {0};
    int64_t before = password_hashes();

    assert_int_equal(account_hash_password(&test_arena, STR("mưa rơi ngoài hiên"), &hash, &err), 0);
    assert_int_equal(account_hash_password(&test_arena, STR("mưa rơi ngoài hiên"), &again, &err),
                     0);
    assert_false(str_eq(hash, again));
    assert_true(str_starts(hash, STR("$argon2id$v=19$m=65536,t=3,p=1$")));
    assert_false(password_is_outdated(&test_arena, hash));
    assert_true(password_verify(&test_arena, hash, STR("mưa rơi ngoài hiên")));
    /* the same letters with combining marks, as macOS sends them */
    assert_true(password_verify(&test_arena, hash,
                                STR("mu\xcc\x9b"
                                    "a ro\xcc\x9bi ngoa\xcc\x80i hie\xcc\x82n")));
    assert_false(password_verify(&test_arena, hash, STR("mưa rơi ngoài hiêm")));
    assert_int_equal(password_hashes() - before, 5);
}

static void test_nobody_costs_as_much_as_somebody(void **state)
{
    int64_t before = password_hashes(), hash_time, nobody_time, start;
    struct str hash;
    struct err err = {0};

    assert_int_equal(account_hash_password(&test_arena, STR("bất kỳ ai cũng được"), &hash, &err),
                     0);
    start = clock_monotonic();
    password_verify(&test_arena, hash, STR("sai mật khẩu rồi"));
    hash_time = clock_monotonic() - start;
    start = clock_monotonic();
    assert_false(password_verify(&test_arena, STR_EMPTY, STR("sai mật khẩu rồi")));
    nobody_time = clock_monotonic() - start;
    assert_int_equal(password_hashes() - before, 3);
    /* wide limits: a hash that is skipped takes microseconds, not a fifth */
    assert_true(nobody_time * 5 > hash_time);
}

static void test_weaker_hashes_are_outdated(void **state)
{
    char weak[crypto_pwhash_STRBYTES];

    assert_int_equal(crypto_pwhash_str(weak, "x", 1, 1, 8 << 20), 0);
    assert_true(password_is_outdated(&test_arena, str_c(weak)));
}

/* ---- the gate -------------------------------------------------------------------------------- */

static int inside, most_inside, served;

static void *one_hash(void *arg)
{
    _cleanup_(arena_release) struct arena a = {0};
    struct err err = {0};
    int n;

    if (password_gate_enter(&err) < 0)
        return NULL;
    n = __atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST);
    if (n > __atomic_load_n(&most_inside, __ATOMIC_SEQ_CST))
        __atomic_store_n(&most_inside, n, __ATOMIC_SEQ_CST);
    password_verify(&a, STR_EMPTY, STR("anything"));
    __atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
    __atomic_add_fetch(&served, 1, __ATOMIC_SEQ_CST);
    password_gate_leave();
    return NULL;
}

static void test_only_so_many_hash_at_once(void **state)
{
    pthread_t threads[6];

    password_gate_limits(1, 16);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_create(&threads[i], NULL, one_hash, NULL);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(most_inside, 1);
    assert_int_equal(served, 6);
    password_gate_limits(0, 0);
}

static void test_the_queue_has_an_end(void **state)
{
    struct err err = {0};

    password_gate_limits(1, -1);
    assert_int_equal(password_gate_enter(&err), 0);
    assert_int_equal(password_gate_enter(&err), ERR_BUSY);
    password_gate_leave();
    assert_int_equal(password_gate_enter(&err), 0);
    password_gate_leave();
    password_gate_limits(0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_length_counts_characters_not_bytes),
        ARENA_TEST(test_what_cannot_be_typed_is_refused),
        ARENA_TEST(test_regular_passwords_are_refused),
        ARENA_TEST(test_the_login_is_no_password),
        ARENA_TEST(test_common_passwords_are_refused_in_disguise),
        ARENA_TEST(test_a_hash_verifies_only_its_password),
        ARENA_TEST(test_nobody_costs_as_much_as_somebody),
        ARENA_TEST(test_weaker_hashes_are_outdated),
        ARENA_TEST(test_only_so_many_hash_at_once),
        ARENA_TEST(test_the_queue_has_an_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
