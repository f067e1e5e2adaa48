#include "test.h"

#include "base/csv.h"
#include "base/random.h"

/* Every record as "line:[field][field]", an error as "line!text". */
static struct str read_all(struct str text, char separator)
{
    struct buf b = buf_make(&test_arena);
    struct csv c;
    int r;

    csv_init(&c, text, separator, &test_arena);
    while ((r = csv_next(&c)) != 0) {
        buf_add_int(&b, c.line);
        buf_add_c(&b, r < 0 ? "!" : ":");
        if (r < 0)
            buf_add_c(&b, c.error);
        for (size_t i = 0; r > 0 && i < c.fields_len; i++)
            buf_printf(&b, "[" STR_FMT "]", STR_ARG(c.fields[i]));
        buf_add_char(&b, ' ');
    }
    assert_int_equal(csv_next(&c), 0);
    return str_trim(buf_str(&b));
}

static void reads(void **state)
{
    static const struct {
        const char *text;
        char separator;
        const char *want;
    } cases[] = {
        {"", 0, ""},
        {"\n\r\n\n", 0, ""},
        {"a", 0, "1:[a]"},
        {"a,b\n", 0, "1:[a][b]"},
        {"a,b\r\nc,d\r\n", 0, "1:[a][b] 2:[c][d]"},
        {"a,b\n\n\r\nc,d", 0, "1:[a][b] 4:[c][d]"},
        {",\n", 0, "1:[][]"},
        {"a,", 0, "1:[a][]"},
        {"\"\"\n", 0, "1:[]"},
        {"\"a,b\",c", 0, "1:[a,b][c]"},
        {"\"a\"\"b\",\"\"\"\"", 0, "1:[a\"b][\"]"},
        {"\"a\nb\r\nc\",d\ne", 0, "1:[a\nb\r\nc][d] 4:[e]"},
        {"a;b,c;d\n1;2;3", 0, "1:[a][b,c][d] 2:[1][2][3]"},
        {"a\tb\n", 0, "1:[a][b]"},
        {"\"a;b;c;d\",e\n", 0, "1:[a;b;c;d][e]"},
        {"a;b", ',', "1:[a;b]"},
        {"a|b", '|', "1:[a][b]"},
        {"\xef\xbb\xbfmã,tên", 0, "1:[mã][tên]"},
        {"5\" disk,x", 0, "1:[5\" disk][x]"},
        {" \"a\" ,b", 0, "1:[ \"a\" ][b]"},
        {"a,b\r", 0, "1:[a][b]"},
        {"a\rb,c\n", 0, "1:[a\rb][c]"},
        {"\"a\"\r\nb", 0, "1:[a] 2:[b]"},
        {"\"a\"\r", 0, "1:[a]"},
        {"\"a", 0, "1!a quoted field does not end"},
        {"\"a\nb\nc", 0, "1!a quoted field does not end 2:[b] 3:[c]"},
        {"x\n\"a\"b,c\nd", 0, "1:[x] 2!text behind a closing quote 3:[d]"},
        {"a,\"b\nc\"d\ne,f\n", 0, "1!text behind a closing quote 2:[c\"d] 3:[e][f]"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_str(read_all(str_c(cases[i].text), cases[i].separator), cases[i].want);
}

static void writes(void **state)
{
    static const struct {
        const char *field, *want;
    } cases[] = {
        {"", ""},
        {"plain", "plain"},
        {"sự cố", "sự cố"},
        {"a,b", "\"a,b\""},
        {"a;b", "\"a;b\""},
        {"say \"x\"", "\"say \"\"x\"\"\""},
        {"two\nlines", "\"two\nlines\""},
        {"=1+1", "'=1+1"},
        {"+84", "'+84"},
        {"-1", "'-1"},
        {"@SUM(A1)", "'@SUM(A1)"},
        {"\tx", "\"'\tx\""},
        {"\rx", "\"'\rx\""},
        {"=\"a\",b", "\"'=\"\"a\"\",b\""},
        {"a=b", "a=b"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf b = buf_make(&test_arena);

        csv_write(&b, str_c(cases[i].field), true);
        assert_str(buf_str(&b), cases[i].want);
    }
}

static void what_it_wrote_it_reads(void **state)
{
    static const char letters[] = "a,;\t\"\n\r ";
    struct prng p = {1};

    for (int round = 0; round < 2000; round++) {
        struct buf text = buf_make(&test_arena);
        struct str fields[4];
        struct csv c;

        for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
            struct buf b = buf_make(&test_arena);

            /* A leading letter: nothing that looks like a formula. */
            buf_add_char(&b, 'x');
            for (uint64_t n = prng_below(&p, 6); n > 0; n--)
                buf_add_char(&b, letters[prng_below(&p, sizeof(letters) - 1)]);
            fields[i] = buf_str(&b);
            csv_write(&text, fields[i], i == 0);
        }
        csv_write_end(&text);
        csv_init(&c, buf_str(&text), ',', &test_arena);
        assert_int_equal(csv_next(&c), 1);
        assert_int_equal(c.fields_len, ARRAY_LEN(fields));
        for (size_t i = 0; i < ARRAY_LEN(fields); i++)
            assert_str_eq(c.fields[i], fields[i]);
        assert_int_equal(csv_next(&c), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(reads),
        ARENA_TEST(writes),
        ARENA_TEST(what_it_wrote_it_reads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
