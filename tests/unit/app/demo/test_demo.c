#include "support/testdb.h"

#include "app/audit/audit.h"
#include "app/demo/demo.h"
#include "base/clock.h"
#include "sys/i18n/i18n.h"

#include <setjmp.h>
#include <cmocka.h>

#define NOW         "1795344412000"
#define DAYS_AGO(n) "(" NOW " - " #n " * 86400000)"

static int64_t count(struct testdb *t, const char *what)
{
    char sql[600];

    snprintf(sql, sizeof(sql), "SELECT COUNT(*) FROM %s", what);
    return testdb_sql(t, sql);
}

/* A desk that is staffed day and night: what is open is of these days and hardly late, and nobody
 * waits long for an answer. */
static void check_desk(struct testdb *t)
{
    int64_t open = count(t, "incident WHERE state <> 'closed'");

    assert_in_range(open, 12, 40);
    assert_int_equal(count(t, "(SELECT DISTINCT severity FROM incident WHERE state <> 'closed') x"),
                     4);
    assert_int_equal(count(t, "incident WHERE state <> 'closed' AND opened_at < " DAYS_AGO(9)), 0);
    assert_int_equal(count(t, "incident WHERE next_due_at < " DAYS_AGO(7)), 0);
    assert_in_range(count(t, "incident WHERE next_due_at < " DAYS_AGO(2)), 0, 2);
    assert_true(count(t, "incident WHERE next_due_at < " NOW) * 2 < open);
    assert_int_equal(
        count(t, "report WHERE state IN ('new', 'asking') AND received_at < " DAYS_AGO(2)), 0);
    assert_in_range(count(t, "report WHERE state = 'new'"), 8, 16);
    assert_int_equal(count(t, "report WHERE state = 'asking' AND NOT EXISTS (SELECT 1 FROM "
                              "report_message m WHERE m.report_id = report.id)"),
                     0);
    /* Whoever asked to be kept confidential is. */
    assert_int_equal(count(t, "report r JOIN incident i ON i.id = r.incident_id "
                              "WHERE r.confidential = 1 AND i.tlp <> 'amber+strict'"),
                     0);
    assert_true(count(t, "incident WHERE tlp = 'amber+strict'") > 0);
    assert_int_equal(count(t, "incident WHERE severity = 4 AND serious = 0"), 0);
}

static void check_reports(struct testdb *t)
{
    assert_int_equal(count(t, "(SELECT body FROM report GROUP BY body HAVING COUNT(*) > 1) x"), 0);
    assert_int_equal(count(t, "report WHERE body LIKE '%{%' OR title LIKE '%{%'"), 0);
    assert_int_equal(count(t, "report WHERE (channel = 'mail') <> (address = '')"), 0);
    assert_true(count(t, "(SELECT DISTINCT address FROM report) x") > 100);
    assert_int_equal(count(t, "report WHERE channel = 'public' AND body LIKE '%SHA-256%'"), 0);
    /* Nobody is taken for concerned because an attacker's address is a provider's. */
    assert_int_equal(count(t, "report WHERE org_id IS NOT NULL AND (match_why LIKE 'provider%' OR "
                              "match_why LIKE 'address%')"),
                     0);
    assert_true(count(t, "report WHERE state = 'new' AND match_why LIKE 'name %'") >= 4);
    assert_true(count(t, "report WHERE state = 'new' AND org_id IS NULL") >= 2);
    /* Few of the new ones have anything in common with others. */
    assert_in_range(count(t, "report r WHERE r.state = 'new' AND EXISTS (SELECT 1 FROM "
                             "report_observable a JOIN report_observable b ON b.observable_id = "
                             "a.observable_id AND b.report_id <> a.report_id WHERE a.report_id = "
                             "r.id)"),
                    2, 5);
    /* A campaign of one domain, and one of one file. */
    assert_true(count(t,
                      "(SELECT x.observable_id FROM report_observable x JOIN observable o ON o.id "
                      "= x.observable_id JOIN report r ON r.id = x.report_id WHERE o.kind = "
                      "'domain' AND r.received_at > " DAYS_AGO(
                          2) " GROUP BY x.observable_id HAVING COUNT(*) >= 4) y") > 0);
    assert_true(count(t,
                      "(SELECT x.observable_id FROM report_observable x JOIN observable o ON o.id "
                      "= x.observable_id JOIN report r ON r.id = x.report_id WHERE o.kind = "
                      "'sha256' AND r.received_at > " DAYS_AGO(
                          2) " GROUP BY x.observable_id HAVING COUNT(*) >= 3) y") > 0);
}

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
    check_desk(&t);
    check_reports(&t);
    testdb_close(&t);
    clock_set(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sample)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
