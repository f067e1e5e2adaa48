#include "../account/people.h"

#include "app/people/queries.h"
#include "app/words/words.h"
#include "base/text.h"

/* Which accounts somebody sees, and in which order. */

static size_t listed(const struct actor *actor, const char *q, const char *state, const char *role,
                     int64_t org_id)
{
    struct people_list_rows rows = {0};
    struct people_count_row count;
    struct str words = words_typed(&t.arena, db_engine(t.pool), str_c(q));

    assert_ok(people_list(t.db, &t.arena, actor->id, T0, words, str_c(state), str_c(role), org_id,
                          STR("name"), false, 100, 0, &rows, &err));
    assert_ok(people_count(t.db, &t.arena, actor->id, T0, words, str_c(state), str_c(role), org_id,
                           &count, &err));
    assert_int_equal(count.n, rows.len);
    return rows.len;
}

static void test_the_list_ends_where_the_reach_ends(void **state)
{
    struct actor chief = actor_for(person("chief", ROLE_admin, PROVINCE));
    struct actor admin = actor_for(person("admin", ROLE_auditor, DEPARTMENT));
    struct actor clerk = actor_for(person("clerk", ROLE_officer, COMMUNE));
    struct people_in_reach_row row;

    person("nurse", ROLE_officer, HOSPITAL);
    person("isp", ROLE_provider, PROVIDER);
    person_with("nobody", STR_EMPTY);
    assert_int_equal(listed(&chief, "", "", "", 0), 4);
    assert_int_equal(listed(&admin, "", "", "", 0), 2);
    assert_int_equal(listed(&clerk, "", "", "", 0), 0);
    assert_int_equal(listed(&chief, "nurs", "", "", 0), 1);
    assert_int_equal(listed(&chief, "", "", "officer", 0), 2);
    assert_int_equal(listed(&chief, "", "", "officer", DEPARTMENT), 1);
    assert_int_equal(listed(&chief, "", "never", "", 0), 4);
    assert_int_equal(listed(&chief, "", "disabled", "", 0), 0);
    assert_int_equal(people_in_reach(t.db, &t.arena, admin.id, STR("nurse"), T0, &row, &err), 1);
    assert_int_equal(people_in_reach(t.db, &t.arena, admin.id, STR("clerk"), T0, &row, &err), 0);
    assert_int_equal(people_in_reach(t.db, &t.arena, admin.id, STR("isp"), T0, &row, &err), 0);
}

static void test_the_box_finds_by_words(void **state)
{
    struct actor chief = actor_for(person("chief", ROLE_admin, PROVINCE));
    struct str fold = text_fold(&t.arena, STR("anh Trần Thị Ánh Đào anh.dao@example.vn 0262 3811 "
                                              "000 Chuyên viên"));

    person("anh", ROLE_officer, HOSPITAL);
    person("binh", ROLE_officer, HOSPITAL);
    testdb_sql(&t,
               str_printf(&t.arena, "UPDATE account SET fold = '" STR_FMT "' WHERE login = 'anh'",
                          STR_ARG(fold))
                   .ptr);
    assert_int_equal(listed(&chief, "anh dao", "", "", 0), 1);
    assert_int_equal(listed(&chief, "dao tran", "", "", 0), 1); /* in any order */
    assert_int_equal(listed(&chief, "TRẦN đào", "", "", 0), 1);
    assert_int_equal(listed(&chief, "tran da", "", "", 0), 1); /* not written out yet */
    assert_int_equal(listed(&chief, "anh.dao@example.vn", "", "", 0), 1);
    assert_int_equal(listed(&chief, "3811", "", "", 0), 1);
    assert_int_equal(listed(&chief, "\"thi anh\"", "", "", 0), 1);
    assert_int_equal(listed(&chief, "\"anh thi\"", "", "", 0), 0);
    assert_int_equal(listed(&chief, "tran binh", "", "", 0), 0);
    assert_int_equal(listed(&chief, "ran", "", "", 0), 0); /* no middle of a word */
    assert_int_equal(listed(&chief, "%", "", "", 0), 3);   /* no word: all */
}

static void test_the_list_sorts_both_ways(void **state)
{
    struct actor chief = actor_for(person("chief", ROLE_admin, PROVINCE));
    static const char *const sorts[] = {"name", "login", "last", "created"};
    struct people_list_rows up = {0}, down = {0};

    person("anh", ROLE_officer, HOSPITAL);
    person("binh", ROLE_officer, HOSPITAL);
    testdb_sql(&t, "UPDATE account SET created_at = id, last_login_at = id");
    for (size_t i = 0; i < ARRAY_LEN(sorts); i++) {
        assert_ok(people_list(t.db, &t.arena, chief.id, T0, STR_EMPTY, STR(""), STR(""), 0,
                              str_c(sorts[i]), false, 100, 0, &up, &err));
        assert_ok(people_list(t.db, &t.arena, chief.id, T0, STR_EMPTY, STR(""), STR(""), 0,
                              str_c(sorts[i]), true, 100, 0, &down, &err));
        assert_int_equal(up.len, 3);
        for (size_t k = 0; k < up.len; k++)
            assert_str_eq(up.at[k].login, down.at[up.len - 1 - k].login);
        assert_str(up.at[0].login, i < 2 ? "anh" : "chief");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PEOPLE_TEST(test_the_list_ends_where_the_reach_ends),
        PEOPLE_TEST(test_the_box_finds_by_words),
        PEOPLE_TEST(test_the_list_sorts_both_ways),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
