#include "test.h"
#include "sys/http/multipart.h"

/* Writes down what comes out of the parser. */
static struct buf heard;

static int on_begin(void *ctx, const struct multipart_part *p, struct err *err)
{
    buf_printf(&heard, "[" STR_FMT, STR_ARG(p->name));
    if (p->is_file)
        buf_printf(&heard, " file=" STR_FMT " type=" STR_FMT, STR_ARG(p->file), STR_ARG(p->type));
    buf_add(&heard, STR("]"));
    return 0;
}

static int on_data(void *ctx, struct str data, struct err *err)
{
    buf_add(&heard, data);
    return 0;
}

static int on_end(void *ctx, struct err *err)
{
    buf_add(&heard, STR("|"));
    return 0;
}

static const struct multipart_sink sink = {on_begin, on_data, on_end};

/* In pieces of `step` bytes. */
static int run(struct str body, size_t step)
{
    struct multipart *m = arena_new(&test_arena, struct multipart);
    struct err err = {0};
    int r = 0;

    heard = buf_make(&test_arena);
    multipart_init(m, STR("b"), &sink, NULL, &test_arena);
    for (size_t at = 0; at < body.len && r == 0; at += step)
        r = multipart_feed(m, str_sub(body, at, step), &err);
    return r < 0 ? r : multipart_finish(m, &err);
}

#define D(fields) "Content-Disposition: form-data; " fields "\r\n\r\n"

/* However the bytes arrive, the result is the same. */
static void test_pieces(void **state)
{
    static const struct {
        struct str body;
        const char *out;
    } rows[] = {
        {STR_INIT("--b\r\n" D("name=\"a\"") "1\r\n--b--"), "[a]1|"},
        {STR_INIT("--b--"), ""},
        {STR_INIT("--b--\r\n"), ""},
        {STR_INIT("\r\n--b--\r\n"), ""},
        {STR_INIT("preamble\r\n--b\r\n" D("name=\"a\"") "1\r\n--b--\r\nepilogue\r\n--b\r\n"),
         "[a]1|"},
        {STR_INIT("--b  \t\r\n" D("name=\"a\"") "1\r\n--b--"), "[a]1|"},
        {STR_INIT("--b\r\n" D("name=\"a\"") "\r\n--b\r\n" D("name=\"c\"") "2\r\n--b--"),
         "[a]|[c]2|"},
        {STR_INIT("--b\r\n" D("name=\"a\"") "\r\n\r\n--b--"), "[a]\r\n|"},
        {STR_INIT("--b\r\n" D("name=\"a\"") "\r\r\n-\r\n--\r\n--a\r\n--b--"),
         "[a]\r\r\n-\r\n--\r\n--a|"},
        {STR_INIT("--b\r\n" D("name=\"a\"") "--b\r\n--b--"), "[a]--b|"},
        {STR_INIT("--b\r\n" D("name=\"a\"; filename=\"x \\\"y\\\".txt\"") "1\r\n--b--"),
         "[a file=x \"y\".txt type=]1|"},
        {STR_INIT("--b\r\n" D("name=\"a\"; filename=\"C:\\tmp\\x\"") "1\r\n--b--"),
         "[a file=C:\\tmp\\x type=]1|"},
        {STR_INIT("--b\r\nCONTENT-TYPE:text/csv\r\ncontent-disposition:Form-Data; name=a; "
                  "filename=f\r\nX-Other: y\r\n\r\n1\r\n--b--"),
         "[a file=f type=text/csv]1|"},
        {STR_INIT("--b\r\n" D("name=\"Tệp; đính kèm\"") "1\r\n--b--"), "[Tệp; đính kèm]1|"},
        {STR_INIT("--b\r\n" D("name=\"\"") "1\r\n--b--"), "[]1|"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (size_t step = 1; step <= rows[i].body.len; step++) {
            if (run(rows[i].body, step) != 0)
                fail_msg("row %zu in steps of %zu is refused", i, step);
            assert_str(buf_str(&heard), rows[i].out);
        }
}

static void test_refused(void **state)
{
    static const struct str rows[] = {
        STR_INIT(""),
        STR_INIT("--b"),
        STR_INIT("--b-"),
        STR_INIT("--b-x"),
        STR_INIT("--bx\r\n"),
        STR_INIT("--b\n" D("name=\"a\"") "1\r\n--b--"),
        STR_INIT("--b\r\n" D("name=\"a\"") "1"),
        STR_INIT("--b\r\n" D("name=\"a\"") "1\r\n--b"),
        STR_INIT("--b\r\n" D("name=\"a\"") "1\r\n--c--"),
        STR_INIT("--b\r\n\r\n1\r\n--b--"),
        STR_INIT("--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--"),
        STR_INIT("--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--b--"),
        STR_INIT("--b\r\n" D("filename=\"a\"") "1\r\n--b--"),
        STR_INIT("--b\r\n" D("name=\"a") "1\r\n--b--"),
        STR_INIT("--b\r\nContent-Disposition: form-data; name=\"a\"\n\n1\r\n--b--"),
        STR_INIT("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n folded\r\n\r\n1\r\n--b--"),
        STR_INIT("--b\r\nContent-Disposition form-data; name=\"a\"\r\n\r\n1\r\n--b--"),
        STR_INIT("--b\r\nX: a\0b\r\n" D("name=\"a\"") "1\r\n--b--"),
        STR_INIT(
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n" D("name=\"b\"") "1\r\n--b--"),
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (size_t step = 1; step <= rows[i].len + 1; step++)
            if (run(rows[i], step) != ERR_SYNTAX)
                fail_msg("row %zu in steps of %zu is taken", i, step);
}

static void test_long_part_header(void **state)
{
    struct buf b = buf_make(&test_arena);

    buf_add(&b, STR("--b\r\nX: "));
    for (int i = 0; i < 9000; i++)
        buf_add_char(&b, 'x');
    buf_add(&b, STR("\r\n" D("name=\"a\"") "1\r\n--b--"));
    assert_int_equal(run(buf_str(&b), 100), ERR_SYNTAX);
}

static void test_boundary(void **state)
{
    static const struct {
        const char *type, *boundary;
    } rows[] = {
        {"multipart/form-data; boundary=abc", "abc"},
        {"Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a b:c\"", "a b:c"},
        {"multipart/form-data;boundary=----WebKitFormBoundaryABC", "----WebKitFormBoundaryABC"},
        {"multipart/form-data", ""},
        {"multipart/form-data; boundary=", ""},
        {"multipart/form-data; boundary=\"\"", ""},
        {"multipart/form-data; boundary=\"a ", ""},
        {"multipart/form-data; boundary=\"a \"", ""},
        {"multipart/form-data; boundary=\"a\x01\"", ""},
        {"multipart/form-data; boundary=\"é\"", ""},
        {"multipart/mixed; boundary=abc", ""},
        {"multipart/form-data; "
         "boundary=12345678901234567890123456789012345678901234567890123456789012345678901",
         ""},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_str(multipart_boundary(str_c(rows[i].type), &test_arena), rows[i].boundary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_pieces),
        ARENA_TEST(test_refused),
        ARENA_TEST(test_long_part_header),
        ARENA_TEST(test_boundary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
