#include "things.h"

/* What every engine must do alike. */

static void test_change_is_seen_after_commit(void **state)
{
    struct testdb *t = *state;
    struct db *other = NULL;

    assert_int_equal(db_acquire(t->pool, &other, NULL), 0);
    begin(t->db);
    assert_true(db_in_transaction(t->db));
    assert_int_equal(must_add(t->db, &(struct thing){.name = "a"}), 1);
    assert_int_equal(count_things(t->db), 1);
    assert_int_equal(count_things(other), 0);
    commit(t->db);
    assert_false(db_in_transaction(t->db));
    assert_int_equal(count_things(t->db), 1);
    assert_int_equal(count_things(other), 1);
    db_release(other);
}

/* One moment, until this lease begins to write or is given back. */
static void test_steady_reading(void **state)
{
    struct testdb *t = *state;
    struct db *other = NULL;

    assert_int_equal(db_acquire(t->pool, &other, NULL), 0);
    db_steady(other);
    assert_int_equal(count_things(other), 0);
    begin(t->db);
    must_add(t->db, &(struct thing){.name = "a"});
    commit(t->db);
    assert_int_equal(count_things(other), t->engine == DB_SQLITE ? 0 : 1);
    begin(other);
    must_add(other, &(struct thing){.name = "b"});
    commit(other);
    assert_int_equal(count_things(other), 2);
    db_steady(other);
    db_steady(other);
    assert_int_equal(count_things(other), 2);
    db_release(other);
    assert_int_equal(db_acquire(t->pool, &other, NULL), 0);
    begin(t->db);
    must_add(t->db, &(struct thing){.name = "c"});
    commit(t->db);
    assert_int_equal(count_things(other), 3);
    db_release(other);
}

static void test_rollback_leaves_nothing(void **state)
{
    struct testdb *t = *state;

    begin(t->db);
    must_add(t->db, &(struct thing){.name = "a"});
    db_rollback(t->db);
    db_rollback(t->db);
    assert_int_equal(count_things(t->db), 0);
    begin(t->db);
    must_add(t->db, &(struct thing){.name = "b"});
    commit(t->db);
    assert_int_equal(count_things(t->db), 1);
}

/* An operation with a transaction of its own, as rooms write them. */
static int operation(struct db *db, const char *name, bool good, struct err *err)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;
    int r = db_begin(db, err);

    if (r < 0)
        return r;
    must_add(db, &(struct thing){.name = name});
    return good ? db_commit(db, err) : ERR_STATE;
}

static void test_operations_in_one_transaction(void **state)
{
    struct testdb *t = *state;
    struct db *other = NULL;
    struct err err = {0};

    assert_int_equal(db_acquire(t->pool, &other, NULL), 0);
    assert_int_equal(db_hold(t->db, &err), 0);
    assert_int_equal(operation(t->db, "a", true, &err), 0);
    assert_int_equal(operation(t->db, "b", true, &err), 0);
    must_add(t->db, &(struct thing){.name = "c"});
    assert_int_equal(count_things(other), 0);
    assert_int_equal(db_hold_end(t->db, true, &err), 0);
    assert_int_equal(count_things(other), 3);
    assert_false(db_in_transaction(t->db));

    /* One that fails takes the others with it. */
    assert_int_equal(db_hold(t->db, &err), 0);
    assert_int_equal(operation(t->db, "d", true, &err), 0);
    assert_int_equal(operation(t->db, "e", false, &err), ERR_STATE);
    assert_int_equal(operation(t->db, "f", true, &err), ERR_INTERNAL);
    assert_int_equal(db_hold_end(t->db, true, &err), ERR_INTERNAL);
    assert_int_equal(count_things(other), 3);
    assert_false(db_in_transaction(t->db));

    assert_int_equal(db_hold(t->db, &err), 0);
    assert_int_equal(operation(t->db, "g", true, &err), 0);
    assert_int_equal(db_hold_end(t->db, false, &err), 0);
    assert_int_equal(count_things(other), 3);
    assert_int_equal(operation(t->db, "h", true, &err), 0);
    assert_int_equal(count_things(other), 4);
    db_release(other);
}

static void add_and_leave(struct db *db)
{
    _cleanup_(db_rollback_if_open) struct db *tx = db;

    begin(tx);
    must_add(tx, &(struct thing){.name = "a"});
}

static void test_leaving_the_scope_rolls_back(void **state)
{
    struct testdb *t = *state;

    add_and_leave(t->db);
    assert_false(db_in_transaction(t->db));
    assert_int_equal(count_things(t->db), 0);
}

static void test_release_rolls_back(void **state)
{
    struct testdb *t = *state;
    struct db *other = NULL;

    assert_int_equal(db_acquire(t->pool, &other, NULL), 0);
    begin(other);
    must_add(other, &(struct thing){.name = "a"});
    db_release(other);
    assert_int_equal(count_things(t->db), 0);
    begin(t->db);
    commit(t->db);
}

struct seen {
    int rows;
    char text[256];
};

static int describe(void *ctx, const struct db_value *v, struct err *err)
{
    struct seen *s = ctx;
    size_t n = strlen(s->text);
    char num[32] = "null", blob[32] = "null", real[32] = "null";

    if (!v[2].null)
        snprintf(num, sizeof(num), "%lld", (long long)v[2].i);
    if (!v[3].null)
        snprintf(real, sizeof(real), "%.17g", v[3].r);
    if (!v[4].null)
        snprintf(blob, sizeof(blob), "%zu:%02x", v[4].s.len,
                 v[4].s.len > 0 ? (unsigned char)v[4].s.ptr[v[4].s.len - 1] : 0);
    snprintf(s->text + n, sizeof(s->text) - n, STR_FMT "=%s,%s,%s;", STR_ARG(v[1].s), num, real,
             blob);
    s->rows++;
    return 0;
}

static void test_values_and_nulls_come_back(void **state)
{
    struct testdb *t = *state;
    struct seen seen = {0};
    struct db_value in[] = {text_value("Điện Biên"),
                            int_value(INT64_MIN),
                            {.type = DB_REAL, .r = 0.1},
                            {.type = DB_BLOB, .s = {"\0\1\xff", 3}},
                            {.type = DB_INT, .null = true}};
    int64_t id = 0;

    begin(t->db);
    assert_int_equal(db_run(t->db, &thing_add, in, keep_int, &id, NULL), 1);
    must_add(t->db, &(struct thing){.name = "", .n = opt_int(INT64_MAX), .b = {"", 0}});
    must_add(t->db, &(struct thing){.name = "none"});
    commit(t->db);
    assert_int_equal(db_run(t->db, &thing_all, NULL, describe, &seen, NULL), 3);
    assert_string_equal(seen.text, "=9223372036854775807,null,0:00;none=null,null,null;"
                                   "Điện Biên=-9223372036854775808,0.10000000000000001,3:ff;");
}

/* Bytewise order on both engines: capitals before small letters before letters beyond ASCII. */
static void test_text_sorts_bytewise(void **state)
{
    struct testdb *t = *state;
    struct seen seen = {0};

    begin(t->db);
    must_add(t->db, &(struct thing){.name = "ă"});
    must_add(t->db, &(struct thing){.name = "b"});
    must_add(t->db, &(struct thing){.name = "B"});
    must_add(t->db, &(struct thing){.name = "a"});
    commit(t->db);
    db_run(t->db, &thing_all, NULL, describe, &seen, NULL);
    assert_string_equal(seen.text, "B=null,null,null;a=null,null,null;b=null,null,null;"
                                   "ă=null,null,null;");
}

STATEMENT(thing_like, false, "SELECT name FROM thing WHERE name LIKE $1 ESCAPE '\\'", name_in, 1,
          name_out, 1);

static void test_like_tells_case(void **state)
{
    struct testdb *t = *state;
    struct db_value small = text_value("a%"), big = text_value("A%");

    begin(t->db);
    must_add(t->db, &(struct thing){.name = "abc"});
    commit(t->db);
    assert_int_equal(db_run(t->db, &thing_like, &small, NULL, NULL, NULL), 1);
    assert_int_equal(db_run(t->db, &thing_like, &big, NULL, NULL, NULL), 0);
}

static void test_exec_counts_changed_rows(void **state)
{
    struct testdb *t = *state;
    struct db_value one = int_value(1), name = text_value("nobody");

    begin(t->db);
    must_add(t->db, &(struct thing){.name = "a", .n = opt_int(1)});
    must_add(t->db, &(struct thing){.name = "b", .n = opt_int(2)});
    must_add(t->db, &(struct thing){.name = "c"});
    assert_int_equal(db_run(t->db, &thing_raise, &one, NULL, NULL, NULL), 2);
    assert_int_equal(db_run(t->db, &thing_remove, &name, NULL, NULL, NULL), 0);
    commit(t->db);
}

static void test_unique_violation(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};

    begin(t->db);
    must_add(t->db, &(struct thing){.name = "a"});
    assert_int_equal(add_thing(t->db, &(struct thing){.name = "a"}, &err), ERR_EXISTS);
    assert_true(db_is_unique_violation(&err));
    assert_string_equal(err.field, "name");
    assert_non_null(strstr(err.what, "[thing_add, test.sql:"));
    /* Nothing but a rollback may follow, on either engine. */
    assert_int_equal(add_thing(t->db, &(struct thing){.name = "b"}, &err), ERR_INTERNAL);
    assert_int_equal(db_commit(t->db, &err), ERR_INTERNAL);
    assert_false(db_in_transaction(t->db));
    assert_int_equal(count_things(t->db), 0);
}

static void test_foreign_key_violation(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};
    struct db_value seven = int_value(7);

    begin(t->db);
    assert_int_equal(add_thing(t->db, &(struct thing){.name = "a", .box = 7}, &err), ERR_CONFLICT);
    assert_false(db_is_unique_violation(&err));
    db_rollback(t->db);
    begin(t->db);
    assert_int_equal(db_run(t->db, &box_add, &seven, NULL, NULL, &err), 1);
    must_add(t->db, &(struct thing){.name = "a", .box = 7});
    assert_int_equal(db_run(t->db, &box_remove, &seven, NULL, NULL, &err), ERR_CONFLICT);
    db_rollback(t->db);
}

STATEMENT(thing_no_name, true, "UPDATE thing SET name = NULL WHERE n = $1", int_in, 1, NULL, 0);

static void test_not_null_violation(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};
    struct db_value one = int_value(1);

    begin(t->db);
    must_add(t->db, &(struct thing){.name = "a", .n = opt_int(1)});
    assert_int_equal(db_run(t->db, &thing_no_name, &one, NULL, NULL, &err), ERR_INVALID);
    assert_string_equal(err.field, "name");
    db_rollback(t->db);
}

static void test_bad_values_are_refused(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};
    struct db_value nul = {.type = DB_TEXT, .s = {"a\0b", 3}}, wrong = int_value(1),
                    null = {.type = DB_TEXT, .null = true},
                    utf8 = {.type = DB_TEXT, .s = {"a\xff", 2}};

    assert_int_equal(db_run(t->db, &thing_by_name, &nul, NULL, NULL, &err), ERR_INVALID);
    assert_string_equal(err.field, "name");
    assert_int_equal(db_run(t->db, &thing_by_name, &utf8, NULL, NULL, &err), ERR_INVALID);
    assert_int_equal(db_run(t->db, &thing_by_name, &wrong, NULL, NULL, &err), ERR_INTERNAL);
    assert_int_equal(db_run(t->db, &thing_by_name, &null, NULL, NULL, &err), ERR_INTERNAL);
}

STATEMENT(thing_n_strict, false, "SELECT n AS id FROM thing", NULL, 0, id_out, 1);

static void test_undeclared_null_is_an_error(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};

    begin(t->db);
    must_add(t->db, &(struct thing){.name = "a"});
    commit(t->db);
    assert_int_equal(db_run(t->db, &thing_n_strict, NULL, NULL, NULL, &err), ERR_INTERNAL);
    assert_non_null(strstr(err.what, "column id is NULL, declared int"));
}

static void test_writing_needs_a_transaction(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};

    assert_int_equal(add_thing(t->db, &(struct thing){.name = "a"}, &err), ERR_INTERNAL);
    assert_int_equal(count_things(t->db), 0);
    begin(t->db);
    assert_int_equal(db_begin(t->db, &err), ERR_INTERNAL);
    commit(t->db);
    assert_int_equal(db_commit(t->db, &err), ERR_INTERNAL);
}

struct nested {
    struct db *db;
    int64_t inner;
};

static int run_inside(void *ctx, const struct db_value *values, struct err *err)
{
    struct nested *n = ctx;

    n->inner = db_run(n->db, &thing_count, NULL, NULL, NULL, NULL);
    return err_set(err, ERR_LIMIT, "enough");
}

static void test_row_function_stops_and_may_not_nest(void **state)
{
    struct testdb *t = *state;
    struct nested n = {.db = t->db};
    struct err err = {0};

    begin(t->db);
    must_add(t->db, &(struct thing){.name = "a"});
    must_add(t->db, &(struct thing){.name = "b"});
    commit(t->db);
    assert_int_equal(db_run(t->db, &thing_all, NULL, run_inside, &n, &err), ERR_LIMIT);
    assert_string_equal(err.what, "enough");
    assert_int_equal(n.inner, ERR_INTERNAL);
    assert_int_equal(count_things(t->db), 2);
}

COLUMNS(series_out, {"i", DB_INT, false});
STATEMENT(series, false,
          "WITH RECURSIVE s(i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM s WHERE i "
          "< 200000) SELECT i FROM s",
          int_in, 1, series_out, 1);

static int add_up(void *ctx, const struct db_value *values, struct err *err)
{
    *(int64_t *)ctx += values[0].i;
    return 0;
}

static int stop_at_ten(void *ctx, const struct db_value *values, struct err *err)
{
    return ++*(int64_t *)ctx == 10 ? err_set(err, ERR_LIMIT, "ten") : 0;
}

static void test_many_rows_are_streamed(void **state)
{
    struct testdb *t = *state;
    struct db_value one = int_value(1);
    int64_t sum = 0, n = 0;

    assert_int_equal(db_run(t->db, &series, &one, add_up, &sum, NULL), 200000);
    assert_int_equal(sum, INT64_C(200000) * 200001 / 2);
    assert_int_equal(db_run(t->db, &series, &one, stop_at_ten, &n, NULL), ERR_LIMIT);
    assert_int_equal(n, 10);
    assert_int_equal(count_things(t->db), 0);
}

static void test_cache_keeps_statements_apart(void **state)
{
    struct testdb *t = *state;
    static struct db_statement many[300];
    char sql[300][64];

    for (int i = 0; i < 300; i++) {
        snprintf(sql[i], sizeof(sql[i]), "SELECT CAST(%d AS BIGINT) AS id", i);
        many[i] = thing_count;
        many[i].sql[0] = many[i].sql[1] = sql[i];
    }
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 300; i++) {
            int64_t got = -1;

            assert_int_equal(db_run(t->db, &many[i], NULL, keep_int, &got, NULL), 1);
            assert_int_equal(got, i);
        }
    }
}

COLUMNS(two_in, {"a", DB_INT, false}, {"b", DB_INT, false});
STATEMENT2(backwards, false, "SELECT ?2 - ?1 - ?1 AS i", "SELECT $2 - $1 - $1 AS i", two_in, 2,
           series_out, 1);

static void test_parameters_by_number(void **state)
{
    struct testdb *t = *state;
    struct db_value in[] = {int_value(1), int_value(10)};
    int64_t got = 0;

    assert_int_equal(db_run(t->db, &backwards, in, keep_int, &got, NULL), 1);
    assert_int_equal(got, 8);
}

COLUMNS(sums_out, {"s", DB_INT, false}, {"a", DB_REAL, false}, {"e", DB_BOOL, false},
        {"c", DB_INT, false}, {"neg", DB_INT, false});
STATEMENT(sums, false,
          "SELECT SUM(n) AS s, AVG(n) AS a, EXISTS (SELECT 1 FROM thing) AS e, 7 AS c, "
          "SUM(-n) AS neg FROM thing",
          NULL, 0, sums_out, 5);

static int check_sums(void *ctx, const struct db_value *v, struct err *err)
{
    assert_int_equal(v[0].i, 9000000000000000);
    assert_true(v[1].r == 3000000000000000.0);
    assert_int_equal(v[2].i, 1);
    assert_int_equal(v[3].i, 7);
    assert_int_equal(v[4].i, -9000000000000000);
    return 0;
}

/* PostgreSQL's SUM of int8 is numeric, EXISTS is bool, a literal is int4: all are `int` here. */
static void test_results_of_expressions(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};

    begin(t->db);
    must_add(t->db, &(struct thing){.name = "a", .n = opt_int(1000000000000000)});
    must_add(t->db, &(struct thing){.name = "b", .n = opt_int(8000000000000000)});
    must_add(t->db, &(struct thing){.name = "c", .n = opt_int(0)});
    commit(t->db);
    assert_int_equal(db_run(t->db, &sums, NULL, check_sums, NULL, &err), 1);
    assert_int_equal(db_check_statement(t->db, &sums, &err), 0);
}

STATEMENT(broken_sql, false, "SELECT id FROM nowhere", NULL, 0, id_out, 1);
STATEMENT(broken_count, false, "SELECT id, name FROM thing", NULL, 0, id_out, 1);
STATEMENT(broken_name, false, "SELECT n FROM thing", NULL, 0, id_out, 1);
STATEMENT(broken_type, false, "SELECT name AS id FROM thing", NULL, 0, id_out, 1);
STATEMENT(broken_param, false, "SELECT id FROM thing WHERE n = $1 OR n = $2", int_in, 1, id_out, 1);
STATEMENT(broken_param_type, false, "SELECT id FROM thing WHERE b = $1", int_in, 1, id_out, 1);
STATEMENT(broken_writes, true, "SELECT id FROM thing", NULL, 0, id_out, 1);

static void test_check_finds_wrong_declarations(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};

    assert_int_equal(db_check_statement(t->db, &thing_add, &err), 0);
    assert_int_equal(db_check_statement(t->db, &thing_all, &err), 0);
    assert_int_equal(db_check_statement(t->db, &thing_raise, &err), 0);
    assert_true(db_check_statement(t->db, &broken_sql, &err) < 0);
    assert_non_null(strstr(err.what, "[broken_sql, test.sql:"));
    assert_true(db_check_statement(t->db, &broken_count, &err) < 0);
    assert_true(db_check_statement(t->db, &broken_name, &err) < 0);
    assert_true(db_check_statement(t->db, &broken_type, &err) < 0);
    assert_true(db_check_statement(t->db, &broken_param, &err) < 0);
    /* What each engine alone can tell. */
    if (t->engine == DB_SQLITE)
        assert_true(db_check_statement(t->db, &broken_writes, &err) < 0);
    else
        assert_true(db_check_statement(t->db, &broken_param_type, &err) < 0);
    assert_int_equal(count_things(t->db), 0);
}

static void test_urls(void **state)
{
    struct db_pool *pool;
    struct err err = {0};

    assert_int_equal(db_open(&pool, STR("mysql://x"), NULL, &err), ERR_USAGE);
    assert_int_equal(db_open(&pool, STR("sqlite:"), NULL, &err), ERR_USAGE);
    assert_int_equal(db_open(&pool, STR("sqlite:/nowhere/at/all.db"), NULL, &err), ERR_NOT_FOUND);
    assert_non_null(strstr(err.what, "/nowhere/at/all.db"));
    assert_null(pool);
}

static void test_this_machine_computes(void **state)
{
    struct testdb *t = *state;

    assert_true(db_is_local(t->pool));
}

static void test_read_only(void **state)
{
    struct testdb *t = *state;
    struct db_pool *pool;
    _cleanup_(db_releasep) struct db *db = NULL;
    struct err err = {0};

    assert_int_equal(db_open(&pool, str_c(t->url), &(struct db_options){.read_only = true}, &err),
                     0);
    assert_int_equal(db_acquire(pool, &db, &err), 0);
    assert_int_equal(count_things(db), 0);
    assert_int_equal(db_begin(db, &err), ERR_STATE);
    db_releasep(&db);
    db_close(pool);
}

static void test_analyze(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};

    begin(t->db);
    must_add(t->db, &(struct thing){.name = "a"});
    commit(t->db);
    assert_int_equal(db_analyze(t->pool, &err), 0);
    assert_true(testdb_sql(t, t->engine == DB_SQLITE
                                  ? "SELECT COUNT(*) FROM sqlite_stat1 WHERE tbl = 'thing'"
                                  : "SELECT COUNT(*) FROM pg_stats WHERE tablename = 'thing'") > 0);
    assert_int_equal(count_things(t->db), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        THINGS_TEST(test_change_is_seen_after_commit),
        THINGS_TEST(test_steady_reading),
        THINGS_TEST(test_rollback_leaves_nothing),
        THINGS_TEST(test_leaving_the_scope_rolls_back),
        THINGS_TEST(test_release_rolls_back),
        THINGS_TEST(test_values_and_nulls_come_back),
        THINGS_TEST(test_text_sorts_bytewise),
        THINGS_TEST(test_like_tells_case),
        THINGS_TEST(test_exec_counts_changed_rows),
        THINGS_TEST(test_unique_violation),
        THINGS_TEST(test_foreign_key_violation),
        THINGS_TEST(test_not_null_violation),
        THINGS_TEST(test_bad_values_are_refused),
        THINGS_TEST(test_undeclared_null_is_an_error),
        THINGS_TEST(test_writing_needs_a_transaction),
        THINGS_TEST(test_operations_in_one_transaction),
        THINGS_TEST(test_row_function_stops_and_may_not_nest),
        THINGS_TEST(test_many_rows_are_streamed),
        THINGS_TEST(test_cache_keeps_statements_apart),
        THINGS_TEST(test_parameters_by_number),
        THINGS_TEST(test_results_of_expressions),
        THINGS_TEST(test_check_finds_wrong_declarations),
        THINGS_TEST(test_urls),
        THINGS_TEST(test_this_machine_computes),
        THINGS_TEST(test_read_only),
        THINGS_TEST(test_analyze),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
