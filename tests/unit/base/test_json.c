#include "test.h"

#include "base/json.h"

/* RFC 8259, section by section. */
static const struct str accepted[] = {
    /* 2: any value may stand alone; white space around the six structural characters */
    STR_INIT("0"),
    STR_INIT("null"),
    STR_INIT("true"),
    STR_INIT("false"),
    STR_INIT("\"\""),
    STR_INIT("{}"),
    STR_INIT("[]"),
    STR_INIT(" {} "),
    STR_INIT("\t\r\n []"),
    STR_INIT("[ ]"),
    STR_INIT("{ }"),
    STR_INIT("[\n\n]\n"),
    STR_INIT("{ \"a\" : 1 }"),
    STR_INIT("{\"a\":1 ,\"b\":2}"),
    STR_INIT("[1\t,\r2\n,3 ]"),
    STR_INIT("                                                   1"),
    STR_INIT("1                                                   "),
    STR_INIT("[                                            \n\n\n]"),
    /* 4: objects; names need not be unique, may be empty */
    STR_INIT("{\"a\":1}"),
    STR_INIT("{\"\":0}"),
    STR_INIT("{\"a\":1,\"a\":2}"),
    STR_INIT("{\"a\":{\"b\":{\"c\":{}}}}"),
    STR_INIT("{\"a\":[],\"b\":{},\"c\":\"\",\"d\":null}"),
    STR_INIT("{\"key with \\u0000 zero\":1}"),
    /* 5: arrays of anything */
    STR_INIT("[1]"),
    STR_INIT("[1,2,3]"),
    STR_INIT("[[],[[]],[[],[]]]"),
    STR_INIT("[{},[],0,\"\",true,false,null]"),
    STR_INIT("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"),
    /* 6: numbers */
    STR_INIT("-0"),
    STR_INIT("10"),
    STR_INIT("-1"),
    STR_INIT("1234567890"),
    STR_INIT("0.0"),
    STR_INIT("-0.0"),
    STR_INIT("1.5"),
    STR_INIT("0.001"),
    STR_INIT("1e0"),
    STR_INIT("1E0"),
    STR_INIT("1e+0"),
    STR_INIT("1e-0"),
    STR_INIT("1E+00"),
    STR_INIT("0e1"),
    STR_INIT("0.5e-10"),
    STR_INIT("-12.34E+56"),
    STR_INIT("123456789012345678901234567890"),
    STR_INIT("0.0000000000000000000000000000000000000000000000000000000000000000000000001"),
    STR_INIT("1e400"),
    STR_INIT("1e-400"),
    /* 7: strings */
    STR_INIT("\"a\""),
    STR_INIT("\"0123456789abcde\""),
    STR_INIT("\"0123456789abcdef\""),
    STR_INIT("\"0123456789abcdef0\""),
    STR_INIT("\"0123456789abcdef0123456789abcdef0123456789abcdef\""),
    STR_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
    STR_INIT("\"\\u0041\""),
    STR_INIT("\"\\u00e1\\u1EA1\""),
    STR_INIT("\"\\uabcd\\uABCD\""),
    STR_INIT("\"\\ud83d\\ude00\""),
    STR_INIT("\"\\uD800\\uDC00\""),
    STR_INIT("\"\\uDBFF\\uDFFF\""),
    STR_INIT("\"\\ue000\\ud7ff\""),
    STR_INIT("\"\\u0000\""),
    STR_INIT("\"\\\\u12\""),
    STR_INIT("\"/\""),
    STR_INIT("\"'\""),
    STR_INIT("\"{[,:]}\""),
    STR_INIT("\" \""),
    STR_INIT("\"\x7f\""),
    /* 8: UTF-8 */
    STR_INIT("\"\u00e1\""),
    STR_INIT("\"Điều phối ứng cứu sự cố\""),
    STR_INIT("\"\U0001f600\""),
    STR_INIT("\"\xc2\x80\""),
    STR_INIT("\"\xdf\xbf\""),
    STR_INIT("\"\xe0\xa0\x80\""),
    STR_INIT("\"\xed\x9f\xbf\""),
    STR_INIT("\"\xee\x80\x80\""),
    STR_INIT("\"\xef\xbf\xbf\""),
    STR_INIT("\"\xf0\x90\x80\x80\""),
    STR_INIT("\"\xf4\x8f\xbf\xbf\""),
    STR_INIT("\"\u2028\u2029\""),
    STR_INIT("{\"khóa\":\"giá trị\"}"),
    STR_INIT("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaá\""),
};

static const struct str refused[] = {
    /* nothing, or not one value */
    STR_INIT(""),
    STR_INIT(" "),
    STR_INIT("\n\n"),
    STR_INIT("1 2"),
    STR_INIT("{}{}"),
    STR_INIT("[] []"),
    STR_INIT("null,"),
    STR_INIT("\"a\" \"b\""),
    STR_INIT("{},"),
    STR_INIT("]"),
    STR_INIT("}"),
    STR_INIT(","),
    STR_INIT(":"),
    STR_INIT("1\0"),
    STR_INIT("\0"),
    STR_INIT("\xef\xbb\xbf{}"),
    STR_INIT("\v1"),
    STR_INIT("\f1"),
    STR_INIT("\xc2\xa0"
             "1"),
    /* words */
    STR_INIT("nul"),
    STR_INIT("tru"),
    STR_INIT("fals"),
    STR_INIT("nulll"),
    STR_INIT("truefalse"),
    STR_INIT("True"),
    STR_INIT("NULL"),
    STR_INIT("undefined"),
    STR_INIT("NaN"),
    STR_INIT("Infinity"),
    STR_INIT("-Infinity"),
    STR_INIT("n"),
    STR_INIT("yes"),
    STR_INIT("'a'"),
    STR_INIT("a"),
    /* comments */
    STR_INIT("/* c */1"),
    STR_INIT("1//c"),
    STR_INIT("[1,/**/2]"),
    STR_INIT("#c\n1"),
    /* objects */
    STR_INIT("{"),
    STR_INIT("{\"a\""),
    STR_INIT("{\"a\":"),
    STR_INIT("{\"a\":1"),
    STR_INIT("{\"a\":1,"),
    STR_INIT("{\"a\":1,}"),
    STR_INIT("{,}"),
    STR_INIT("{,\"a\":1}"),
    STR_INIT("{\"a\":1,,\"b\":2}"),
    STR_INIT("{\"a\":1 \"b\":2}"),
    STR_INIT("{\"a\" 1}"),
    STR_INIT("{\"a\",1}"),
    STR_INIT("{\"a\":}"),
    STR_INIT("{:1}"),
    STR_INIT("{a:1}"),
    STR_INIT("{'a':1}"),
    STR_INIT("{1:1}"),
    STR_INIT("{null:1}"),
    STR_INIT("{\"a\"::1}"),
    STR_INIT("{\"a\":1]"),
    STR_INIT("{\"a\":1:2}"),
    STR_INIT("{\"a\"}"),
    STR_INIT("{[]:1}"),
    STR_INIT("{\"a\":1}}"),
    STR_INIT("{;}"),
    /* arrays */
    STR_INIT("["),
    STR_INIT("[1"),
    STR_INIT("[1,"),
    STR_INIT("[1,]"),
    STR_INIT("[,1]"),
    STR_INIT("[,]"),
    STR_INIT("[1,,2]"),
    STR_INIT("[1 2]"),
    STR_INIT("[1}"),
    STR_INIT("[1:2]"),
    STR_INIT("[\"a\":1]"),
    STR_INIT("[1]]"),
    STR_INIT("[[]"),
    STR_INIT("[}"),
    STR_INIT("[a]"),
    STR_INIT("(1)"),
    /* numbers */
    STR_INIT("-"),
    STR_INIT("+1"),
    STR_INIT("01"),
    STR_INIT("-01"),
    STR_INIT("00"),
    STR_INIT("1."),
    STR_INIT(".5"),
    STR_INIT("-.5"),
    STR_INIT("1.e1"),
    STR_INIT("1e"),
    STR_INIT("1e+"),
    STR_INIT("1e-"),
    STR_INIT("1e1.5"),
    STR_INIT("1e1e1"),
    STR_INIT("1.2.3"),
    STR_INIT("0x10"),
    STR_INIT("0b1"),
    STR_INIT("1_000"),
    STR_INIT("1,5"),
    STR_INIT("--1"),
    STR_INIT("1-"),
    STR_INIT("1+1"),
    STR_INIT("1a"),
    STR_INIT("0a"),
    STR_INIT("- 1"),
    STR_INIT("1 e1"),
    STR_INIT("[1.]"),
    STR_INIT("[-]"),
    STR_INIT("[01]"),
    STR_INIT("１"),
    STR_INIT("inf"),
    /* strings */
    STR_INIT("\""),
    STR_INIT("\"a"),
    STR_INIT("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    STR_INIT("a\""),
    STR_INIT("\"\\\""),
    STR_INIT("\"\\"),
    STR_INIT("\"\\a\""),
    STR_INIT("\"\\'\""),
    STR_INIT("\"\\v\""),
    STR_INIT("\"\\0\""),
    STR_INIT("\"\\x41\""),
    STR_INIT("\"\\U0041\""),
    STR_INIT("\"\\ \""),
    STR_INIT("\"\\\n\""),
    STR_INIT("\"\\u\""),
    STR_INIT("\"\\u004\""),
    STR_INIT("\"\\u004"),
    STR_INIT("\"\\u00g1\""),
    STR_INIT("\"\\u 041\""),
    STR_INIT("\"\\u+041\""),
    STR_INIT("\"\\u-041\""),
    STR_INIT("\"\\ud800\""),
    STR_INIT("\"\\udc00\""),
    STR_INIT("\"\\udfff\\ud800\""),
    STR_INIT("\"\\ud800x\""),
    STR_INIT("\"\\ud800\\n\""),
    STR_INIT("\"\\ud800\\u0041\""),
    STR_INIT("\"\\ud800\\ud800\""),
    STR_INIT("\"\\ud83d\\ude0\""),
    STR_INIT("\"\\ud83d"),
    STR_INIT("{\"\\ud800\":1}"),
    STR_INIT("\"a\nb\""),
    STR_INIT("\"a\tb\""),
    STR_INIT("\"\r\""),
    STR_INIT("\"\0\""),
    STR_INIT("\"\x1f\""),
    STR_INIT("\"0123456789abcdef\x01\""),
    STR_INIT("\"\\\0\""),
    STR_INIT("\"\\u00\0\0\""),
    /* UTF-8 */
    STR_INIT("\"\x80\""),
    STR_INIT("\"\xbf\""),
    STR_INIT("\"\xc2\""),
    STR_INIT("\"\xc2"),
    STR_INIT("\"\xc0\x80\""),
    STR_INIT("\"\xc1\xbf\""),
    STR_INIT("\"\xc3\xc3\""),
    STR_INIT("\"\xe1\xba\""),
    STR_INIT("\"\xe1\xba"),
    STR_INIT("\"\xe0\x9f\xbf\""),
    STR_INIT("\"\xed\xa0\x80\""),
    STR_INIT("\"\xed\xbf\xbf\""),
    STR_INIT("\"\xf0\x8f\xbf\xbf\""),
    STR_INIT("\"\xf0\x9f\x98\""),
    STR_INIT("\"\xf4\x90\x80\x80\""),
    STR_INIT("\"\xf5\x80\x80\x80\""),
    STR_INIT("\"\xff\""),
    STR_INIT("\"\xfe\xfe\xff\xff\""),
    STR_INIT("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xe9\""),
    STR_INIT("{\"\xe9\":1}"),
};

static void accepts_what_the_grammar_allows(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(accepted); i++) {
        struct err err = {0};

        if (!json_valid(accepted[i], &err))
            fail_msg("case %zu refused: %s: %s", i, accepted[i].ptr, err.what);
    }
}

static void refuses_everything_else(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
        struct err err = {0};

        if (json_valid(refused[i], &err))
            fail_msg("case %zu accepted: %s", i, refused[i].ptr);
        assert_int_equal(err.code, ERR_SYNTAX);
        assert_true(err.what[0] != '\0');
    }
}

/* Every case again inside a longer buffer: the answer must not depend on what lies behind the end.
 */
static void never_reads_behind_the_end(void **state)
{
    const struct str tails[] = {STR("1"), STR("\""), STR("]"), STR("}"), STR(" "), STR("\x80")};

    for (size_t i = 0; i < ARRAY_LEN(accepted) + ARRAY_LEN(refused); i++) {
        bool good = i < ARRAY_LEN(accepted);
        struct str text = good ? accepted[i] : refused[i - ARRAY_LEN(accepted)];

        for (size_t t = 0; t < ARRAY_LEN(tails); t++) {
            struct buf b = buf_make(&test_arena);

            buf_add(&b, text);
            buf_add(&b, tails[t]);
            if (json_valid(str_make(b.ptr, text.len), NULL) != good)
                fail_msg("case %s with \"%s\" behind", text.ptr, tails[t].ptr);
        }
    }
}

/* The tokens of a document, a letter each. */
static struct str shape(struct str text)
{
    static const char letters[] = ".!{}[]ks1tfn";
    struct buf b = buf_make(&test_arena);
    struct json j;

    json_init(&j, text);
    do {
        json_next(&j);
        buf_add_char(&b, letters[j.type]);
    } while (j.type != JSON_END && j.type != JSON_ERROR);
    return buf_str(&b);
}

static void gives_the_tokens_in_order(void **state)
{
    assert_str(shape(STR("{\"a\":[1,\"x\",true,false,null,{}],\"b\":{\"c\":-1.5e3}}")),
               "{k[1stfn{}]k{k1}}.");
    assert_str(shape(STR(" [ [ ] , { } ] ")), "[[]{}].");
    assert_str(shape(STR("[1,2")), "[11!");
    assert_str(shape(STR("{\"a\":1}x")), "{k1}!");
}

static void keeps_failing_after_an_error_and_ending_after_the_end(void **state)
{
    struct json j;

    json_init(&j, STR("[1,]"));
    while (json_next(&j) != JSON_ERROR)
        ;
    assert_int_equal(json_next(&j), JSON_ERROR);
    assert_string_equal(j.error, "expected a value");
    assert_int_equal(j.pos - j.start, 3);
    json_init(&j, STR("1 "));
    json_next(&j);
    assert_int_equal(json_next(&j), JSON_END);
    assert_int_equal(json_next(&j), JSON_END);
}

static void limits_the_depth(void **state)
{
    struct buf b = buf_make(&test_arena);

    for (int i = 0; i < JSON_DEPTH; i++)
        buf_add(&b, i % 3 == 0 ? STR("{\"k\":") : STR("["));
    buf_add(&b, STR("0"));
    for (int i = JSON_DEPTH - 1; i >= 0; i--)
        buf_add_char(&b, i % 3 == 0 ? '}' : ']');
    assert_true(json_valid(buf_str(&b), NULL));
    assert_false(json_valid(str_printf(&test_arena, "[%s]", buf_str(&b).ptr), NULL));
}

static struct json at_first_string(const char *text, bool lenient)
{
    struct json j;

    json_init(&j, str_c(text));
    j.lenient = lenient;
    while (json_next(&j) != JSON_STRING && j.type != JSON_ERROR && j.type != JSON_END)
        ;
    return j;
}

static void decodes_strings(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"\"\"", ""},
        {"\"plain\"", "plain"},
        {"\"a\\\"b\\\\c\\/d\"", "a\"b\\c/d"},
        {"\"\\b\\f\\n\\r\\t\"", "\b\f\n\r\t"},
        {"\"\\u0041\\u00e1\\u1ea1\"", "Aáạ"},
        {"\"x\\ud83d\\ude00y\"", "x\U0001f600y"},
        {"\"\\uDBFF\\uDFFF\"", "\U0010ffff"},
        {"\"Sự cố \\u2713\"", "Sự cố ✓"},
        {"\"\\\\u0041\"", "\\u0041"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct json j = at_first_string(cases[i].text, false);

        assert_str(json_string(&j, &test_arena), cases[i].want);
    }
}

static void decodes_a_zero_character(void **state)
{
    struct json j = at_first_string("\"a\\u0000b\"", false);

    assert_str_eq(json_string(&j, &test_arena), STR("a\0b"));
}

static void copies_only_strings_with_escapes(void **state)
{
    struct json j = at_first_string("\"abc\"", false);
    struct str got = json_string(&j, &test_arena);

    assert_ptr_equal(got.ptr, j.start + 1);
    assert_int_equal(test_arena.used, 0);
}

static void replaces_lone_surrogates_when_lenient(void **state)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"\"\\ud800\"", "\ufffd"},
        {"\"a\\udc00b\"", "a\ufffdb"},
        {"\"\\ud800\\u0041\"", "\ufffdA"},
        {"\"\\ud800\\ud83d\\ude00\"", "\ufffd\U0001f600"},
        {"\"\\udc00\\ud800\"", "\ufffd\ufffd"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct json j = at_first_string(cases[i].text, true);

        assert_int_equal(j.type, JSON_STRING);
        assert_str(json_string(&j, &test_arena), cases[i].want);
        assert_int_equal(at_first_string(cases[i].text, false).type, JSON_ERROR);
    }
}

static struct json at_number(const char *text)
{
    struct json j;

    json_init(&j, str_c(text));
    json_next(&j);
    return j;
}

static void reads_integers(void **state)
{
    static const struct {
        const char *text;
        int64_t want;
        bool ok;
    } cases[] = {
        {"0", 0, true},
        {"-0", 0, true},
        {"42", 42, true},
        {"9223372036854775807", INT64_MAX, true},
        {"-9223372036854775808", INT64_MIN, true},
        {"9223372036854775808", 0, false},
        {"-9223372036854775809", 0, false},
        {"1.0", 0, false},
        {"1e2", 0, false},
        {"\"1\"", 0, false},
        {"true", 0, false},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct json j = at_number(cases[i].text);
        int64_t n = -7;

        assert_int_equal(json_int(&j, &n), cases[i].ok);
        assert_int_equal(n, cases[i].ok ? cases[i].want : -7);
    }
}

static void reads_doubles(void **state)
{
    struct json j;
    double d = 0;

    j = at_number("1.5e3");
    assert_true(json_double(&j, &d) && d == 1500.0);
    j = at_number("-0.1");
    assert_true(json_double(&j, &d) && d == -0.1);
    j = at_number("1e-400");
    assert_true(json_double(&j, &d) && d == 0.0);
    j = at_number("0."
                  "00000000000000000000000000000000000000000000000000000000000000000000000000000001"
                  "e80");
    assert_true(json_double(&j, &d) && d == 1.0);
    j = at_number("1e400");
    assert_false(json_double(&j, &d));
    j = at_number("null");
    assert_false(json_double(&j, &d));
}

static void skips_values(void **state)
{
    struct json j;

    json_init(&j, STR("{\"a\":{\"x\":[1,{\"y\":2}]},\"b\":7,\"c\":[[]],\"d\":\"end\"}"));
    json_next(&j);
    assert_int_equal(json_next(&j), JSON_KEY);
    assert_true(json_skip(&j));
    assert_int_equal(json_next(&j), JSON_KEY);
    assert_str(j.text, "b");
    assert_true(json_skip(&j));
    assert_int_equal(json_next(&j), JSON_KEY);
    assert_int_equal(json_next(&j), JSON_ARRAY);
    assert_true(json_skip(&j));
    assert_int_equal(json_next(&j), JSON_KEY);
    assert_int_equal(json_next(&j), JSON_STRING);
    assert_true(json_skip(&j));
    assert_str(j.text, "end");
    assert_int_equal(json_next(&j), JSON_OBJECT_END);
    assert_int_equal(json_next(&j), JSON_END);
}

static void skipping_finds_errors(void **state)
{
    struct json j;

    json_init(&j, STR("{\"a\":[1,2,}]"));
    json_next(&j);
    json_next(&j);
    assert_false(json_skip(&j));
    assert_int_equal(j.type, JSON_ERROR);
    assert_false(json_skip(&j));
}

static void tells_where_an_error_is(void **state)
{
    struct json j;

    json_init(&j, STR("{\n  \"tên\": 1\n  \"b\": 2}"));
    while (json_next(&j) != JSON_ERROR)
        ;
    assert_str(json_error_text(&j, &test_arena), "line 3, column 3: expected ',' or '}'");
    json_init(&j, STR("[\"á\", x]"));
    while (json_next(&j) != JSON_ERROR)
        ;
    assert_str(json_error_text(&j, &test_arena), "line 1, column 7: expected a value");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepts_what_the_grammar_allows),
        cmocka_unit_test(refuses_everything_else),
        ARENA_TEST(never_reads_behind_the_end),
        ARENA_TEST(gives_the_tokens_in_order),
        cmocka_unit_test(keeps_failing_after_an_error_and_ending_after_the_end),
        ARENA_TEST(limits_the_depth),
        ARENA_TEST(decodes_strings),
        ARENA_TEST(decodes_a_zero_character),
        ARENA_TEST(copies_only_strings_with_escapes),
        ARENA_TEST(replaces_lone_surrogates_when_lenient),
        cmocka_unit_test(reads_integers),
        cmocka_unit_test(reads_doubles),
        cmocka_unit_test(skips_values),
        cmocka_unit_test(skipping_finds_errors),
        ARENA_TEST(tells_where_an_error_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
