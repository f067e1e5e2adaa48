#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

/*
 * What a unit test includes: cmocka, slices, and an arena that is new for each test
 * (`test_arena`, with ARENA_TEST(name) in the list of tests).
 */
#include "base/base.h"

#include <setjmp.h>

#include <cmocka.h>

static _unused_ struct arena test_arena;

static _unused_ int test_arena_begin(void **state)
{
    arena_init(&test_arena);
    return 0;
}

static _unused_ int test_arena_end(void **state)
{
    arena_release(&test_arena);
    return 0;
}

#define ARENA_TEST(f) cmocka_unit_test_setup_teardown(f, test_arena_begin, test_arena_end)

/* A slice against a C string or a slice; on failure both are shown. */
#define assert_str(actual, expected)    check_str((actual), str_c(expected), __FILE__, __LINE__)
#define assert_str_eq(actual, expected) check_str((actual), (expected), __FILE__, __LINE__)

static _unused_ void check_str(struct str actual, struct str expected, const char *file, int line)
{
    if (str_eq(actual, expected))
        return;
    print_error("\"" STR_FMT "\" is not \"" STR_FMT "\"\n", STR_ARG(actual), STR_ARG(expected));
    _fail(file, line);
}

#endif
