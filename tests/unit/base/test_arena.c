#include "test.h"

#include <sys/wait.h>

static void aligns(void **state)
{
    static const size_t aligns[] = {1, 2, 8, 16, 64, 4096};

    for (size_t i = 0; i < 1000; i++) {
        size_t align = aligns[i % ARRAY_LEN(aligns)];
        char *p = arena_alloc_align(&test_arena, i, align);

        assert_int_equal((uintptr_t)p % align, 0);
        memset(p, 0x5a, i);
    }
}

static void gives_separate_memory(void **state)
{
    unsigned char *at[500];

    for (size_t i = 0; i < ARRAY_LEN(at); i++) {
        at[i] = arena_alloc(&test_arena, i);
        memset(at[i], (int)(i & 0xff), i);
    }
    for (size_t i = 0; i < ARRAY_LEN(at); i++) {
        for (size_t k = 0; k < i; k++)
            assert_int_equal(at[i][k], i & 0xff);
    }
}

static void zeroes_new_things(void **state)
{
    char *dirty = arena_alloc(&test_arena, 4096);
    int *numbers;

    memset(dirty, 0xff, 4096);
    arena_clear(&test_arena);
    numbers = arena_array(&test_arena, int, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], 0);
}

static void takes_blocks_larger_than_its_own(void **state)
{
    char *p = arena_alloc(&test_arena, 5 * 1024 * 1024);

    memset(p, 1, 5 * 1024 * 1024);
    assert_true(test_arena.used >= 5 * 1024 * 1024);
}

static void rewinds(void **state)
{
    char *first = arena_alloc(&test_arena, 10);
    struct arena_mark mark = arena_mark(&test_arena);
    size_t used = test_arena.used;
    char *again;

    memset(first, 'x', 10);
    again = arena_alloc(&test_arena, 100);
    arena_alloc(&test_arena, 10 * 1024 * 1024);
    arena_rewind(&test_arena, mark);
    assert_int_equal(test_arena.used, used);
    assert_ptr_equal(arena_alloc(&test_arena, 100), again);
    assert_memory_equal(first, "xxxxxxxxxx", 10);
}

static void rewinds_to_nothing(void **state)
{
    struct arena_mark mark = arena_mark(&test_arena);

    arena_alloc(&test_arena, 100);
    arena_rewind(&test_arena, mark);
    assert_int_equal(test_arena.used, 0);
    assert_non_null(arena_alloc(&test_arena, 1));
}

static void clear_keeps_one_block_and_not_a_huge_one(void **state)
{
    for (int i = 0; i < 100; i++)
        arena_alloc(&test_arena, 10000);
    arena_clear(&test_arena);
    assert_true(test_arena.used > 0 && test_arena.used <= 64 * 1024);
    arena_release(&test_arena);
    arena_alloc(&test_arena, 8 * 1024 * 1024);
    arena_clear(&test_arena);
    assert_int_equal(test_arena.used, 0);
}

static void an_impossible_product_aborts(void **state)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        fclose(stderr);
        arena_calloc(&test_arena, SIZE_MAX / 2, 3);
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
}

static void vectors_grow(void **state)
{
    VEC(struct {
        int64_t n;
        char c;
    }) v = {0};

    for (int64_t i = 0; i < 10000; i++) {
        assert_int_equal(vec_push(&v, &test_arena)->n, 0);
        v.at[v.len - 1].n = i;
    }
    assert_int_equal(v.len, 10000);
    for (size_t i = 0; i < v.len; i++)
        assert_int_equal(v.at[i].n, i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(aligns),
        ARENA_TEST(gives_separate_memory),
        ARENA_TEST(zeroes_new_things),
        ARENA_TEST(takes_blocks_larger_than_its_own),
        ARENA_TEST(rewinds),
        ARENA_TEST(rewinds_to_nothing),
        ARENA_TEST(clear_keeps_one_block_and_not_a_huge_one),
        ARENA_TEST(an_impossible_product_aborts),
        ARENA_TEST(vectors_grow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
