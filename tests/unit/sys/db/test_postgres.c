#include "things.h"

#include <pthread.h>
#include <sys/wait.h>

/* What only a server can do to us. Skipped without one: tests/postgres.sh. */

static bool restart_server(void)
{
    const char *command = getenv("UNGCUU_TEST_PG_RESTART");
    int status = -1;
    pid_t pid;

    if (command == NULL)
        return false;
    pid = fork();
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    waitpid(pid, &status, 0);
    return status == 0;
}

static void test_reading_survives_a_restart(void **state)
{
    struct testdb *t = *state;
    struct db *idle = NULL;

    if (t->engine != DB_POSTGRES || !restart_server())
        skip();
    /* the lease was out and had a prepared statement */
    assert_int_equal(count_things(t->db), 0);
    assert_true(restart_server());
    assert_int_equal(count_things(t->db), 0);
    assert_true(restart_server());
    assert_int_equal(db_begin(t->db, NULL), 0);
    assert_int_equal(add_thing(t->db, &(struct thing){.name = "a"}, NULL), 1);
    assert_int_equal(db_commit(t->db, NULL), 0);
    /* one that waited in the pool */
    assert_int_equal(db_acquire(t->pool, &idle, NULL), 0);
    db_release(idle);
    assert_true(restart_server());
    assert_int_equal(db_acquire(t->pool, &idle, NULL), 0);
    assert_int_equal(count_things(idle), 1);
    db_release(idle);
}

static void test_a_lost_transaction_says_so(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};

    if (t->engine != DB_POSTGRES)
        skip();
    assert_int_equal(db_begin(t->db, &err), 0);
    assert_int_equal(add_thing(t->db, &(struct thing){.name = "a"}, &err), 1);
    if (!restart_server())
        skip();
    assert_int_equal(add_thing(t->db, &(struct thing){.name = "b"}, &err), ERR_UNAVAILABLE);
    assert_string_not_equal(err.hint, "");
    db_rollback(t->db);
    assert_int_equal(count_things(t->db), 0);
    assert_int_equal(db_begin(t->db, &err), 0);
    assert_true(restart_server());
    assert_int_equal(db_commit(t->db, &err), ERR_UNAVAILABLE);
    assert_false(db_in_transaction(t->db));
}

static const struct db_statement box_later = {
    .name = "box_later",
    .file = "test.sql",
    .sql = {"", "INSERT INTO box (id) VALUES ($1)"},
    .in = int_in,
    .in_len = 1,
    .writes = true,
    .later = true,
};

/* What was sent and not waited for is lost with the connection, and whoever waits is told. */
static void test_a_restart_with_statements_under_way(void **state)
{
    struct testdb *t = *state;
    struct db_value one = int_value(1);
    struct err err = {0};

    if (t->engine != DB_POSTGRES)
        skip();
    for (int commit = 0; commit < 2; commit++) {
        assert_int_equal(db_begin(t->db, &err), 0);
        assert_int_equal(db_run(t->db, &box_later, &one, NULL, NULL, &err), 0);
        if (!restart_server())
            skip();
        assert_int_equal(commit ? db_commit(t->db, &err)
                                : add_thing(t->db, &(struct thing){.name = "b"}, &err),
                         ERR_UNAVAILABLE);
        db_rollback(t->db);
        assert_int_equal(count_things(t->db), 0);
    }
    assert_int_equal(testdb_sql(t, "SELECT COUNT(*) FROM box"), 0);
}

STATEMENT(thing_lock, false, "SELECT id FROM thing WHERE name = $1 FOR UPDATE", name_in, 1, id_out,
          1);

/* Two transactions, each wants the row that the other holds. */
struct pair {
    struct db *db;
    int result;
};

static void *lock_a(void *arg)
{
    struct pair *p = arg;
    struct db_value a = text_value("a");

    p->result = (int)db_run(p->db, &thing_lock, &a, NULL, NULL, NULL);
    return NULL;
}

static void test_deadlock_is_busy(void **state)
{
    struct testdb *t = *state;
    struct pair other = {0};
    struct db_value a = text_value("a"), b = text_value("b");
    struct err err = {0};
    pthread_t thread;
    int64_t mine;

    if (t->engine != DB_POSTGRES)
        skip();
    assert_int_equal(db_acquire(t->pool, &other.db, &err), 0);
    assert_int_equal(db_begin(t->db, &err), 0);
    add_thing(t->db, &(struct thing){.name = "a"}, &err);
    add_thing(t->db, &(struct thing){.name = "b"}, &err);
    assert_int_equal(db_commit(t->db, &err), 0);
    assert_int_equal(db_begin(t->db, &err), 0);
    assert_int_equal(db_begin(other.db, &err), 0);
    assert_int_equal(db_run(t->db, &thing_lock, &a, NULL, NULL, &err), 1);
    assert_int_equal(db_run(other.db, &thing_lock, &b, NULL, NULL, &err), 1);
    pthread_create(&thread, NULL, lock_a, &other);
    usleep(50000);
    mine = db_run(t->db, &thing_lock, &b, NULL, NULL, &err);
    if (mine < 0)
        db_rollback(t->db);
    pthread_join(thread, NULL);
    assert_true((mine == ERR_BUSY) != (other.result == ERR_BUSY));
    assert_true(mine == 1 || other.result == 1);
    db_release(other.db);
}

static void test_all_connections_out(void **state)
{
    struct testdb *t = *state;
    struct db_pool *pool;
    struct db *a = NULL, *b = NULL, *c = NULL;
    struct err err = {0};
    struct db_options two = {.readers = 2, .busy_timeout_ms = 60};

    if (t->engine != DB_POSTGRES)
        skip();
    assert_int_equal(db_open(&pool, str_c(t->url), &two, &err), 0);
    assert_int_equal(db_acquire(pool, &a, &err), 0);
    assert_int_equal(db_acquire(pool, &b, &err), 0);
    assert_int_equal(db_acquire(pool, &c, &err), ERR_BUSY);
    db_release(b);
    assert_int_equal(db_acquire(pool, &c, &err), 0);
    db_release(a);
    db_release(c);
    db_close(pool);
}

/* More than the few that change something at once: the others wait a while, then go on as well. */
static void test_more_changes_than_turns(void **state)
{
    struct testdb *t = *state;
    struct db *leases[7] = {0};
    struct err err = {0};

    if (t->engine != DB_POSTGRES)
        skip();
    for (size_t i = 0; i < ARRAY_LEN(leases); i++) {
        assert_int_equal(db_acquire(t->pool, &leases[i], &err), 0);
        assert_int_equal(db_begin(leases[i], &err), 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(leases); i++) {
        if (i % 2 == 0)
            assert_int_equal(db_commit(leases[i], &err), 0);
        else
            db_rollback(leases[i]);
        db_release(leases[i]);
    }
}

static void test_wrong_urls_say_what_to_do(void **state)
{
    struct testdb *t = *state;
    struct db_pool *pool;
    struct err err = {0};
    char url[600];

    assert_int_equal(db_open(&pool, STR("postgresql://x@/x?host=/nowhere"), NULL, &err),
                     ERR_UNAVAILABLE);
    assert_string_not_equal(err.hint, "");
    if (t->engine != DB_POSTGRES)
        skip();
    snprintf(url, sizeof(url), "%s&dbname=not_there", t->url);
    assert_int_equal(db_open(&pool, str_c(url), NULL, &err), ERR_UNAVAILABLE);
    assert_non_null(strstr(err.what, "not_there"));
}

COLUMNS(maybe_in, {"name", DB_TEXT, true});
COLUMNS(plans_out, {"kept", DB_INT, false}, {"fresh", DB_INT, false});
STATEMENT(thing_auto, false, "SELECT id FROM thing WHERE $1 IS NULL OR name = $1 /* auto */",
          maybe_in, 1, id_out, 1);
static const struct db_statement thing_kept = {
    .name = "thing_kept",
    .file = "test.sql",
    .sql = {"SELECT id FROM thing WHERE $1 IS NULL OR name = $1",
            "SELECT id FROM thing WHERE $1 IS NULL OR name = $1 /* kept */"},
    .in = maybe_in,
    .in_len = 1,
    .out = id_out,
    .out_len = 1,
    .plan = DB_PLAN_KEPT,
    .replans = 1,
};
STATEMENT(plans_of, false,
          "SELECT generic_plans AS kept, custom_plans AS fresh FROM pg_prepared_statements "
          "WHERE statement LIKE '%/* ' || $1 || ' */'",
          name_in, 1, plans_out, 2);

static int keep_plans(void *ctx, const struct db_value *values, struct err *err)
{
    int64_t *n = ctx;

    n[0] = values[0].i;
    n[1] = values[1].i;
    return 0;
}

static void assert_plans(struct db *db, const char *mark, int64_t kept, int64_t fresh)
{
    struct db_value in = text_value(mark);
    int64_t n[2] = {-1, -1};
    struct err err = {0};

    assert_int_equal(db_run(db, &plans_of, &in, keep_plans, n, &err), 1);
    assert_int_equal(n[0], kept);
    assert_int_equal(n[1], fresh);
}

static void run_plan(struct db *db, const struct db_statement *st, const char *name)
{
    struct db_value in = {.type = DB_TEXT, .null = name == NULL};
    struct err err = {0};
    int64_t id;

    if (name != NULL)
        in = text_value(name);
    assert_int_equal(db_run(db, st, &in, keep_int, &id, &err), 0);
}

static void test_a_kept_plan_is_kept(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};

    if (t->engine != DB_POSTGRES)
        skip();
    run_plan(t->db, &thing_kept, NULL);
    assert_plans(t->db, "kept", 1, 0);
    run_plan(t->db, &thing_auto, NULL);
    assert_plans(t->db, "auto", 0, 1);
    run_plan(t->db, &thing_kept, NULL);
    assert_plans(t->db, "kept", 2, 0);
    /* a value for a parameter that is worth a plan of its own */
    run_plan(t->db, &thing_kept, "a");
    assert_plans(t->db, "kept", 2, 1);

    /* what was told to the server in a transaction is undone with it */
    assert_int_equal(db_begin(t->db, &err), 0);
    run_plan(t->db, &thing_kept, NULL);
    db_rollback(t->db);
    run_plan(t->db, &thing_kept, NULL);
    assert_plans(t->db, "kept", 4, 1);
    assert_int_equal(db_begin(t->db, &err), 0);
    run_plan(t->db, &thing_kept, NULL);
    assert_int_equal(db_commit(t->db, &err), 0);
    run_plan(t->db, &thing_auto, NULL);
    assert_plans(t->db, "auto", 0, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        THINGS_TEST(test_reading_survives_a_restart),
        THINGS_TEST(test_a_lost_transaction_says_so),
        THINGS_TEST(test_a_restart_with_statements_under_way),
        THINGS_TEST(test_deadlock_is_busy),
        THINGS_TEST(test_all_connections_out),
        THINGS_TEST(test_more_changes_than_turns),
        THINGS_TEST(test_wrong_urls_say_what_to_do),
        THINGS_TEST(test_a_kept_plan_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
