#include "test.h"
#include "support/province.h"
#include "app/incident/incident.h"
#include "app/order/order.h"
#include "app/org/inner.h"
#include "app/org/queries.h"
#include "app/system/queries.h"
#include "app/words/words.h"

/* The order of names and the box of a list: the same on both engines. */

static struct province p;

static int open_province(void **unused)
{
    static const char *const names[] = {"Ủy ban nhân dân xã Ea Kao",
                                        "Đài Phát thanh",
                                        "Dự án số",
                                        "Sở Xây dựng",
                                        "Phường 10",
                                        "Phường 2"};
    struct err err = {0};

    province_open(&p);
    if (db_begin(p.t.db, &err) < 0)
        fail_msg("%s", err.what);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct org_new new_ = {.code = STR(""),
                               .kind = STR("department"),
                               .name = str_c(names[i]),
                               .short_name = STR(""),
                               .parent_id = p.top,
                               .address = STR(""),
                               .phone = STR(""),
                               .email = STR(""),
                               .website = STR(""),
                               .unit_code = STR("")};
        int64_t id;

        if (org_create(p.t.db, &p.t.arena, &new_, NULL, p.now, &id, &err) < 0)
            fail_msg("%s", err.what);
    }
    if (db_commit(p.t.db, &err) < 0)
        fail_msg("%s", err.what);
    return 0;
}

static int close_province(void **unused)
{
    province_close(&p);
    return 0;
}

static struct str typed(const char *q)
{
    return words_typed(&p.t.arena, db_engine_of(p.t.db), str_c(q));
}

/* "Sở Tài chính|Sở Y tế": the names of the list, in its order. */
static struct str joined(const struct org_summary_rows *rows)
{
    struct buf b = buf_make(&p.t.arena);

    for (size_t i = 0; i < rows->len; i++)
        buf_printf(&b, "%s" STR_FMT, i > 0 ? "|" : "", STR_ARG(rows->at[i].name));
    return buf_str(&b);
}

static struct str orgs(const struct actor *who, bool wide, const char *sort, bool down,
                       const char *q)
{
    struct org_summary_rows rows;
    struct org_count_row count;
    struct err err = {0};
    struct str words = typed(q);
    int r;

    if (wide && strcmp(sort, "name") == 0)
        r = (down ? org_list_name_down : org_list_name)(
            p.t.db, &p.t.arena, who->id, p.now, STR_EMPTY, false, words, 50, 0, &rows, &err);
    else
        r = org_list(p.t.db, &p.t.arena, who->id, p.now, STR_EMPTY, false, words, 50, 0,
                     str_c(sort), down, &rows, &err);
    if (r < 0 || (wide ? org_count_all : org_count)(p.t.db, &p.t.arena, who->id, p.now, STR_EMPTY,
                                                    false, words, &count, &err) < 0)
        fail_msg("%s", err.what);
    assert_int_equal(count.total, rows.len);
    return joined(&rows);
}

#define assert_names(got, want)                                                                    \
    do {                                                                                           \
        struct str names_ = got;                                                                   \
        if (!str_is(names_, want))                                                                 \
            fail_msg(STR_FMT, STR_ARG(names_));                                                    \
    } while (0)

static void test_names_stand_as_in_a_dictionary(void **unused)
{
    static const char up[] = "Dự án số|Đài Phát thanh|Phường 2|Phường 10|Sở Tài chính|Sở Xây dựng|"
                             "Sở Y tế|UBND tỉnh|Ủy ban nhân dân xã Ea Kao";
    static const char down[] = "Ủy ban nhân dân xã Ea Kao|UBND tỉnh|Sở Y tế|Sở Xây dựng|"
                               "Sở Tài chính|Phường 10|Phường 2|Đài Phát thanh|Dự án số";

    /* Whoever reaches everything has a statement of their own: both give the same. */
    assert_names(orgs(&p.coordinator, true, "name", false, ""), up);
    assert_names(orgs(&p.coordinator, false, "name", false, ""), up);
    assert_names(orgs(&p.coordinator, true, "name", true, ""), down);
    assert_names(orgs(&p.coordinator, false, "name", true, ""), down);
    /* Of one kind all: by name among themselves, whichever way. */
    assert_names(orgs(&p.coordinator, false, "kind", true, ""), up);
    assert_names(orgs(&p.officer, false, "name", false, ""), "Sở Y tế");
    /* The short way is only for who reaches everything. */
    assert_names(orgs(&p.officer, true, "name", false, ""), "");
}

static void test_words_in_any_order_and_without_marks(void **unused)
{
    assert_names(orgs(&p.coordinator, true, "name", false, "dung xay so"), "Sở Xây dựng");
    assert_names(orgs(&p.coordinator, true, "name", false, "Y TẾ"), "Sở Y tế");
    assert_names(orgs(&p.coordinator, true, "name", false, "phu"), "Phường 2|Phường 10");
    assert_names(orgs(&p.coordinator, true, "name", false, "dv-0002"), "Sở Y tế");
    /* Nothing a person types is an operator. */
    assert_names(orgs(&p.coordinator, true, "name", false, "phuong * ("), "Phường 2|Phường 10");
    assert_names(orgs(&p.coordinator, true, "name", false, "so\" OR \"phuong"), "");
    assert_names(orgs(&p.coordinator, true, "name", false, "không đâu có"), "");
    assert_names(orgs(&p.officer, false, "name", false, "so"), "Sở Y tế");
}

static void test_systems_are_listed_and_found_alike(void **unused)
{
    struct system_summary_rows wide, reach;
    struct system_count_row all, some;
    struct err err = {0};
    struct db *db = p.t.db;
    struct arena *a = &p.t.arena;
    int64_t who = p.coordinator.id;

    for (int down = 0; down < 2; down++) {
        assert_int_equal((down ? system_list_name_down
                               : system_list_name)(db, a, who, p.now, opt_int(3), STR("live"),
                                                   STR_EMPTY, STR_EMPTY, 50, 0, &wide, &err),
                         0);
        assert_int_equal(system_list(db, a, who, p.now, opt_int(3), STR("live"), STR_EMPTY,
                                     STR_EMPTY, 50, 0, STR("name"), down, &reach, &err),
                         0);
        assert_int_equal(wide.len, 2);
        assert_int_equal(reach.len, 2);
        for (size_t i = 0; i < 2; i++)
            assert_int_equal(wide.at[i].id, reach.at[i].id);
        assert_true(str_is(wide.at[down].name, "Hồ sơ sức khỏe"));
    }
    assert_int_equal(system_list_name(db, a, who, p.now, NO_INT, STR_EMPTY, STR("DV-0003"),
                                      typed("sach ngan"), 50, 0, &wide, &err),
                     0);
    assert_int_equal(wide.len, 1);
    assert_int_equal(wide.at[0].id, p.finance_system);
    assert_int_equal(system_count_all(db, a, who, p.now, NO_INT, STR_EMPTY, STR("DV-0003"),
                                      typed("sach ngan"), &all, &err),
                     0);
    assert_int_equal(system_count(db, a, p.officer.id, p.now, NO_INT, STR_EMPTY, STR_EMPTY,
                                  typed("ngan sach"), &some, &err),
                     0);
    assert_int_equal(all.total, 1);
    assert_int_equal(some.total, 0);
}

/* A site that is older than the keys, or than their rule. */
static void test_keys_are_made_anew_once(void **unused)
{
    struct err err = {0};
    static const char sum[] =
        "SELECT COUNT(*) FROM org a JOIN org b ON a.sort_key < b.sort_key WHERE a.id < b.id";
    int64_t before = testdb_sql(&p.t, sum);

    testdb_sql(&p.t, "UPDATE org SET sort_key = ''");
    testdb_sql(&p.t, "UPDATE system SET sort_key = 'z'");
    testdb_sql(&p.t, "UPDATE account SET sort_key = ''");
    assert_int_equal(order_prepare(p.t.pool, &err), 0);
    assert_int_equal(testdb_sql(&p.t, sum), before);
    assert_int_equal(testdb_sql(&p.t, "SELECT COUNT(*) FROM system WHERE sort_key = 'z'"), 0);
    assert_int_equal(testdb_sql(&p.t, "SELECT COUNT(*) FROM account WHERE sort_key = ''"), 0);
    testdb_sql(&p.t, "UPDATE org SET sort_key = ''");
    assert_int_equal(order_prepare(p.t.pool, &err), 0);
    assert_int_equal(testdb_sql(&p.t, "SELECT COUNT(*) FROM org WHERE sort_key <> ''"), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_province, close_province)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_names_stand_as_in_a_dictionary),
        TEST(test_words_in_any_order_and_without_marks),
        TEST(test_systems_are_listed_and_found_alike),
        TEST(test_keys_are_made_anew_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
