#include "things.h"
#include "sys/db/sqlite.h"

/* Every statement of every queries.sql against the real schema of the engine. */
static void test_every_statement_fits_the_schema(void **state)
{
    struct testdb t;
    struct err err = {0};
    int bad = 0;

    testdb_open(&t);
    for (size_t i = 0; i < db_statements_len; i++) {
        const struct db_statement *st = db_statements[i];

        if (db_check_statement(t.db, st, &err) < 0) {
            print_error("%s:%d: %s: %s\n", st->file, st->line, st->name, err.what);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
    assert_true(db_statements_len > 0);
    testdb_close(&t);
}

/* The views that decide who sees what are looked into by the row at hand. SQLite makes them whole,
 * for everybody and all records, when their parts do not fit each other (columns declared unlike: a
 * CAST helps) or a statement uses them in a way it cannot see through. */
static int plan_bad(sqlite3 *h, const struct db_statement *st)
{
    static const char *const views[] = {"incident_access", "report_access",
                                        "actor_org",       "actor_root",
                                        "incident_sight",  "incident_share_access"};
    sqlite3_stmt *plan = NULL;
    char sql[16384], whole[64];
    int bad = 0;

    snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s", st->sql[DB_SQLITE]);
    assert_int_equal(sqlite3_prepare_v2(h, sql, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *step = (const char *)sqlite3_column_text(plan, 3);

        for (size_t i = 0; i < ARRAY_LEN(views); i++) {
            snprintf(whole, sizeof(whole), " %s", views[i]);
            if ((strncmp(step, "CO-ROUTINE", 10) == 0 || strncmp(step, "MATERIALIZE", 11) == 0) &&
                strstr(step, whole) != NULL) {
                print_error("%s:%d: %s: %s\n", st->file, st->line, st->name, step);
                bad++;
            }
        }
    }
    sqlite3_finalize(plan);
    return bad;
}

static void test_no_statement_makes_a_view_of_rights_whole(void **state)
{
    sqlite3 *h = NULL;
    struct testdb t;
    int bad = 0;

    testdb_open(&t);
    if (t.engine == DB_SQLITE) {
        assert_int_equal(sqlite3_open(t.url + strlen("sqlite:"), &h), SQLITE_OK);
        assert_int_equal(sqlite_words(h), SQLITE_OK);
        for (size_t i = 0; i < db_statements_len; i++)
            bad += plan_bad(h, db_statements[i]);
        sqlite3_close(h);
    }
    assert_int_equal(bad, 0);
    testdb_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_statement_fits_the_schema),
        cmocka_unit_test(test_no_statement_makes_a_view_of_rights_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
