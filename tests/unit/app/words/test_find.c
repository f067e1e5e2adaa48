#include "test.h"
#include "support/province.h"
#include "app/words/words.h"
#include "base/text.h"

static struct province p;

static int open_province(void **unused)
{
    province_open(&p);
    return 0;
}

static int close_province(void **unused)
{
    province_close(&p);
    return 0;
}

static struct words_ids find_of(enum words_of of, const char *typed, size_t max)
{
    struct words_ids ids;
    struct words w;
    struct err err = {0};

    words_parse(&test_arena, str_c(typed), NULL, &w);
    if (words_find(p.t.db, &test_arena, of, &w, max, &ids, &err) < 0)
        fail_msg("%s: %s", typed, err.what);
    return ids;
}

static struct words_ids find(const char *typed, size_t max)
{
    return find_of(WORDS_INCIDENT, typed, max);
}

static int64_t titled(const char *title)
{
    struct str code;
    int64_t id = province_incident(&p, false, "amber", &code);
    char sql[2000];

    snprintf(sql, sizeof(sql), "UPDATE incident SET fold = '" STR_FMT "' WHERE id = %" PRId64,
             STR_ARG(text_fold(&test_arena, str_c(title))), id);
    testdb_sql(&p.t, sql);
    return id;
}

static void test_the_newest_come_first(void **unused)
{
    int64_t a = titled("Bưởi da xanh"), b = titled("Bưởi năm roi"), c = titled("Cam sành");
    struct words_ids ids = find("buoi ", 10);

    assert_int_equal(ids.len, 2);
    assert_int_equal(ids.at[0], b);
    assert_int_equal(ids.at[1], a);
    assert_false(ids.more);
    assert_str(ids.list, str_printf(&test_arena, "%" PRId64 ",%" PRId64, b, a).ptr);
    ids = find("buoi ", 1);
    assert_int_equal(ids.len, 1);
    assert_int_equal(ids.at[0], b);
    assert_true(ids.more);
    ids = find("sanh cam", 10);
    assert_int_equal(ids.len, 1);
    assert_int_equal(ids.at[0], c);
    ids = find("\"sanh cam\"", 10);
    assert_int_equal(ids.len, 0);
    assert_str(ids.list, "");
    assert_int_equal(find("", 10).len, 0);
}

/* PostgreSQL looks at the newest ids first, then further back: nothing is lost between. */
static void test_what_lies_far_back_is_found(void **unused)
{
    static const int64_t at[] = {40000, 39999, 39900, 36000, 31801, 31800, 31799, 31798, 9000, 1};
    struct str code;
    int64_t incident = province_incident(&p, false, "amber", &code);
    struct words_ids ids;

    for (size_t i = ARRAY_LEN(at); i-- > 0;) {
        char sql[500];

        snprintf(sql, sizeof(sql),
                 "INSERT INTO comment (id, incident_id, author_name, at, body, fold) VALUES "
                 "(%" PRId64 ", %" PRId64 ", '', 1, 'Dừa', 'dua nuoc')",
                 at[i], incident);
        testdb_sql(&p.t, sql);
    }
    for (size_t max = 1; max <= ARRAY_LEN(at); max++) {
        ids = find_of(WORDS_COMMENT, "dua nuoc", max);
        assert_int_equal(ids.len, max);
        assert_memory_equal(ids.at, at, max * sizeof(*at));
        assert_int_equal(ids.more, max < ARRAY_LEN(at));
    }
    assert_int_equal(find_of(WORDS_COMMENT, "dua nuoc", 100).len, ARRAY_LEN(at));
    assert_int_equal(find_of(WORDS_COMMENT, "dua kho", 100).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA_TEST(test_the_newest_come_first),
        ARENA_TEST(test_what_lies_far_back_is_found),
    };

    return cmocka_run_group_tests(tests, open_province, close_province);
}
