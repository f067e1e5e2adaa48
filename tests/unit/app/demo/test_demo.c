#include "support/testdb.h"

#include "app/audit/audit.h"
#include "app/demo/demo.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

#include <setjmp.h>
#include <cmocka.h>

/* The sample has what it promises, in every state, and its audit chain holds. */
static void test_sample(void **state)
{
    int64_t now = 1795344412000; /* 2026-11-22T10:46:52Z */
    struct demo_summary s;
    struct err err = {0};
    struct testdb t;
    int64_t checked;

    clock_set(now);
    i18n_set_zone(420);
    testdb_open(&t);
    if (demo_create(t.pool, &t.arena, 2026, now, &s, &err) < 0)
        fail_msg("%s %s (%s)", err_name(err.code), err.what, err.hint);
    print_message("%" PRId64 " organisations, %" PRId64 " systems, %" PRId64 " accounts, %" PRId64
                  " reports, %" PRId64 " incidents\n",
                  s.orgs, s.systems, s.accounts, s.reports, s.incidents);
    assert_true(s.orgs > 100);
    assert_int_equal(s.systems, 400);
    assert_true(s.reports >= 300 && s.incidents >= 100);
    for (int level = 1; level <= 5; level++) {
        char sql[80];

        snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM system WHERE level = %d", level);
        assert_true(testdb_sql(&t, sql) > 0);
    }
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(DISTINCT state) FROM incident"), 5);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(DISTINCT state) FROM report"), 6);
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(DISTINCT role) FROM role_grant"), 9);
    assert_true(testdb_sql(&t, "SELECT COUNT(*) FROM incident_observable") > 100);
    assert_true(testdb_sql(&t, "SELECT COUNT(*) FROM org_succession") > 10);
    assert_true(testdb_sql(&t, "SELECT COUNT(DISTINCT kind) FROM incident_template") >= 5);
    assert_true(testdb_sql(&t, "SELECT COUNT(DISTINCT used_for) FROM text_template") >= 3);
    /* Whatever was registered, a person registered. */
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE actor_id IS NULL AND "
                                    "object_kind IN ('org', 'system', 'template')"),
                     0);
    /* Nothing lies in the future. */
    assert_int_equal(testdb_sql(&t, "SELECT COUNT(*) FROM audit WHERE at > 1795344412000"), 0);
    assert_int_equal(
        testdb_sql(&t, "SELECT COUNT(*) FROM report WHERE received_at > 1795344412000"), 0);
    assert_int_equal(audit_verify(t.db, &checked, &err), 0);
    assert_true(checked > 1000);
    testdb_close(&t);
    clock_set(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sample)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
