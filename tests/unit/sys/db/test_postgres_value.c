#include "test.h"

#include "sys/db/postgres.h"

/* The binary forms as the server sends them: numeric_send, int8send, float8send, boolsend. */

static struct db_value value;

static bool decode(Oid oid, enum db_type type, const char *bytes, size_t len)
{
    value = (struct db_value){.type = type};
    return postgres_decode(oid, bytes, len, &value);
}

#define DECODE(oid, type, bytes) decode(oid, type, bytes, sizeof(bytes) - 1)

static void test_integers(void **state)
{
    assert_true(DECODE(20, DB_INT, "\x80\0\0\0\0\0\0\0"));
    assert_int_equal(value.i, INT64_MIN);
    assert_true(DECODE(23, DB_INT, "\xff\xff\xff\xfe"));
    assert_int_equal(value.i, -2);
    assert_true(DECODE(21, DB_INT, "\xff\xff"));
    assert_int_equal(value.i, -1);
    assert_true(DECODE(16, DB_BOOL, "\1"));
    assert_int_equal(value.i, 1);
    assert_false(DECODE(20, DB_INT, "\0\0\0\1"));
    assert_false(DECODE(25, DB_INT, "12"));
    assert_false(DECODE(701, DB_INT, "\0\0\0\0\0\0\0\0"));
}

/* ndigits, weight, sign, dscale, digits to the base 10,000 */
static void test_numeric_as_integer(void **state)
{
    assert_true(DECODE(1700, DB_INT, "\0\0\0\0\0\0\0\0"));
    assert_int_equal(value.i, 0);
    assert_true(DECODE(1700, DB_INT, "\0\1\0\2\0\0\0\0\0\7"));
    assert_int_equal(value.i, 700000000);
    assert_true(DECODE(1700, DB_INT, "\0\2\0\1\x40\0\0\0\0\1\x09\x29"));
    assert_int_equal(value.i, -12345);
    /* 922 3372 0368 5477 5807 and one more, on both sides */
    assert_true(DECODE(1700, DB_INT, "\0\5\0\4\0\0\0\0\x03\x9a\x0d\x2c\x01\x70\x15\x65\x16\xaf"));
    assert_int_equal(value.i, INT64_MAX);
    assert_false(DECODE(1700, DB_INT, "\0\5\0\4\0\0\0\0\x03\x9a\x0d\x2c\x01\x70\x15\x65\x16\xb0"));
    assert_true(DECODE(1700, DB_INT, "\0\5\0\4\x40\0\0\0\x03\x9a\x0d\x2c\x01\x70\x15\x65\x16\xb0"));
    assert_int_equal(value.i, INT64_MIN);
    assert_false(
        DECODE(1700, DB_INT, "\0\5\0\4\x40\0\0\0\x03\x9a\x0d\x2c\x01\x70\x15\x65\x16\xb1"));
    /* 1.5, 0.5, NaN, a cut-off one */
    assert_false(DECODE(1700, DB_INT, "\0\2\0\0\0\0\0\1\0\1\x13\x88"));
    assert_false(DECODE(1700, DB_INT, "\0\1\xff\xff\0\0\0\1\x13\x88"));
    assert_false(DECODE(1700, DB_INT, "\0\0\0\0\xc0\0\0\0"));
    assert_false(DECODE(1700, DB_INT, "\0\2\0\0\0\0\0\0\0\1"));
}

static void test_reals(void **state)
{
    assert_true(DECODE(701, DB_REAL, "\x3f\xb9\x99\x99\x99\x99\x99\x9a"));
    assert_true(value.r == 0.1);
    assert_true(DECODE(700, DB_REAL, "\x3f\0\0\0"));
    assert_true(value.r == 0.5);
    assert_true(DECODE(20, DB_REAL, "\0\0\0\0\0\0\0\7"));
    assert_true(value.r == 7.0);
    assert_true(DECODE(1700, DB_REAL, "\0\2\0\0\x40\0\0\1\0\1\x13\x88"));
    assert_true(value.r == -1.5);
    assert_true(DECODE(1700, DB_REAL, "\0\1\xff\xfe\0\0\0\1\x13\x88")); /* 0.00005000 */
    assert_true(value.r == 0.00005);
}

static void test_texts_and_bytes(void **state)
{
    assert_true(DECODE(25, DB_TEXT, "Huế"));
    assert_str(value.s, "Huế");
    assert_true(decode(17, DB_BLOB, "\0\1", 2));
    assert_int_equal(value.s.len, 2);
    assert_false(DECODE(25, DB_BLOB, "x"));
    assert_false(DECODE(17, DB_TEXT, "x"));
    assert_false(DECODE(114, DB_TEXT, "{}")); /* json: no column of ours has it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers),
        cmocka_unit_test(test_numeric_as_integer),
        cmocka_unit_test(test_reals),
        cmocka_unit_test(test_texts_and_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
