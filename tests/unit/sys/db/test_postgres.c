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

int main(void)
{
    const struct CMUnitTest tests[] = {
        THINGS_TEST(test_reading_survives_a_restart), THINGS_TEST(test_a_lost_transaction_says_so),
        THINGS_TEST(test_deadlock_is_busy),           THINGS_TEST(test_all_connections_out),
        THINGS_TEST(test_wrong_urls_say_what_to_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
