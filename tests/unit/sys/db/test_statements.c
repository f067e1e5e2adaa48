#include "things.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_statement_fits_the_schema),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
