#include "../account/people.h"

#include "app/people/queries.h"

/* Which accounts somebody sees, and in which order. */

static size_t listed(const struct actor *actor, const char *q, const char *state, const char *role,
                     int64_t org_id)
{
    struct people_list_rows rows = {0};
    struct people_count_row count;

    assert_ok(people_list(t.db, &t.arena, actor->id, T0, str_c(q), str_c(state), str_c(role),
                          org_id, STR("name"), false, 100, 0, &rows, &err));
    assert_ok(people_count(t.db, &t.arena, actor->id, T0, str_c(q), str_c(state), str_c(role),
                           org_id, &count, &err));
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

static void test_the_list_sorts_both_ways(void **state)
{
    struct actor chief = actor_for(person("chief", ROLE_admin, PROVINCE));
    static const char *const sorts[] = {"name", "login", "last", "created"};
    struct people_list_rows up = {0}, down = {0};

    person("anh", ROLE_officer, HOSPITAL);
    person("binh", ROLE_officer, HOSPITAL);
    testdb_sql(&t, "UPDATE account SET created_at = id, last_login_at = id");
    for (size_t i = 0; i < ARRAY_LEN(sorts); i++) {
        assert_ok(people_list(t.db, &t.arena, chief.id, T0, STR(""), STR(""), STR(""), 0,
                              str_c(sorts[i]), false, 100, 0, &up, &err));
        assert_ok(people_list(t.db, &t.arena, chief.id, T0, STR(""), STR(""), STR(""), 0,
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
        PEOPLE_TEST(test_the_list_sorts_both_ways),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
