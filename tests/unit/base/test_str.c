#include "test.h"

static void compares(void **state)
{
    assert_true(str_eq(STR("abc"), STR("abc")));
    assert_true(str_eq(STR(""), STR_EMPTY));
    assert_false(str_eq(STR("abc"), STR("abd")));
    assert_false(str_eq(STR("abc"), STR("ab")));
    assert_true(str_is(STR("a"), "a"));
    assert_true(str_cmp(STR("a"), STR("b")) < 0);
    assert_true(str_cmp(STR("ab"), STR("a")) > 0);
    assert_true(str_cmp(STR("a"), STR("ab")) < 0);
    assert_int_equal(str_cmp(STR_EMPTY, STR("")), 0);
    assert_true(str_cmp(STR("\xff"), STR("a")) > 0);
    assert_true(str_eq_nocase(STR("Content-TYPE"), STR("content-type")));
    assert_false(str_eq_nocase(STR("["), STR("{")));
    assert_false(str_eq_nocase(STR("Đ"), STR("đ")));
}

static void cuts(void **state)
{
    struct str s = STR("0123456789");

    assert_str(str_from(s, 0), "0123456789");
    assert_str(str_from(s, 7), "789");
    assert_str(str_from(s, 10), "");
    assert_str(str_from(s, 99), "");
    assert_str(str_sub(s, 2, 3), "234");
    assert_str(str_sub(s, 8, 99), "89");
    assert_str(str_sub(s, 99, 1), "");
    assert_int_equal(str_from(STR_EMPTY, 3).len, 0);
    assert_str(str_trim(STR(" \t\r\n\v\fa b\n ")), "a b");
    assert_str(str_trim(STR("   ")), "");
    assert_str(str_trim(STR_EMPTY), "");
}

static void finds(void **state)
{
    assert_true(str_starts(STR("abc"), STR("ab")));
    assert_true(str_starts(STR("abc"), STR_EMPTY));
    assert_false(str_starts(STR("a"), STR("ab")));
    assert_true(str_starts_nocase(STR("HTTPS://x"), STR("https:")));
    assert_true(str_ends(STR("report.PDF"), STR(".PDF")));
    assert_false(str_ends(STR("f"), STR("pdf")));
    assert_int_equal(str_find(STR("xabcabc"), STR("abc")), 1);
    assert_int_equal(str_find(STR("xabc"), STR("abd")), -1);
    assert_int_equal(str_find(STR("ab"), STR("abc")), -1);
    assert_int_equal(str_find(STR_EMPTY, STR("a")), -1);
    assert_int_equal(str_find(STR("a"), STR_EMPTY), 0);
    assert_int_equal(str_find_char(STR("a.b.c"), '.'), 1);
    assert_int_equal(str_rfind_char(STR("a.b.c"), '.'), 3);
    assert_int_equal(str_find_char(STR_EMPTY, '.'), -1);
    assert_int_equal(str_rfind_char(STR("abc"), '.'), -1);
}

/* The parts in brackets. */
static struct str parts_of(struct str s)
{
    struct buf b = buf_make(&test_arena);
    struct str part;

    while (str_split(&s, ',', &part))
        buf_printf(&b, "[" STR_FMT "]", STR_ARG(part));
    return buf_str(&b);
}

static struct str lines_of(struct str s)
{
    struct buf b = buf_make(&test_arena);
    struct str line;

    while (str_line(&s, &line))
        buf_printf(&b, "[" STR_FMT "]", STR_ARG(line));
    return buf_str(&b);
}

static void splits(void **state)
{
    assert_str(parts_of(STR("a,,b")), "[a][][b]");
    assert_str(parts_of(STR("a")), "[a]");
    assert_str(parts_of(STR("a,")), "[a][]");
    assert_str(parts_of(STR("")), "[]");
    assert_str(parts_of(STR_EMPTY), "");
    assert_str(lines_of(STR("a\nb\r\n\nc")), "[a][b][][c]");
    assert_str(lines_of(STR("a\n")), "[a]");
    assert_str(lines_of(STR("a\r")), "[a]");
    assert_str(lines_of(STR("\n")), "[]");
    assert_str(lines_of(STR("")), "");
}

static void copies(void **state)
{
    struct str copy = str_dup(&test_arena, STR("a\0b"));
    char *zero = str_cdup(&test_arena, STR_EMPTY);

    assert_str_eq(copy, STR("a\0b"));
    assert_int_equal(copy.ptr[3], 0);
    assert_string_equal(zero, "");
    assert_str(str_lower(&test_arena, STR("ABC Đ")), "abc Đ");
    assert_str(str_printf(&test_arena, "%s-%d", "x", 5), "x-5");
    assert_int_equal(str_printf(&test_arena, "%1000d", 1).len, 1000);
    assert_int_equal(str_printf(&test_arena, "%255d", 1).len, 255);
    assert_int_equal(str_printf(&test_arena, "%256d", 1).len, 256);
}

static void reads_whole_numbers(void **state)
{
    static const struct {
        const char *text;
        bool ok;
        int64_t want;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"007", true, 7},
        {"9223372036854775807", true, INT64_MAX},
        {"-9223372036854775808", true, INT64_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"99999999999999999999999", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"+1", false, 0},
        {" 1", false, 0},
        {"1 ", false, 0},
        {"1a", false, 0},
        {"--1", false, 0},
    };
    uint64_t u = 0;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t n = 0;

        if (str_to_int(str_c(cases[i].text), &n) != cases[i].ok || n != cases[i].want)
            fail_msg("\"%s\"", cases[i].text);
    }
    assert_true(str_to_uint(STR("18446744073709551615"), &u) && u == UINT64_MAX);
    assert_false(str_to_uint(STR("18446744073709551616"), &u));
    assert_false(str_to_uint(STR("-1"), &u));
}

static void reads_fractions(void **state)
{
    static const char *const refused[] = {"",    "-",    ".",  "e",  "1e",    "inf",
                                          "nan", "0x10", " 1", "1 ", "1e999", "1,5"};
    double d = 0;

    assert_true(str_to_double(STR("1.5"), &d) && d == 1.5);
    assert_true(str_to_double(STR("-2e3"), &d) && d == -2000);
    assert_true(str_to_double(STR(".5"), &d) && d == 0.5);
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        if (str_to_double(str_c(refused[i]), &d))
            fail_msg("\"%s\"", refused[i]);
    }
    assert_false(str_to_double(STR("1\0"), &d));
}

static void converts_hexadecimal(void **state)
{
    unsigned char bytes[4];

    assert_str(str_hex(&test_arena, "\x00\x7f\xff", 3), "007fff");
    assert_true(str_from_hex(STR("00aBfF10"), bytes, 4));
    assert_memory_equal(bytes, "\x00\xab\xff\x10", 4);
    assert_false(str_from_hex(STR("00aBfF1"), bytes, 4));
    assert_false(str_from_hex(STR("00aBfF1g"), bytes, 4));
    assert_false(str_from_hex(STR("0x112233"), bytes, 4));
    assert_true(str_from_hex(STR(""), bytes, 0));
}

static void hashes_differ(void **state)
{
    const char text[] = "0123456789abcdef0123456789abcdef";

    for (size_t i = 0; i < sizeof(text); i++) {
        for (size_t k = 0; k < i; k++)
            assert_true(str_hash(str_make(text, i)) != str_hash(str_make(text, k)));
    }
    assert_true(str_hash(STR("a")) == str_hash(str_make("ab", 1)));
}

static void buffers_grow(void **state)
{
    struct buf b = buf_make(&test_arena);

    assert_str(buf_str(&b), "");
    for (int i = 0; i < 1000; i++) {
        buf_add(&b, STR("abc"));
        buf_add_char(&b, '-');
        buf_add_int(&b, i);
    }
    assert_int_equal(b.len, 1000 * 4 + 10 + 180 + 2700);
    assert_int_equal(buf_str(&b).ptr[b.len], '\0');
    assert_true(str_starts(buf_str(&b), STR("abc-0abc-1abc-2")));
    buf_clear(&b);
    buf_printf(&b, "%s", "x");
    buf_printf(&b, "%2000d", 7);
    assert_int_equal(b.len, 2001);
    assert_int_equal(b.ptr[2000], '7');
    buf_clear(&b);
    buf_add_int(&b, INT64_MIN);
    buf_add_c(&b, NULL);
    assert_str(buf_str(&b), "-9223372036854775808");
}

static void buffers_keep_their_limit(void **state)
{
    struct buf b = buf_make(&test_arena);

    b.limit = 5;
    buf_add(&b, STR("abc"));
    buf_add(&b, STR("def"));
    assert_true(b.full);
    assert_str(buf_str(&b), "abc");
    buf_add_char(&b, 'd');
    buf_add_char(&b, 'e');
    buf_add_char(&b, 'f');
    buf_printf(&b, "%600d", 1);
    assert_str(buf_str(&b), "abcde");
    buf_clear(&b);
    assert_false(b.full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares),
        cmocka_unit_test(cuts),
        cmocka_unit_test(finds),
        ARENA_TEST(splits),
        ARENA_TEST(copies),
        cmocka_unit_test(reads_whole_numbers),
        cmocka_unit_test(reads_fractions),
        ARENA_TEST(converts_hexadecimal),
        cmocka_unit_test(hashes_differ),
        ARENA_TEST(buffers_grow),
        ARENA_TEST(buffers_keep_their_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
