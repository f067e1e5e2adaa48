#include "test.h"
#include "app/words/words.h"

static const char *const fields[] = {"state", "org", NULL};

static struct words parse(const char *typed)
{
    struct words w;

    words_parse(&test_arena, str_c(typed), fields, &w);
    return w;
}

static void assert_match(const char *typed, const char *fts5, const char *tsquery)
{
    struct words w = parse(typed);

    assert_str(words_match(&test_arena, DB_SQLITE, &w), fts5);
    assert_str(words_match(&test_arena, DB_POSTGRES, &w), tsquery);
}

static void test_words_are_folded_and_the_last_may_go_on(void **unused)
{
    assert_match("Điều phối", "\"dieu\" AND \"phoi\" *", "('dieu') & ('phoi':*)");
    assert_match("điều phối ", "\"dieu\" AND \"phoi\"", "('dieu') & ('phoi')");
    /* One letter would stand at the front of nearly everything. */
    assert_match("sở y", "\"so\" AND \"y\"", "('so') & ('y')");
}

static void test_what_is_joined_stays_together(void **unused)
{
    assert_match("SC-2026-0042 ", "\"sc 2026 0042\"", "('sc' <-> '2026' <-> '0042')");
    assert_match("\"thư đòi tiền chuộc\"", "\"thu doi tien chuoc\"",
                 "('thu' <-> 'doi' <-> 'tien' <-> 'chuoc')");
    assert_match("\"thư đòi tiền", "\"thu doi tien\" *", "('thu' <-> 'doi' <-> 'tien':*)");
}

/* No sign that means something to an engine comes through, wherever it stands. */
static void test_nothing_typed_becomes_an_operator(void **unused)
{
    static const char *const typed[] = {
        "a\" OR \"b",
        "a' | 'b",
        "NOT a* ^b NEAR(c d, 2)",
        "fold:a {fold} : a",
        "a & !b <-> c:*",
        "\\'); DROP TABLE x; --",
        "\"",
        "\"\"",
        "''",
        "*",
        ":*",
        "(",
        "-",
        "a\\' b",
    };

    for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
        struct words w = parse(typed[i]);

        for (size_t k = 0; k < w.terms.len; k++) {
            for (size_t n = 0; n < w.terms.at[k].fold.len; n++) {
                char c = w.terms.at[k].fold.ptr[n];
                assert_true(isalnum((unsigned char)c) || c == ' ' || (unsigned char)c >= 0x80);
            }
        }
    }
    assert_null(words_match(&test_arena, DB_SQLITE, &(struct words){0}).ptr);
    assert_null(words_match(&test_arena, DB_POSTGRES, &(struct words){0}).ptr);
    assert_int_equal(parse("\" ( * :").terms.len, 0);
}

static void test_fields_are_taken_out(void **unused)
{
    struct words w = parse("lừa org:\"sở y tế\" STATE:open state: đảo http://a.example");

    assert_int_equal(w.fields.len, 2);
    assert_str(w.fields.at[0].name, "org");
    assert_str(w.fields.at[0].value, "sở y tế");
    assert_str(w.fields.at[1].name, "state");
    assert_str(w.fields.at[1].value, "open");
    assert_str(w.plain, "lừa đảo http://a.example");
    assert_int_equal(w.terms.len, 3);
    assert_str(w.terms.at[2].fold, "http a example");
}

static void test_there_is_an_end_to_terms(void **unused)
{
    struct buf b = buf_make(&test_arena);

    for (int i = 0; i < 1000; i++)
        buf_printf(&b, "tu%d ", i);
    assert_int_equal(parse(buf_str(&b).ptr).terms.len, 12);
}

static struct str marked(const struct words_parts *parts)
{
    struct buf b = buf_make(&test_arena);

    for (size_t i = 0; i < parts->len; i++)
        buf_printf(&b, parts->at[i].found ? "[" STR_FMT "]" : STR_FMT, STR_ARG(parts->at[i].text));
    return buf_str(&b);
}

static void test_what_was_found_is_marked_as_it_is_written(void **unused)
{
    struct words w = parse("lua dao tru");
    struct words_parts parts;
    size_t found;

    words_mark(&test_arena, &w, STR("Lừa ĐẢO, trung tâm <b>"), &parts, &found);
    assert_int_equal(found, 3);
    assert_str(marked(&parts), "[Lừa] [ĐẢO], [trung] tâm <b>");
    words_mark(&test_arena, &w, STR("không có"), &parts, &found);
    assert_int_equal(found, 0);
    assert_str(marked(&parts), "không có");
}

static void test_a_snippet_stands_around_what_was_found(void **unused)
{
    struct words w = parse("chuoc ");
    struct words_parts parts;
    size_t found;

    words_snippet(&test_arena, &w,
                  STR("Sáng nay toàn bộ tệp bị đổi đuôi, có thư đòi tiền chuộc và nhiều chuyện "
                      "khác nữa xảy ra sau đó"),
                  40, &parts, &found);
    assert_int_equal(found, 1);
    assert_true(str_find(marked(&parts), STR("[chuộc]")) > 0);
    assert_true(str_starts(marked(&parts), STR("… ")));
    assert_true(str_ends(marked(&parts), STR(" …")));
    words_snippet(&test_arena, &w, STR("ngắn"), 40, &parts, &found);
    assert_str(marked(&parts), "ngắn");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_words_are_folded_and_the_last_may_go_on),
        ARENA_TEST(test_what_is_joined_stays_together),
        ARENA_TEST(test_nothing_typed_becomes_an_operator),
        ARENA_TEST(test_fields_are_taken_out),
        ARENA_TEST(test_there_is_an_end_to_terms),
        ARENA_TEST(test_what_was_found_is_marked_as_it_is_written),
        ARENA_TEST(test_a_snippet_stands_around_what_was_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
