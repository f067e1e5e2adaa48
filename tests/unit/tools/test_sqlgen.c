#include "test.h"

#include "tools/sample/queries.h"

/* What the functions made by sqlgen hand to the database, and what they make of its answers. */
static const struct db_statement *ran;
static struct db_value sent[8];
static struct db_value answer[3][9];
static int rows;
static int fails;

int64_t db_run(struct db *db, const struct db_statement *st, const struct db_value *in,
               db_row_fn *row, void *ctx, struct err *err)
{
    ran = st;
    if (st->in_len > 0)
        memcpy(sent, in, sizeof(*in) * (size_t)st->in_len);
    if (fails != 0)
        return err_set(err, fails, "no database");
    for (int i = 0; i < rows; i++) {
        int r = row != NULL ? row(ctx, answer[i], err) : 0;

        if (r < 0)
            return r;
    }
    return rows;
}

static struct db_value text(const char *s)
{
    return (struct db_value){.type = DB_TEXT, .s = str_c(s)};
}

static int begin(void **state)
{
    ran = NULL;
    rows = fails = 0;
    memset(sent, 0, sizeof(sent));
    memset(answer, 0, sizeof(answer));
    return test_arena_begin(state);
}

#define SQL_TEST(f) cmocka_unit_test_setup_teardown(f, begin, test_arena_end)

static void every_type_goes_there_and_back(void **state)
{
    struct thing_one_row row;
    struct err err;

    rows = 1;
    answer[0][0] = (struct db_value){.type = DB_INT, .i = INT64_MIN};
    answer[0][1] = text("Sự cố");
    answer[0][2] = (struct db_value){.type = DB_TEXT, .null = true};
    answer[0][3] = (struct db_value){.type = DB_BLOB, .s = {"a\0b", 3}};
    answer[0][4] = (struct db_value){.type = DB_REAL, .r = 0.5};
    answer[0][5] = (struct db_value){.type = DB_REAL, .null = true};
    answer[0][6] = (struct db_value){.type = DB_BOOL, .i = 1};
    answer[0][7] = (struct db_value){.type = DB_BOOL, .null = true};
    answer[0][8] = (struct db_value){.type = DB_INT, .i = 7};
    assert_int_equal(thing_one(NULL, &test_arena, 42, STR_EMPTY, STR(""), (struct opt_real){0},
                               true, opt_int(9), &row, &err),
                     0);

    assert_int_equal(sent[0].i, 42);
    assert_true(sent[1].null && sent[1].type == DB_TEXT);
    assert_true(!sent[2].null && sent[2].type == DB_BLOB && sent[2].s.len == 0);
    assert_true(sent[3].null && sent[3].type == DB_REAL);
    assert_true(sent[4].i == 1 && sent[4].type == DB_BOOL);
    assert_true(!sent[5].null && sent[5].i == 9);

    assert_true(row.id == INT64_MIN);
    assert_str(row.name, "Sự cố");
    assert_ptr_not_equal(row.name.ptr, answer[0][1].s.ptr);
    assert_null(row.note.ptr);
    assert_int_equal(row.part.len, 3);
    assert_memory_equal(row.part.ptr, "a\0b", 3);
    assert_true(row.ratio == 0.5 && !row.share.has);
    assert_true(row.open && !row.seen.has);
    assert_true(row.since.has && row.since.v == 7);
}

static void each_engine_has_its_form_of_parameters(void **state)
{
    struct thing_lock_row row;

    thing_lock(NULL, &test_arena, 1, &row, NULL);
    assert_string_equal(ran->name, "thing_lock");
    assert_string_equal(ran->file, "tools/sample/queries.sql");
    assert_int_equal(ran->line, 26);
    assert_string_equal(ran->sql[DB_SQLITE], "SELECT id FROM thing WHERE id = ?1");
    assert_string_equal(ran->sql[DB_POSTGRES], "SELECT id FROM thing WHERE id = $1 FOR UPDATE");
    assert_false(ran->writes);
    thing_close(NULL, 1, NULL);
    assert_true(ran->writes);
}

static void a_shared_piece_is_filled_in(void **state)
{
    struct label_row row;

    thing_maybe(NULL, &test_arena, 1, &row, NULL);
    assert_string_equal(ran->sql[DB_SQLITE], "SELECT name FROM thing WHERE id = ?1");
    assert_string_equal(ran->sql[DB_POSTGRES], "SELECT name FROM thing WHERE id = $1");
}

static void one_row_is_wanted(void **state)
{
    struct label_row row;
    struct thing_lock_row locked;
    struct err err;

    assert_int_equal(thing_lock(NULL, &test_arena, 1, &locked, &err), ERR_NOT_FOUND);
    assert_int_equal(thing_maybe(NULL, &test_arena, 1, &row, &err), 0);
    rows = 1;
    answer[0][0] = text("a");
    assert_int_equal(thing_maybe(NULL, &test_arena, 1, &row, &err), 1);
    assert_str(row.name, "a");
    rows = 2;
    assert_int_equal(thing_maybe(NULL, &test_arena, 1, &row, &err), ERR_INTERNAL);
    assert_string_equal(err.what, "thing_maybe: more than one row");
}

static void many_rows_are_collected(void **state)
{
    struct label_rows all = {.len = 99};

    assert_int_equal(thing_all(NULL, &test_arena, &all, NULL), 0);
    assert_int_equal(all.len, 0);
    rows = 2;
    answer[0][0] = text("a");
    answer[1][0] = text("b");
    assert_int_equal(thing_all(NULL, &test_arena, &all, NULL), 0);
    assert_int_equal(all.len, 2);
    assert_str(all.at[1].name, "b");
}

static int stop_at_b(void *ctx, const struct label_row *row, struct err *err)
{
    int *seen = ctx;

    (*seen)++;
    return str_is(row->name, "b") ? err_set(err, ERR_STATE, "stop") : 0;
}

static void walking_can_be_stopped(void **state)
{
    struct err err;
    int seen = 0;

    rows = 3;
    answer[0][0] = text("a");
    answer[1][0] = text("b");
    answer[2][0] = text("c");
    assert_int_equal(thing_walk(NULL, stop_at_b, &seen, &err), ERR_STATE);
    assert_int_equal(seen, 2);
    rows = 1;
    assert_int_equal(thing_walk(NULL, stop_at_b, &seen, &err), 0);
}

static void errors_of_the_database_come_through(void **state)
{
    struct label_rows all;
    struct label_row row;
    struct err err;

    fails = ERR_BUSY;
    assert_int_equal(thing_all(NULL, &test_arena, &all, &err), ERR_BUSY);
    assert_int_equal(thing_maybe(NULL, &test_arena, 1, &row, &err), ERR_BUSY);
    assert_int_equal(thing_close(NULL, 1, &err), ERR_BUSY);
    assert_string_equal(err.what, "no database");
}

static void the_list_has_every_statement(void **state)
{
    assert_int_equal(db_statements_len, 6);
    assert_string_equal(db_statements[0]->name, "thing_one");
    assert_int_equal(db_statements[0]->in_len, 6);
    assert_int_equal(db_statements[0]->out_len, 9);
    assert_true(db_statements[0]->out[8].null);
    assert_null(db_statements[6]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SQL_TEST(every_type_goes_there_and_back),
        SQL_TEST(each_engine_has_its_form_of_parameters),
        SQL_TEST(a_shared_piece_is_filled_in),
        SQL_TEST(one_row_is_wanted),
        SQL_TEST(many_rows_are_collected),
        SQL_TEST(walking_can_be_stopped),
        SQL_TEST(errors_of_the_database_come_through),
        SQL_TEST(the_list_has_every_statement),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
