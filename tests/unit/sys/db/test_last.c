#include "things.h"

/* Adds as many boxes as were asked for; none when it was asked for 13. */
static int add_boxes(struct db *db, const void *state, struct err *err)
{
    const int64_t *n = state;
    int64_t r = 0;

    for (int64_t i = 1; r >= 0 && i <= *n; i++)
        r = db_run(db, &box_add, (struct db_value[]){int_value(i)}, NULL, NULL, err);
    return *n == 13 ? err_set(err, ERR_STATE, "thirteen") : (int)MIN(r, 0);
}

static void ask_for_box(struct db *db)
{
    *(int64_t *)db_last(db, add_boxes) += 1;
}

static int64_t count_boxes(struct testdb *t)
{
    return testdb_sql(t, "SELECT COUNT(*) FROM box");
}

static void test_last_thing_is_done_once(void **state)
{
    struct testdb *t = *state;

    assert_null(db_last_state(t->db, add_boxes));
    begin(t->db);
    assert_null(db_last_state(t->db, add_boxes));
    for (int i = 0; i < 3; i++)
        ask_for_box(t->db);
    assert_int_equal(*(const int64_t *)db_last_state(t->db, add_boxes), 3);
    assert_null(db_last_state(t->db, NULL));
    commit(t->db);
    assert_int_equal(count_boxes(t), 3);
    assert_null(db_last_state(t->db, add_boxes));
}

static void test_parts_share_their_last_thing(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};

    assert_int_equal(db_hold(t->db, &err), 0);
    for (int i = 0; i < 2; i++) {
        begin(t->db);
        ask_for_box(t->db);
        commit(t->db);
    }
    assert_int_equal(db_hold_end(t->db, true, &err), 0);
    assert_int_equal(count_boxes(t), 2);
}

static void test_last_thing_goes_with_its_transaction(void **state)
{
    struct testdb *t = *state;
    struct err err = {0};

    begin(t->db);
    ask_for_box(t->db);
    db_rollback(t->db);
    begin(t->db);
    must_add(t->db, &(struct thing){.name = "a"});
    commit(t->db);
    assert_int_equal(count_boxes(t), 0);

    begin(t->db);
    must_add(t->db, &(struct thing){.name = "b"});
    for (int i = 0; i < 13; i++)
        ask_for_box(t->db);
    assert_int_equal(db_commit(t->db, &err), ERR_STATE);
    assert_false(db_in_transaction(t->db));
    assert_int_equal(count_boxes(t), 0);
    assert_int_equal(count_things(t->db), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        THINGS_TEST(test_last_thing_is_done_once),
        THINGS_TEST(test_parts_share_their_last_thing),
        THINGS_TEST(test_last_thing_goes_with_its_transaction),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
