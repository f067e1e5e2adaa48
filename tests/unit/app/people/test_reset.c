#include "../account/people.h"

#include "app/job/job.h"
#include "app/people/people.h"
#include "app/web/web.h"

/* The mail to who forgot their password: whoever is meant gets one, nobody else. */
static const struct job_kind *const kinds[] = {&people_reset_job, NULL};

static int reset_begin(void **state)
{
    people_begin(state);
    assert_ok(site_load(t.pool, str_c(t.dir), &err));
    site.link_url = STR("https://ungcuu.example.vn");
    person("lan", ROLE_officer, HOSPITAL);
    person("mai", ROLE_officer, HOSPITAL);
    testdb_sql(&t, "UPDATE account SET email = 'Lan@Example.vn' WHERE login = 'lan'");
    return 0;
}

static void ask(const char *who)
{
    assert_ok(db_begin(t.db, &err));
    assert_ok(job_add(t.db, "account.reset", 0, str_c(who), 0, T0, &err));
    assert_ok(db_commit(t.db, &err));
    assert_true(job_drain(t.pool, kinds, T0, &err) >= 1);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM job WHERE kind = 'account.reset' AND "
                                    "state <> 'done'"),
                     0);
}

static int64_t mails(void)
{
    return testdb_sql(&t, "SELECT COUNT(*) FROM mail WHERE secret = 1 AND to_list LIKE "
                          "'%Lan@Example.vn%' AND body LIKE "
                          "'%https://ungcuu.example.vn/password/%'");
}

static void test_who_is_meant_gets_a_link(void **state)
{
    ask("lan");
    assert_int_equal(mails(), 1);
    ask(" lan@EXAMPLE.vn");
    assert_int_equal(mails(), 2);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account_link WHERE purpose = 'reset'"),
                     2);
}

static void test_nobody_else_does(void **state)
{
    ask("mai"); /* no address */
    ask("nobody");
    ask("");
    ask("nobody@example.vn");
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM mail"), 0);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM account_link"), 0);
    for (int i = 0; i < 5; i++)
        ask("lan");
    assert_int_equal(mails(), 3); /* an hour */
}

#define RESET_TEST(f) cmocka_unit_test_setup_teardown(f, reset_begin, people_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RESET_TEST(test_who_is_meant_gets_a_link),
        RESET_TEST(test_nobody_else_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
