#include "test.h"

#include "base/io.h"
#include "sys/crypto/veil.h"

enum { LEN = 100000 };

static char *sample(void)
{
    char *bytes = arena_alloc(&test_arena, LEN);

    for (size_t i = 0; i < LEN; i++)
        bytes[i] = (char)(i % 251);
    return bytes;
}

/* Hidden at once, shown in pieces that begin and end anywhere in a block. */
static void test_any_pieces(void **state)
{
    static const size_t pieces[] = {1, 63, 64, 65, 7, 128, 1000, 31, 4096, 33};
    const char *plain = sample();
    char *bytes = sample();
    struct veil v = {0};
    size_t at = 0;

    veil_begin(&v);
    veil_apply(&v, 0, bytes, LEN);
    assert_null(memmem(bytes, LEN, plain, 16));
    for (size_t i = 0; at < LEN; i++) {
        size_t n = MIN(pieces[i % ARRAY_LEN(pieces)], LEN - at);

        veil_apply(&v, (int64_t)at, bytes + at, n);
        at += n;
    }
    assert_memory_equal(bytes, plain, LEN);
}

static void test_each_file_has_its_own_key(void **state)
{
    char *one = sample(), *two = sample();
    struct veil a = {0}, b = {0};

    veil_begin(&a);
    veil_begin(&b);
    veil_apply(&a, 0, one, LEN);
    veil_apply(&b, 0, two, LEN);
    assert_int_not_equal(memcmp(one, two, 64), 0);
}

static void test_written(void **state)
{
    struct str plain = str_make(sample(), LEN), text;
    char path[] = "/tmp/ungcuu-veil-XXXXXX";
    int fd = mkstemp(path);
    struct veil v = {0};
    struct err err = {0};

    assert_true(fd >= 0);
    assert_int_equal(veil_write(&v, fd, 0, str_sub(plain, 0, 70), &err), 0);
    veil_begin(&v);
    assert_int_equal(veil_write(&v, fd, 70, str_sub(plain, 70, 90001 - 70), &err), 0);
    assert_int_equal(veil_write(&v, fd, 90001, str_from(plain, 90001), &err), 0);
    close(fd);
    assert_int_equal(io_read_file(&test_arena, path, LEN, &text, &err), 0);
    unlink(path);
    assert_int_equal(text.len, LEN);
    /* Without a key bytes pass as they are. */
    assert_memory_equal(text.ptr, plain.ptr, 70);
    assert_null(memmem(text.ptr + 70, LEN - 70, plain.ptr, 16));
    veil_apply(&v, 70, (char *)(uintptr_t)text.ptr + 70, LEN - 70);
    assert_memory_equal(text.ptr, plain.ptr, LEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {ARENA_TEST(test_any_pieces),
                                       ARENA_TEST(test_each_file_has_its_own_key),
                                       ARENA_TEST(test_written)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
