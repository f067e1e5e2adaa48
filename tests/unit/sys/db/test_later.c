#include "things.h"

/* Statements that are sent and not waited for: alike on both engines but for when an error shows.
 */

static const struct db_statement box_later = {
    .name = "box_later",
    .file = "test.sql",
    .sql = {"INSERT INTO box (id) VALUES ($1)", "INSERT INTO box (id) VALUES ($1)"},
    .in = int_in,
    .in_len = 1,
    .writes = true,
    .later = true,
};

static int64_t add_box(struct db *db, int64_t id, struct err *err)
{
    return db_run(db, &box_later, (struct db_value[]){int_value(id)}, NULL, NULL, err);
}

static int64_t count_boxes(struct testdb *t)
{
    return testdb_sql(t, "SELECT COUNT(*) FROM box");
}

/* More than are sent without waiting, with others between them. */
static void test_all_of_many_arrive(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};

    begin(t->db);
    for (int i = 1; i <= 1000; i++) {
        assert_int_equal(add_box(t->db, i, &err), 0);
        if (i % 150 == 0)
            must_add(t->db, &(struct thing){.name = str_printf(&t->arena, "t%d", i).ptr, .box = i});
    }
    assert_int_equal(count_things(t->db), 6);
    assert_int_equal(add_box(t->db, 1001, &err), 0);
    commit(t->db);
    assert_int_equal(count_boxes(t), 1001);
    begin(t->db);
    assert_int_equal(add_box(t->db, 1002, &err), 0);
    commit(t->db);
    assert_int_equal(count_boxes(t), 1002);
}

static void test_rolled_back_with_the_rest(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};

    begin(t->db);
    assert_int_equal(add_box(t->db, 1, &err), 0);
    db_rollback(t->db);
    begin(t->db);
    assert_int_equal(add_box(t->db, 1, &err), 0);
    assert_int_equal(count_things(t->db), 0);
    db_rollback(t->db);
    assert_int_equal(count_boxes(t), 0);
    assert_int_equal(add_box(t->db, 1, &err), ERR_INTERNAL);
}

/* The error is that of whoever waits next, and says which statement it was. */
static void expect_exists(int64_t r, const struct err *err)
{
    assert_int_equal(r, ERR_EXISTS);
    assert_non_null(strstr(err->what, "box_later"));
}

static void test_error_shows_at_the_next(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};
    int64_t n = -1;
    int64_t r;

    begin(t->db);
    assert_int_equal(add_box(t->db, 1, &err), 0);
    r = add_box(t->db, 1, &err);
    if (r == 0)
        r = db_run(t->db, &thing_count, NULL, keep_int, &n, &err);
    expect_exists(r, &err);
    assert_int_equal(n, -1);
    assert_int_equal(add_box(t->db, 2, &err), ERR_INTERNAL);
    db_rollback(t->db);
    assert_int_equal(count_boxes(t), 0);
    assert_int_equal(count_things(t->db), 0);
}

static void test_error_shows_at_the_commit(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};
    int64_t r;

    begin(t->db);
    must_add(t->db, &(struct thing){.name = "a"});
    assert_int_equal(add_box(t->db, 1, &err), 0);
    r = add_box(t->db, 1, &err);
    if (r == 0)
        r = add_box(t->db, 2, &err);
    if (r == 0)
        r = db_commit(t->db, &err);
    expect_exists(r, &err);
    db_rollback(t->db);
    assert_false(db_in_transaction(t->db));
    assert_int_equal(count_things(t->db), 0);
    begin(t->db);
    must_add(t->db, &(struct thing){.name = "b"});
    commit(t->db);
    assert_int_equal(count_boxes(t), 0);
    assert_int_equal(count_things(t->db), 1);
}

static void test_error_when_too_many_wait(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};
    int64_t r = 0;

    begin(t->db);
    for (int i = 0; r == 0 && i < 1000; i++)
        r = add_box(t->db, i % 50, &err);
    expect_exists(r, &err);
    db_rollback(t->db);
    assert_int_equal(count_boxes(t), 0);
}

static int stop(void *ctx, const struct db_value *values, struct err *err)
{
    return err_set(err, ERR_STATE, "seen enough");
}

/* A row function that stops leaves the connection in order, and the transaction failed. */
static void test_stopping_behind_them(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};

    begin(t->db);
    for (int i = 0; i < 20; i++)
        must_add(t->db, &(struct thing){.name = str_printf(&t->arena, "t%d", i).ptr});
    assert_int_equal(add_box(t->db, 1, &err), 0);
    assert_int_equal(db_run(t->db, &thing_all, NULL, stop, NULL, &err), ERR_STATE);
    db_rollback(t->db);
    assert_int_equal(count_things(t->db), 0);
    begin(t->db);
    assert_int_equal(add_box(t->db, 1, &err), 0);
    commit(t->db);
    assert_int_equal(count_boxes(t), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        THINGS_TEST(test_all_of_many_arrive),       THINGS_TEST(test_rolled_back_with_the_rest),
        THINGS_TEST(test_error_shows_at_the_next),  THINGS_TEST(test_error_shows_at_the_commit),
        THINGS_TEST(test_error_when_too_many_wait), THINGS_TEST(test_stopping_behind_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
