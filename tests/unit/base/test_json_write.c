#include "test.h"

#include "base/json.h"

#include <math.h>

static struct buf out;
static struct json_writer w;

static void begin(void)
{
    out = buf_make(&test_arena);
    json_w_init(&w, &out);
}

static void puts_commas(void **state)
{
    begin();
    json_w_object(&w);
    json_w_kstr(&w, "a", STR("x"));
    json_w_key(&w, STR("b"));
    json_w_array(&w);
    json_w_int(&w, 1);
    json_w_int(&w, -2);
    json_w_object(&w);
    json_w_end(&w);
    json_w_array(&w);
    json_w_end(&w);
    json_w_null(&w);
    json_w_end(&w);
    json_w_kint(&w, "c", INT64_MIN);
    json_w_kbool(&w, "d", true);
    json_w_key(&w, STR("e"));
    json_w_raw(&w, STR("[0]"));
    json_w_kbool(&w, "f", false);
    json_w_end(&w);
    assert_str(buf_str(&out), "{\"a\":\"x\",\"b\":[1,-2,{},[],null],\"c\":-9223372036854775808,"
                              "\"d\":true,\"e\":[0],\"f\":false}");
}

static void writes_a_value_alone(void **state)
{
    begin();
    json_w_str(&w, STR_EMPTY);
    assert_str(buf_str(&out), "\"\"");
}

static void escapes_what_must_be(void **state)
{
    static const struct {
        struct str text;
        const char *want;
    } cases[] = {
        {STR_INIT("a\"b\\c"), "\"a\\\"b\\\\c\""},
        {STR_INIT("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
        {STR_INIT("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\\u007f\""},
        {STR_INIT("</script>&"), "\"\\u003c/script\\u003e\\u0026\""},
        {STR_INIT("a\u2028b\u2029c\u2027"), "\"a\\u2028b\\u2029c\u2027\""},
        {STR_INIT("Điều phối \U0001f600"), "\"Điều phối \U0001f600\""},
        {STR_INIT("a\xff\xc3"), "\"a\ufffd\ufffd\""},
        {STR_INIT("\xed\xa0\x80"), "\"\ufffd\ufffd\ufffd\""},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        begin();
        json_w_str(&w, cases[i].text);
        assert_str(buf_str(&out), cases[i].want);
        assert_true(json_valid(buf_str(&out), NULL));
    }
}

static void writes_the_shortest_double(void **state)
{
    static const struct {
        double d;
        const char *want;
    } cases[] = {
        {0, "0"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {1e300, "1e+300"},
        {1.0 / 3, "0.3333333333333333"},
        {INFINITY, "null"},
        {NAN, "null"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        begin();
        json_w_double(&w, cases[i].d);
        assert_str(buf_str(&out), cases[i].want);
    }
}

static void what_it_wrote_reads_back(void **state)
{
    struct str all;
    struct json j;
    char bytes[0x80];

    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (char)i;
    begin();
    json_w_str(&w, str_make(bytes, sizeof(bytes)));
    json_init(&j, buf_str(&out));
    assert_int_equal(json_next(&j), JSON_STRING);
    all = json_string(&j, &test_arena);
    assert_str_eq(all, str_make(bytes, sizeof(bytes)));
}

static void remembers_kinds_of_containers_at_every_depth(void **state)
{
    begin();
    for (int i = 0; i < JSON_DEPTH; i++) {
        if (i % 3 == 0)
            json_w_array(&w);
        else
            json_w_object(&w);
        if (i % 3 != 0)
            json_w_key(&w, STR("k"));
    }
    json_w_null(&w);
    for (int i = 0; i < JSON_DEPTH; i++)
        json_w_end(&w);
    assert_true(json_valid(buf_str(&out), NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(puts_commas),
        ARENA_TEST(writes_a_value_alone),
        ARENA_TEST(escapes_what_must_be),
        ARENA_TEST(writes_the_shortest_double),
        ARENA_TEST(what_it_wrote_reads_back),
        ARENA_TEST(remembers_kinds_of_containers_at_every_depth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
